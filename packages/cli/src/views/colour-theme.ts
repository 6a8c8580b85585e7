import { Chalk } from 'chalk';
import type { Theme } from './theme.ts';

const chalk = new Chalk({ level: 1 });
/** Packer's colours, in its order. */
const builds = [chalk.green, chalk.cyan, chalk.magenta, chalk.yellow, chalk.blue];

/** Colours by chalk. */
export const colourTheme: Theme = {
  hasColour: true,
  build: (index, text) => (builds[index % builds.length] as typeof chalk.green).bold(text),
  error: (text) => chalk.red.bold(text),
  warning: (text) => chalk.yellow.bold(text),
  strong: (text) => chalk.bold(text),
  faint: (text) => chalk.dim(text),
};

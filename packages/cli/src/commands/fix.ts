import { checkFixed, fixers, fixLegacy } from '@bake/core/legacy';
import { parseFlags } from '../arguments/flags.ts';
import { templateFlags } from '../arguments/template-flags.ts';
import { diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { readLegacySource } from './legacy-source.ts';
import { templatePath } from './template-session.ts';

const flags = {
  validate: {
    kind: 'bool',
    help: 'Check the fixed template (default). -validate=false only fixes.',
  },
} as const;

/** `bake fix`: brings a template in the legacy JSON format up to date and prints it. */
export const fixCommand: Command = {
  name: 'fix',
  summary: 'Prints a legacy JSON template with what has changed since it was written.',
  operands: 'PATH',
  flags,
  more: `Fixes, in order:\n\n${fixers.map(({ name, summary }) => `  ${name}\n      ${summary}\n`).join('')}`,
  async run(argv, terminal) {
    // Packer takes the flags of templates here, too, and does nothing with them.
    const { flags: given, operands } = parseFlags(argv, { ...templateFlags, ...flags });
    const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
    const source = await readLegacySource(templatePath(operands), terminal, view);
    if (source === undefined) return 1;
    const { value: text, diagnostics } = fixLegacy(source);
    view.show(diagnostics);
    if (text === undefined) return 1;
    terminal.writeData(`${text}\n`);
    if (given.validate === false) return 0;
    const found = checkFixed({ name: `${source.name} (fixed)`, text });
    view.show(found);
    return found.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

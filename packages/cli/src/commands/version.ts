import { parseFlags } from '../arguments/flags.ts';
import type { Command } from './command.ts';

/** `bake version`. The numbers are imported late: they come with core. */
export const versionCommand: Command = {
  name: 'version',
  summary: 'Prints the version of bake, and of Packer whose templates it reads.',
  operands: '',
  flags: {},
  async run(argv, terminal) {
    parseFlags(argv, {});
    const { bakeVersion, coreVersion } = await import('@bake/core/version');
    // Scripts look here for what Packer can do, so it is the number of the Packer that bake answers to.
    terminal.record('version', [coreVersion]);
    terminal.record('version-prelease', ['']);
    terminal.record('version-commit', ['']);
    terminal.write(`bake v${bakeVersion}\nReads templates for Packer v${coreVersion}\n`);
    return 0;
  },
};

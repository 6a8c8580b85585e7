import { dirname } from 'node:path';
import { upgradeLegacy } from '@bake/core/legacy';
import { ArgumentError, parseFlags } from '../arguments/flags.ts';
import { templateFlags } from '../arguments/template-flags.ts';
import { unwritable } from '../format/messages.ts';
import { putFile } from '../format/replace-file.ts';
import { registryFor } from '../plugin-places.ts';
import { type DiagnosticsView, diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { readLegacySource } from './legacy-source.ts';
import { templatePath } from './template-session.ts';

const flags = {
  'output-file': {
    kind: 'string',
    value: 'path',
    help: 'Where to write; PATH.pkr.hcl by default. Folders are made.',
  },
  'with-annotations': { kind: 'bool', help: 'Explain the parts of the file in comments.' },
} as const;

/** `bake hcl2_upgrade`: writes a template in the legacy JSON format anew in HCL. */
export const hcl2UpgradeCommand: Command = {
  name: 'hcl2_upgrade',
  summary: 'Writes a legacy JSON template in HCL.',
  operands: 'PATH',
  flags,
  async run(argv, terminal) {
    // Packer takes the flags of templates here, too, and does nothing with them.
    const { flags: given, operands } = parseFlags(argv, { ...templateFlags, ...flags });
    const path = templatePath(operands);
    const file = given['output-file'] || outputFor(path);
    const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
    const source = await readLegacySource(path, terminal, view);
    if (source === undefined) return 1;
    const { value: text, diagnostics } = await upgradeLegacy(source, {
      registry: registryFor(dirname(path), terminal),
      isAnnotated: given['with-annotations'] === true,
    });
    view.show(diagnostics);
    if (text === undefined) return 1;
    if (!write(file, text, view)) return 1;
    const code = diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0;
    terminal.write(`Successfully created ${file}. Exit ${code}\n`);
    return code;
  },
};

function outputFor(path: string): string {
  if (path !== '-') return `${path}.pkr.hcl`;
  throw new ArgumentError(
    'Say with -output-file where to write what comes from the standard input.',
  );
}

function write(file: string, text: string, view: DiagnosticsView): boolean {
  try {
    putFile(file, text);
    return true;
  } catch (error) {
    view.show([unwritable(file, error)]);
    return false;
  }
}

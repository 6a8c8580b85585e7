import { parseFlags } from '../arguments/flags.ts';
import { templateFlags } from '../arguments/template-flags.ts';
import { diagnosticsView } from '../views/diagnostics.ts';
import { chooseTheme } from '../views/theme.ts';
import type { Command } from './command.ts';
import { planTemplate, templatePath } from './template-session.ts';

const flags = {
  ...templateFlags,
  'evaluate-datasources': { kind: 'bool', help: 'Read data sources, which may ask the network.' },
  'no-warn-undeclared-var': {
    kind: 'bool',
    help: 'Do not warn about values for variables that the template does not declare.',
  },
} as const;

/** `bake validate`: checks a template without building; needs neither network nor credentials. */
export const validateCommand: Command = {
  name: 'validate',
  summary: 'Checks a template and everything in it, without building.',
  operands: 'PATH',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const request = {
      path: templatePath(operands),
      only: given.only,
      except: given.except,
      assignments: given.var,
      variableFiles: given['var-file'],
      warnUndeclared: given['no-warn-undeclared-var'] !== true,
      readData: given['evaluate-datasources'] === true,
    };
    const theme = await chooseTheme(undefined, terminal);
    const { hasErrors } = await planTemplate(request, terminal, diagnosticsView(terminal, theme));
    if (hasErrors) return 1;
    terminal.write('The configuration is valid.\n');
    return 0;
  },
};

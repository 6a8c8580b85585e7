import { parseFlags } from '../arguments/flags.ts';
import { pluginFlags, templateChoice, templateFlags } from '../arguments/template-flags.ts';
import { annotatedView } from '../views/annotated-view.ts';
import type { Command } from './command.ts';
import { openTemplate, planTemplate, templatePath } from './template-session.ts';

const flags = {
  ...templateFlags,
  ...pluginFlags,
  'syntax-only': {
    kind: 'bool',
    help: 'Check only that the files can be read and the values of variables fit.',
  },
  'evaluate-datasources': {
    kind: 'bool',
    help: 'Read data sources and ask services such as Vault.',
  },
  json: { kind: 'bool', help: 'Print one JSON object a line, for programs (docs/events.md).' },
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
      ...templateChoice(given),
      ignorePrereleases: given['ignore-prerelease-plugins'] === true,
      warnUndeclared: given['no-warn-undeclared-var'] !== true,
      readData: given['evaluate-datasources'] === true,
    };
    const isSyntaxOnly = given['syntax-only'] === true;
    const check = isSyntaxOnly ? openTemplate : planTemplate;
    if (given.json === true) {
      const { JsonView } = await import('../views/json-view.ts');
      const view = new JsonView(terminal, 'validate');
      return view.end((await check(request, terminal, view)).hasErrors ? 1 : 0);
    }
    const view = await annotatedView(terminal);
    if ((await check(request, terminal, view)).hasErrors) return 1;
    terminal.write(
      isSyntaxOnly
        ? 'Syntax-only check passed. Everything looks okay.\n'
        : 'The configuration is valid.\n',
    );
    return 0;
  },
};

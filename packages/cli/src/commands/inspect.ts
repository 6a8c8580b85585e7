import { outlineBuilds } from '@bake/core';
import { parseFlags } from '../arguments/flags.ts';
import { templateFlags } from '../arguments/template-flags.ts';
import type { Terminal } from '../terminal.ts';
import { buildsText } from '../views/builds-text.ts';
import { diagnosticsView } from '../views/diagnostics.ts';
import { inspectionJson, KeptDiagnostics } from '../views/inspection-json.ts';
import { chooseTheme } from '../views/theme.ts';
import { valuesText } from '../views/values-text.ts';
import type { Command } from './command.ts';
import {
  evaluateOpened,
  openTemplate,
  type TemplateRequest,
  templatePath,
} from './template-session.ts';

const flags = {
  ...templateFlags,
  json: { kind: 'bool', help: 'Print one JSON document, for programs.' },
} as const;

/**
 * `bake inspect`: says what a template is made of. It must be readable, and values given must fit; what
 * else is wrong with it is for `bake validate` to say.
 */
export const inspectCommand: Command = {
  name: 'inspect',
  summary: 'Shows the variables, locals and builds of a template.',
  operands: 'PATH',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const request = {
      path: templatePath(operands),
      assignments: given.var,
      variableFiles: given['var-file'],
      warnUndeclared: false,
      sequential: given['use-sequential-evaluation'] === true,
      ignorePrereleases: false,
    };
    return given.json === true ? asJson(request, terminal) : asText(request, terminal);
  },
};

async function asText(request: TemplateRequest, terminal: Terminal): Promise<number> {
  const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
  const opened = await openTemplate(request, terminal, view);
  if (opened.hasErrors) return 1;
  const evaluated = await evaluateOpened(opened, terminal);
  const { values } = evaluated.value;
  const builds = await outlineBuilds(opened.template, evaluated.value);
  terminal.write(`Packer Inspect: HCL2 mode\n\n${valuesText(values)}\n${buildsText(builds)}\n`);
  return 0;
}

async function asJson(request: TemplateRequest, terminal: Terminal): Promise<number> {
  const kept = new KeptDiagnostics();
  const opened = await openTemplate(request, terminal, kept);
  if (opened.hasErrors) {
    terminal.writeData(inspectionJson({ diagnostics: kept.list }));
    return 1;
  }
  const evaluated = await evaluateOpened(opened, terminal);
  const { values } = evaluated.value;
  const builds = await outlineBuilds(opened.template, evaluated.value);
  const found = { variables: opened.variables, values, builds };
  terminal.writeData(inspectionJson({ diagnostics: kept.list, found }));
  return 0;
}

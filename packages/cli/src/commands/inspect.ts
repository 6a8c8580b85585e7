import { type EvaluatedTemplate, outlineBuilds } from '@bake/core';
import type { InspectionLine } from '@bake/core/legacy';
import { parseFlags } from '../arguments/flags.ts';
import { templateChoice, templateFlags } from '../arguments/template-flags.ts';
import type { Terminal } from '../terminal.ts';
import { buildsText } from '../views/builds-text.ts';
import { type DiagnosticsView, diagnosticsView } from '../views/diagnostics.ts';
import { type InspectedParts, inspectionJson, KeptDiagnostics } from '../views/inspection-json.ts';
import { chooseTheme } from '../views/theme.ts';
import { valuesText } from '../views/values-text.ts';
import type { Command } from './command.ts';
import {
  evaluateOpened,
  type OpenedTemplate,
  openTemplate,
  optionalPath,
  type TemplateRequest,
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
  operands: '[PATH]',
  flags,
  async run(argv, terminal) {
    const { flags: given, operands } = parseFlags(argv, flags);
    const path = optionalPath(operands);
    const choice = templateChoice(given);
    const request = {
      path,
      ...choice,
      configType: choice.configType ?? (path === undefined ? 'json' : undefined),
      warnUndeclared: false,
      ignorePrereleases: false,
    };
    return given.json === true ? asJson(request, terminal) : asText(request, terminal);
  },
};

async function asText(request: TemplateRequest, terminal: Terminal): Promise<number> {
  const view = diagnosticsView(terminal, await chooseTheme(undefined, terminal));
  const opened = await openTemplate(request, terminal, view);
  if (opened.hasErrors) return 1;
  const lines = await linesOf(opened, terminal, view);
  if (lines === undefined) return 1;
  for (const line of lines) {
    if (line.type === 'text') terminal.write(`${line.text}\n`);
    else terminal.record(line.type, line.args);
  }
  return 0;
}

async function linesOf(
  opened: OpenedTemplate,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<readonly InspectionLine[] | undefined> {
  const { legacy } = opened.template;
  if (legacy !== undefined) return (await import('@bake/core/legacy')).inspectLegacy(legacy);
  const evaluated = await evaluatedOf(opened, terminal, view);
  if (evaluated === undefined) return undefined;
  const builds = await outlineBuilds(opened.template, evaluated);
  const texts = ['Packer Inspect: HCL2 mode\n', valuesText(evaluated.values), buildsText(builds)];
  return texts.map((text) => ({ type: 'text', text }));
}

async function asJson(request: TemplateRequest, terminal: Terminal): Promise<number> {
  const kept = new KeptDiagnostics();
  const opened = await openTemplate(request, terminal, kept);
  if (opened.hasErrors) {
    terminal.writeData(inspectionJson({ diagnostics: kept.list }));
    return 1;
  }
  const found = await partsOf(opened, terminal, kept);
  terminal.writeData(inspectionJson({ diagnostics: kept.list, ...(found && { found }) }));
  return found === undefined ? 1 : 0;
}

async function partsOf(
  opened: OpenedTemplate,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<InspectedParts | undefined> {
  const { legacy } = opened.template;
  if (legacy !== undefined) {
    const { outlineLegacy } = await import('@bake/core/legacy');
    return { legacy: legacy.variables, builds: [outlineLegacy(legacy)] };
  }
  const evaluated = await evaluatedOf(opened, terminal, view);
  if (evaluated === undefined) return undefined;
  const builds = await outlineBuilds(opened.template, evaluated);
  return { variables: opened.variables, values: evaluated.values, builds };
}

/** The values that there are; `undefined` when somebody did not wait for them, which is shown. */
async function evaluatedOf(
  opened: OpenedTemplate,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<EvaluatedTemplate | undefined> {
  const { value, diagnostics, isInterrupted } = await evaluateOpened(opened, terminal);
  if (!isInterrupted) return value;
  view.show(diagnostics);
  return undefined;
}

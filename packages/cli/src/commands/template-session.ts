import { text as readAll } from 'node:stream/consumers';
import {
  type EvaluatedTemplate,
  emptyTemplate,
  evaluateTemplate,
  type GivenVariables,
  type LoadedTemplate,
  load,
  loadPiped,
  type Plan,
  plan,
  type Registry,
  readVariables,
  type Template,
  type VariableOptions,
} from '@bake/core';
import { type Diagnostic, type Source, secondOpinion, type WithDiagnostics } from '@bake/hcl';
import type { Ui } from '@bake/plugin-sdk';
import { ArgumentError } from '../arguments/flags.ts';
import type { TemplateChoice } from '../arguments/template-flags.ts';
import { registryFor } from '../plugin-places.ts';
import type { Terminal } from '../terminal.ts';
import type { DiagnosticsView } from '../views/diagnostics.ts';

/** Which template, with which values. */
export interface TemplateRequest
  extends Pick<TemplateChoice, 'assignments' | 'variableFiles' | 'sequential' | 'configType'> {
  /** `-` is the standard input, `undefined` a template without files. */
  readonly path: string | undefined;
  readonly warnUndeclared: boolean;
  readonly ignorePrereleases: boolean;
}

/** What of a template is to be planned. */
export interface PlanRequest extends TemplateRequest {
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** Read data sources, unless the template cannot be read without mistakes: as in Packer, nothing is asked for it. */
  readonly readData: boolean;
}

/** A planned template, with the registry that found its plugins. */
export interface PlannedTemplate {
  readonly plan: Plan;
  readonly registry: Registry;
  /** Something was wrong with it; the plan holds what was not. */
  readonly hasErrors: boolean;
}

/** A template that was read and nothing more, with the values given to its variables. */
export interface OpenedTemplate {
  readonly template: Template;
  readonly variables: GivenVariables;
  readonly request: TemplateRequest;
  /** What the values were taken with. */
  readonly options: VariableOptions;
  /** Something was wrong with its text or with those values. */
  readonly hasErrors: boolean;
}

/** The one operand that such a command takes. */
export function templatePath(operands: readonly string[]): string {
  const path = optionalPath(operands);
  if (path === undefined) throw new ArgumentError('Give the path of a template or its folder.');
  return path;
}

/** The one operand that a command can also do without. */
export function optionalPath([path, surplus]: readonly string[]): string | undefined {
  if (surplus === undefined) return path;
  const advice = surplus.startsWith('-') ? ' Options go before the path.' : '';
  throw new ArgumentError(`One path is wanted, and "${surplus}" came after it.${advice}`);
}

/** Loads and plans a template and shows every diagnostic of both. */
export async function planTemplate(
  request: PlanRequest,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<PlannedTemplate> {
  const loaded = await loadTemplate(request, terminal);
  const registry = registryFor(loaded.value.root, terminal, request.ignorePrereleases);
  const readData = request.readData && !loaded.diagnostics.some(isError);
  const planned = await plan(loaded.value, {
    ...variableOptions(request, terminal),
    registry,
    only: request.only,
    except: request.except,
    readData,
    sequential: request.sequential,
    signal: readingSignal(loaded.value, readData, terminal),
    log: shownLog(view),
  });
  const diagnostics = [...loaded.diagnostics, ...planned.diagnostics];
  view.show(diagnostics);
  await askSecondOpinion(loaded.rejected, view);
  return { plan: planned.value, registry, hasErrors: diagnostics.some(isError) };
}

/** Loads a template, takes the values given to its variables, and shows every diagnostic of both. */
export async function openTemplate(
  request: TemplateRequest,
  terminal: Terminal,
  view: DiagnosticsView,
): Promise<OpenedTemplate> {
  const loaded = await loadTemplate(request, terminal);
  const options = variableOptions(request, terminal);
  const variables = readVariables(loaded.value, options);
  const diagnostics = [...loaded.diagnostics, ...variables.diagnostics];
  view.show(diagnostics);
  await askSecondOpinion(loaded.rejected, view);
  return {
    template: loaded.value,
    variables: variables.value,
    request,
    options,
    hasErrors: diagnostics.some(isError),
  };
}

/**
 * Evaluates an opened template, reading its data sources if they are wanted, which keep silent. Nothing is shown: whoever
 * asks for values wants those that there are, and the diagnostics say why others are unknown. A legacy
 * template has no such values.
 */
export async function evaluateOpened(
  { template, variables, request, options }: OpenedTemplate,
  terminal: Terminal,
  { readData }: Pick<PlanRequest, 'readData'> = { readData: true },
): Promise<WithDiagnostics<EvaluatedTemplate> & { readonly isInterrupted: boolean }> {
  const signal = readingSignal(template, readData, terminal);
  const evaluated = await evaluateTemplate(template, variables, {
    ...options,
    registry: registryFor(template.root, terminal, request.ignorePrereleases),
    readData,
    sequential: request.sequential,
    signal,
    log: silentLog,
  });
  return { ...evaluated, isInterrupted: signal.aborted };
}

async function loadTemplate(
  { path, configType }: TemplateRequest,
  terminal: Terminal,
): Promise<LoadedTemplate> {
  if (path === undefined) {
    return configType === 'json'
      ? loadPiped({ source: { name: '', text: withoutPath }, type: 'json' })
      : { value: emptyTemplate(), diagnostics: [], rejected: [] };
  }
  if (path !== '-') return load(path);
  const source = { name: '<stdin>', text: await readAll(terminal.input) };
  return loadPiped({ source, type: configType ?? 'json' });
}

/** The legacy template that no path means, as in Packer. */
const withoutPath = '{ "builders": [{ "type": "null" }] }';

function variableOptions(request: TemplateRequest, terminal: Terminal): VariableOptions {
  return {
    variables: {
      environment: terminal.environment,
      files: request.variableFiles,
      assignments: request.assignments,
      warnUndeclared: request.warnUndeclared,
    },
    workingDir: terminal.workingDir,
    startTime: new Date(),
  };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Data sources speak before there is a run with a view of its own. */
function shownLog(view: DiagnosticsView): Ui {
  return {
    ...silentLog,
    say: (text) => view.say('info', text),
    error: (text) => view.say('error', text),
  };
}

const silentLog: Ui = { say() {}, error() {}, output() {}, progress() {} };

/**
 * Asks HashiCorp's own parser about files that ours rejects. If it accepts one, the fault is ours and
 * not the user's, and they should know.
 */
async function askSecondOpinion(rejected: readonly Source[], view: DiagnosticsView): Promise<void> {
  for (const source of rejected) {
    if ((await secondOpinion(source)) !== 'accepts') continue;
    view.note(
      `HashiCorp's HCL parser accepts ${source.name}, so this is a bug in bake. Please report it with the file.`,
    );
  }
}

/** Only data sources have something to undo; evaluation alone may simply be ended. */
function readingSignal(template: Template, readData: boolean, terminal: Terminal): AbortSignal {
  const reads = readData && template.data.size > 0;
  return reads ? terminal.signal : new AbortController().signal;
}

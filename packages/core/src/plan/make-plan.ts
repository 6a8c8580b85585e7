import {
  containsSensitive,
  type Diagnostic,
  Diagnostics,
  type EncodedValue,
  encodeValue,
  type FunctionContext,
  type Value,
  type WithDiagnostics,
} from '@bake/hcl';
import type { Ui } from '@bake/plugin-sdk';
import type { Template } from '../config/template.ts';
import * as messages from '../messages.ts';
import type { Registry } from '../plugins/registry.ts';
import { functionContext } from '../values/function-context.ts';
import { evaluatePrerequisites } from '../values/prerequisites.ts';
import { type RootValues, rootScope } from '../values/root-scope.ts';
import type { VariableInputs } from '../values/variable-sources.ts';
import { variableValues } from '../values/variable-values.ts';
import { bakeVersion } from '../version.ts';
import { buildFilter } from './build-filter.ts';
import { checkRequiredPlugins } from './check-required-plugins.ts';
import { dataReader } from './data-reader.ts';
import type { Plan, PlannedBuild } from './plan.ts';
import { planBuildBlock } from './plan-builds.ts';
import type { Planning } from './planning.ts';

/** What planning needs beside the template. */
export interface PlanOptions {
  readonly registry: Registry;
  readonly variables: VariableInputs;
  /** Patterns of `-only` and `-except`. */
  readonly only: readonly string[];
  readonly except: readonly string[];
  /** Read data sources; without it what they give is unknown, and nothing outside is asked. */
  readonly readData: boolean;
  readonly workingDir: string;
  readonly startTime: Date;
  /** Aborts reading of data sources. */
  readonly signal: AbortSignal;
  /** Where data sources say what they do. */
  readonly log: Ui;
}

/**
 * Evaluates a template and checks every component's config. The plan is usable only when no error is
 * among the diagnostics; builds that are in error are not part of it.
 */
export async function plan(
  template: Template,
  options: PlanOptions,
): Promise<WithDiagnostics<Plan>> {
  const diagnostics = new Diagnostics();
  const { registry, workingDir, startTime } = options;
  const context = contextOf(template, options);
  checkRequiredPlugins(template, registry, diagnostics);
  const variables = variableValues(template, options.variables, context, diagnostics);
  const readData = dataReader({ ...options, template, diagnostics });
  const values = await evaluatePrerequisites(
    template,
    variables,
    workingDir,
    context,
    readData,
    diagnostics,
  );
  const scope = rootScope(values, context);
  const planning = { template, registry, scope, diagnostics, startTime, workingDir };
  const builds = await planBuilds(planning, options);
  const made = freeze(planOf(template, options, values, builds));
  return { value: made, diagnostics: distinct(diagnostics.list) };
}

function contextOf(template: Template, options: PlanOptions): FunctionContext {
  const { environment } = options.variables;
  return functionContext(template.root, options.workingDir, options.startTime, environment);
}

async function planBuilds(
  planning: Planning,
  options: PlanOptions,
): Promise<readonly PlannedBuild[]> {
  const { template, diagnostics } = planning;
  if (template.builds.length === 0 && template.files.length > 0) {
    diagnostics.add(messages.missingBuild(template.path));
  }
  const filter = buildFilter(options.only, options.except, diagnostics);
  const builds: PlannedBuild[] = [];
  for (const block of template.builds) {
    builds.push(...(await planBuildBlock(block, filter, planning)));
  }
  filter.report(diagnostics);
  if (builds.length === 0 && !diagnostics.hasErrors) diagnostics.add(messages.noBuilds());
  return builds;
}

function planOf(
  template: Template,
  options: PlanOptions,
  values: RootValues,
  builds: readonly PlannedBuild[],
): Plan {
  const isDeferred = builds.some((build) =>
    [build.builder, ...build.provisioners, build.errorCleanup, ...build.postProcessors.flat()].some(
      (component) => component?.deferred !== undefined,
    ),
  );
  return {
    format: 1,
    bakeVersion,
    root: template.root,
    workingDir: options.workingDir,
    startTime: options.startTime.toISOString(),
    scope: isDeferred ? encodedScope(values) : {},
    secrets: secretsOf(values),
    builds,
  };
}

function encodedScope(values: RootValues): Plan['scope'] {
  const entries = (map: ReadonlyMap<string, Value>): EncodedValue =>
    encodeValue({ kind: 'object', entries: map });
  const data = [...values.data].map(([type, byName]) => [type, entries(byName)] as const);
  return {
    var: entries(values.variables),
    local: entries(values.locals),
    data: Object.fromEntries(data),
  };
}

function secretsOf(values: RootValues): readonly EncodedValue[] {
  return [...values.variables.values(), ...values.locals.values()]
    .filter(containsSensitive)
    .map(encodeValue);
}

/** The same mistake in a block that several sources use is said once. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, summary, detail, subject }) => {
    const place = subject && [subject.source.name, subject.start, subject.end];
    const key = JSON.stringify([code, summary, detail, place]);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) freeze(item);
  return value;
}

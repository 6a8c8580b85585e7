import {
  type Block,
  containsSensitive,
  type Diagnostic,
  Diagnostics,
  type EncodedValue,
  encodeValue,
  type Value,
  type WithDiagnostics,
} from '@bake/hcl';
import { withoutFollowing } from '../config/following.ts';
import type { Template } from '../config/template.ts';
import { planLegacy } from '../legacy/plan-legacy.ts';
import * as messages from '../messages.ts';
import type { RootValues } from '../values/root-scope.ts';
import { bakeVersion } from '../version.ts';
import { type BuildBlock, readBuildBlock } from './build-block.ts';
import { buildFilter } from './build-filter.ts';
import { checkRegistries } from './check-registries.ts';
import { checkRequiredPlugins } from './check-required-plugins.ts';
import { type EvaluationOptions, evaluateTemplate, readVariables } from './evaluate-template.ts';
import type { Plan, PlannedBuild } from './plan.ts';
import { planBuildBlock } from './plan-builds.ts';
import { redactorOf, secretText } from './plan-secrets.ts';
import type { Planning } from './planning.ts';

/** What planning needs beside the template. */
export interface PlanOptions extends EvaluationOptions {
  /** Patterns of `-only` and `-except`. */
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/**
 * Evaluates a template and checks every component's config. The plan is usable only when no error is
 * among the diagnostics; builds that are in error are not part of it.
 */
export async function plan(
  template: Template,
  options: PlanOptions,
): Promise<WithDiagnostics<Plan>> {
  if (template.legacy !== undefined) {
    const planned = await planLegacy(template, template.legacy, options);
    return finished(planned.value, planned.diagnostics);
  }
  const { planning, values } = await beginPlanning(template, options);
  const { diagnostics } = planning;
  const blocks = await readBuilds(template.builds, planning);
  const builds = await planBuilds(blocks, planning, options);
  // Without files, what is wrong was said when they were looked for.
  const isEmpty = builds.length === 0 && template.files.length > 0;
  if (isEmpty && !diagnostics.hasErrors) diagnostics.add(messages.noBuilds());
  const secrets = secretsOf(values, planning);
  const told = withoutFollowing(diagnostics.list, template.mistakes);
  return finished(planOf(template, options, values, secrets, distinguished(builds)), told);
}

/** What planning begins with: variables, locals and data sources, with all that is wrong with them. */
export async function beginPlanning(
  template: Template,
  options: PlanOptions,
): Promise<{ readonly planning: Planning; readonly values: RootValues }> {
  const diagnostics = new Diagnostics();
  const { registry, workingDir, startTime } = options;
  checkRequiredPlugins(template, registry, diagnostics);
  const variables = readVariables(template, options);
  diagnostics.add(...variables.diagnostics);
  // These mistakes end Packer before it reads data sources, and what is read for a template in error is for nothing.
  const readData = options.readData && !diagnostics.hasErrors;
  const evaluated = await evaluateTemplate(template, variables.value, { ...options, readData });
  diagnostics.add(...evaluated.diagnostics);
  const { scope, values, answers } = evaluated.value;
  return {
    planning: { template, registry, scope, diagnostics, answers, startTime, workingDir },
    values,
  };
}

/** Freezes the plan, and takes secrets out of what messages quote, whoever wrote the message. */
function finished(made: Plan, diagnostics: readonly Diagnostic[]): WithDiagnostics<Plan> {
  return { value: freeze(made), diagnostics: discreet(diagnostics, made.secrets) };
}

/** Diagnostics each once, without the secrets. */
export function discreet(
  diagnostics: readonly Diagnostic[],
  secrets: Plan['secrets'],
): readonly Diagnostic[] {
  const redactor = redactorOf(secrets);
  const hidden = diagnostics.map((diagnostic) => ({
    ...diagnostic,
    summary: redactor.hide(diagnostic.summary),
    detail: redactor.hide(diagnostic.detail),
    ...(diagnostic.values && { values: diagnostic.values.map((value) => redactor.hide(value)) }),
  }));
  return distinct(hidden);
}

/** Takes build blocks apart, and checks what stands beside them. */
export function readBuilds(
  builds: readonly Block[],
  planning: Planning,
): Promise<readonly BuildBlock[]> {
  const { template, diagnostics } = planning;
  if (template.builds.length === 0 && template.files.length > 0) {
    diagnostics.add(missingBuild(template));
  }
  return planning.answers.settled(diagnostics, (found) =>
    builds.map((block) => readBuildBlock(block, { ...planning, diagnostics: found })),
  );
}

/** Plans the builds of blocks, with their names as they are. */
export async function planBuilds(
  blocks: readonly BuildBlock[],
  planning: Planning,
  options: Pick<PlanOptions, 'only' | 'except'>,
): Promise<readonly PlannedBuild[]> {
  const { template, diagnostics } = planning;
  const filter = buildFilter(options.only, options.except, diagnostics);
  const builds: PlannedBuild[] = [];
  const registries = template.registries.map((block) => ({ block, scope: planning.scope }));
  const inBuilds = blocks.map((block) => block.registries);
  await planning.answers.settled(diagnostics, (found) =>
    checkRegistries(registries, inBuilds, found),
  );
  for (const block of blocks) builds.push(...(await planBuildBlock(block, filter, planning)));
  filter.report(diagnostics);
  return builds;
}

/** Points at the first source, which has no build, or else at the first block there is. */
function missingBuild({ files, sources }: Template): Diagnostic {
  const names = files.map(({ source }) => source.name);
  const [source] = sources;
  if (source !== undefined) {
    return messages.missingBuild(names, `source.${source[0]}`, source[1].block.header);
  }
  const [block] = files.flatMap(({ body }) => body.items.filter(({ kind }) => kind === 'block'));
  return messages.missingBuild(
    names,
    undefined,
    block?.kind === 'block' ? block.header : undefined,
  );
}

/** A source may be built several times; the second build of a name is told apart by a number. */
function distinguished(builds: readonly PlannedBuild[]): readonly PlannedBuild[] {
  const counts = new Map<string, number>();
  return builds.map((build) => {
    const count = (counts.get(build.name) ?? 0) + 1;
    counts.set(build.name, count);
    return count === 1 ? build : { ...build, name: `${build.name} (${count})` };
  });
}

function planOf(
  template: Template,
  options: PlanOptions,
  values: RootValues,
  secrets: Plan['secrets'],
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
    secrets,
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

/** What is secret of the values of a template, and what services have answered. */
export function secretsOf(
  { variables, locals, data }: RootValues,
  { answers }: Pick<Planning, 'answers'>,
): readonly EncodedValue[] {
  const results = [...data.values()].flatMap((byName) => [...byName.values()]);
  // What else a data source gives beside a secret is none.
  const attributes = results.flatMap((one) => [
    ...(one.kind === 'object' ? one.entries.values() : []),
  ]);
  const marked = [...variables.values(), ...locals.values(), ...attributes].filter(
    containsSensitive,
  );
  return [...marked.map(encodeValue), ...answers.texts.map(secretText)];
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

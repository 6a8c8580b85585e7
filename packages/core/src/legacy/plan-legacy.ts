import { resolve } from 'node:path';
import {
  compareText,
  Diagnostics,
  encodeValue,
  markSensitive,
  stringValue,
  type WithDiagnostics,
} from '@bake/hcl';
import type { Template } from '../config/template.ts';
import { noBuilds } from '../messages.ts';
import type { EvaluationOptions } from '../plan/evaluate-template.ts';
import type { Plan, PlannedBuild } from '../plan/plan.ts';
import { bakeVersion, coreVersion } from '../version.ts';
import { checkLegacy } from './check-legacy.ts';
import { type LegacyTexts, legacyTexts } from './component-texts.ts';
import { type LegacyTemplate, rawNameOf } from './legacy-template.ts';
import { type NamedBuilder, planLegacyBuild } from './plan-legacy-build.ts';
import { userVariables } from './user-variables.ts';

/** What planning a legacy template needs beside it. */
export interface LegacyPlanOptions extends EvaluationOptions {
  /** Names of builders; for `except`, of post-processors too. No patterns. */
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/**
 * Plans a template in the legacy JSON format: the plan is of the same form as that of an HCL template,
 * with builds in the order of their names.
 */
export async function planLegacy(
  template: Template,
  legacy: LegacyTemplate,
  options: LegacyPlanOptions,
): Promise<WithDiagnostics<Plan>> {
  const diagnostics = new Diagnostics();
  const variables = new Map<string, string>();
  const texts = await textsOf(template, variables, options);
  checkLegacy(legacy, diagnostics);
  const values = userVariables(legacy, options.variables, texts.expandVariable, diagnostics);
  for (const [name, value] of values) variables.set(name, value);

  const builds: PlannedBuild[] = [];
  for (const builder of buildersOf(legacy, texts, diagnostics)) {
    if (!isWanted(builder.name, options)) continue;
    const { registry, startTime, workingDir, except } = options;
    const scope = { variables: new Map() };
    const planning = { template, registry, scope, diagnostics, startTime, workingDir };
    const build = await planLegacyBuild(builder, { legacy, texts, planning, except });
    if (build !== undefined) builds.push(build);
  }
  const hasBuilders = legacy.builders.length > 0;
  if (builds.length === 0 && hasBuilders && !diagnostics.hasErrors) diagnostics.add(noBuilds());
  const plan = planOf(template, options, secretsOf(legacy, values), builds);
  return { value: plan, diagnostics: diagnostics.list };
}

function textsOf(
  template: Template,
  variables: ReadonlyMap<string, string>,
  { workingDir, startTime, variables: { environment } }: LegacyPlanOptions,
): Promise<LegacyTexts> {
  return legacyTexts({ coreVersion, startTime, workingDir }, environment, {
    user: (name) => variables.get(name) ?? '',
    templateDir: resolve(workingDir, template.root),
  });
}

/** The builders with their names expanded, in the order of those. */
function buildersOf(
  legacy: LegacyTemplate,
  texts: LegacyTexts,
  diagnostics: Diagnostics,
): readonly NamedBuilder[] {
  return legacy.builders
    .map((builder): NamedBuilder => {
      const identity = { buildName: rawNameOf(builder), builderType: builder.type.value };
      const reading = texts.forBuild(identity, (diagnostic) => diagnostics.add(diagnostic));
      return { builder, name: reading.settle(builder.name ?? builder.type, 'name') };
    })
    .toSorted((one, other) => compareText(one.name, other.name));
}

function isWanted(name: string, { only, except }: LegacyPlanOptions): boolean {
  return (only.length === 0 || only.includes(name)) && !except.includes(name);
}

function planOf(
  template: Template,
  { workingDir, startTime }: LegacyPlanOptions,
  secrets: Plan['secrets'],
  builds: readonly PlannedBuild[],
): Plan {
  return {
    format: 1,
    bakeVersion,
    root: template.root,
    workingDir,
    startTime: startTime.toISOString(),
    scope: {},
    secrets,
    builds,
  };
}

function secretsOf(
  { variables }: LegacyTemplate,
  values: ReadonlyMap<string, string>,
): Plan['secrets'] {
  return [...values]
    .filter(([name, value]) => variables.get(name)?.sensitive === true && value !== '')
    .map(([, value]) => encodeValue(markSensitive(stringValue(value))));
}

import { compareText, Diagnostics, type WithDiagnostics } from '@bake/hcl';
import type { Template } from '../config/template.ts';
import { noBuilds } from '../messages.ts';
import type { EvaluationOptions } from '../plan/evaluate-template.ts';
import type { Plan, PlannedBuild } from '../plan/plan.ts';
import { secretText } from '../plan/plan-secrets.ts';
import { Answers } from '../services/answers.ts';
import { askServices } from '../services/ask-service.ts';
import { bakeVersion } from '../version.ts';
import { checkLegacy } from './check-legacy.ts';
import type { LegacyTexts } from './component-texts.ts';
import { expandLegacy } from './expand-legacy.ts';
import { type LegacyComponent, type LegacyTemplate, rawNameOf } from './legacy-template.ts';
import { type NamedBuilder, planLegacyBuild } from './plan-legacy-build.ts';
import { isUnknownText } from './unknown-text.ts';
import type { UserValues } from './user-variables.ts';
import type { TextReading } from './weak-value.ts';

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
  const { environment } = options.variables;
  const answers = new Answers(
    options.readData ? askServices(environment) : undefined,
    options.signal,
  );
  checkLegacy(legacy, diagnostics);
  const { texts, values } = await expandLegacy(template, legacy, options, answers, diagnostics);

  const builds: PlannedBuild[] = [];
  for (const builder of buildersOf(legacy, texts, diagnostics)) {
    if (!isWanted(builder.name, options)) continue;
    const { registry, startTime, workingDir, except } = options;
    const scope = { variables: new Map() };
    const planning = { template, registry, scope, diagnostics, answers, startTime, workingDir };
    const build = await planLegacyBuild(builder, { legacy, texts, planning, except });
    if (build !== undefined) builds.push(build);
  }
  const hasBuilders = legacy.builders.length > 0;
  if (builds.length === 0 && hasBuilders && !diagnostics.hasErrors) diagnostics.add(noBuilds());
  const secrets = [...secretsOf(legacy, values), ...answers.texts.map(secretText)];
  const plan = planOf(template, options, secrets, builds);
  return { value: plan, diagnostics: diagnostics.list };
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
      return { builder, name: nameOf(builder, reading) };
    })
    .toSorted((one, other) => compareText(one.name, other.name));
}

/** A name that only a service could tell is shown as the unknown that it is. */
function nameOf({ name, type }: LegacyComponent, reading: TextReading): string {
  try {
    return reading.settle(name ?? type, 'name');
  } catch (error) {
    if (!isUnknownText(error)) throw error;
    return '<unknown>';
  }
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

function secretsOf({ variables }: LegacyTemplate, values: UserValues): Plan['secrets'] {
  return [...values]
    .filter(([name]) => variables.get(name)?.sensitive === true)
    .flatMap(([, value]) => (value ? [secretText(value)] : []));
}

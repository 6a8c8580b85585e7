import {
  Diagnostics,
  decodedValue,
  decodeItems,
  decodeValue,
  expandDynamic,
  fromJs,
  type ObjectValue,
  parseConfig,
  parseJsonConfig,
  type Scope,
  type Value,
} from '@bake/hcl';
import { Failure } from '@bake/plugin-sdk';
import { bodySchemaOf } from '../components/body-schema.ts';
import { configSecrets } from '../components/config-secrets.ts';
import { goTemplateRender, verbatim } from '../components/go-templates.ts';
import { readOptions } from '../components/read-options.ts';
import { runningScope } from '../plan/build-facts.ts';
import { splitPostProcessor, splitProvisioner } from '../plan/meta-arguments.ts';
import type { PlannedComponent } from '../plan/plan.ts';
import { hasGoTemplate, merged } from '../plan/prepare-component.ts';
import type { ComponentOf } from '../plugins/registry.ts';
import { withNames } from '../values/root-scope.ts';
import { coreVersion } from '../version.ts';
import type { BuildRun } from './build-run.ts';

type RunnableKind = 'builders' | 'provisioners' | 'post-processors';

/** A component, loaded, and its config as of now. */
export interface Ready<C> {
  readonly component: C;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Loads a planned component and reads its config from the plan; what was unknown then is evaluated
 * again with the values of `build.*`. Rejects with a `Failure` when that goes wrong.
 */
export async function readyComponent<K extends RunnableKind>(
  kind: K,
  planned: PlannedComponent,
  run: BuildRun,
): Promise<Ready<ComponentOf[K]>> {
  const { component } = await run.shared.options.registry.load(kind, planned.type);
  const own = planned.deferred
    ? await evaluateDeferred(kind, component, planned, run)
    : (decodeValue(planned.config) as ObjectValue);
  const override =
    planned.override === undefined ? undefined : (decodeValue(planned.override) as ObjectValue);
  const value = merged(own, override);
  const render = hasGoTemplate(value) ? await goTemplateRender(factsOf(run)) : verbatim;
  const diagnostics = new Diagnostics();
  const nowhere = { source: { name: planned.range.file, text: '' }, start: 0, end: 0 };
  const { config } = readOptions(component.config, value, render, (_, describe) =>
    diagnostics.add(describe(nowhere)),
  );
  throwFirst(diagnostics, planned);
  for (const secret of configSecrets(component.config, config)) run.shared.events.protect(secret);
  return { component, config };
}

async function evaluateDeferred(
  kind: RunnableKind,
  component: ComponentOf[RunnableKind],
  planned: PlannedComponent,
  run: BuildRun,
): Promise<ObjectValue> {
  const {
    file,
    syntax,
    text,
    origin,
    iterators = {},
  } = planned.deferred as NonNullable<PlannedComponent['deferred']>;
  const diagnostics = new Diagnostics();
  const parse = syntax === 'json' ? parseJsonConfig : parseConfig;
  const { value: parsed } = parse({ name: file, text, origin });
  const scope = withNames(scopeOf(run), mapEntries(iterators, decodeValue));
  const split = kind === 'provisioners' ? splitProvisioner : splitPostProcessor;
  const schema = bodySchemaOf(component.config);
  const decoded = await run.shared.answers.settled(diagnostics, (found) => {
    const { items } = expandDynamic(parsed.body, scope, found);
    return decodeItems(split(items).component, schema, parsed.range, found);
  });
  throwFirst(diagnostics, planned);
  return decodedValue(decoded) as ObjectValue;
}

/** The names that every provisioner and post-processor of the build can use by now. */
function scopeOf({ build, shared, provides, data }: BuildRun): Scope {
  const { localName, buildName, builder } = build;
  const known = mapEntries(data, fromJs);
  return runningScope(shared.scope, builder.type, localName, buildName, provides, known);
}

function mapEntries<T>(
  entries: Readonly<Record<string, T>>,
  map: (entry: T) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, map(entry)]));
}

function throwFirst(diagnostics: Diagnostics, planned: PlannedComponent): void {
  const first = diagnostics.list.find((diagnostic) => diagnostic.severity === 'error');
  if (first === undefined) return;
  const { file, start } = planned.range;
  throw new Failure({
    summary: `${first.summary} in ${planned.type} (${file}:${start.line})`,
    detail: first.detail,
  });
}

function factsOf(run: BuildRun): Parameters<typeof goTemplateRender>[0] {
  const { plan } = run.shared;
  return {
    buildName: run.build.sourceName,
    builderType: run.build.builder.type,
    coreVersion,
    startTime: new Date(plan.startTime),
    workingDir: plan.workingDir,
    data: run.data,
  };
}

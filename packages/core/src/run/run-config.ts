import {
  Diagnostics,
  decodedValue,
  decodeItems,
  decodeValue,
  elementsOf,
  expandDynamic,
  fromJs,
  isWhollyKnown,
  type ObjectValue,
  parseConfig,
  parseJsonConfig,
  type Scope,
  type Value,
} from '@bake/hcl';
import { Failure } from '@bake/plugin-sdk';
import { bodySchemaOf } from '../components/body-schema.ts';
import { configSecrets } from '../components/config-secrets.ts';
import { goTemplateRender, type TemplateFacts, verbatim } from '../components/go-templates.ts';
import { type Render, readOptions } from '../components/read-options.ts';
import { factNames, foreseenScope, runningScope } from '../plan/build-facts.ts';
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
  const value = await givenValue(kind, component, planned, scopeOf(run), run);
  const render = hasGoTemplate(value)
    ? await goTemplateRender(component, factsOf(run, run.data))
    : verbatim;
  return { component, config: readConfig(component, value, render, planned, run) };
}

/**
 * A planned component and its config as they will be in the run, as far as that follows from these values of `build.*`. Instead of
 * the config the names of other values that it depends on, or of functions that give something else each time.
 */
export async function foreseenComponent<K extends RunnableKind>(
  kind: K,
  planned: PlannedComponent,
  run: BuildRun,
  data: Readonly<Record<string, unknown>>,
): Promise<Ready<ComponentOf[K]> | { readonly dependsOn: readonly string[] }> {
  const { component } = await run.shared.options.registry.load(kind, planned.type);
  const { localName, buildName, builder } = run.build;
  const known = mapEntries(data, fromJs);
  const parent = run.shared.scope;
  const scope = foreseenScope(parent, builder.type, localName, buildName, run.provides, known);
  const value = await givenValue(kind, component, planned, scope, run);
  const unforeseen = factNames(run.provides).filter((name) => !Object.hasOwn(data, name));
  const dependsOn = unforeseenIn(value, unforeseen);
  if (dependsOn.length > 0) return { dependsOn };
  if (!isWhollyKnown(value))
    return { dependsOn: namesIn(planned.deferred?.text ?? '', unforeseen) };
  const render = hasGoTemplate(value)
    ? await goTemplateRender(component, factsOf(run, data))
    : verbatim;
  return { component, config: readConfig(component, value, render, planned, run) };
}

/** Functions of Go templates that give something else each time. */
const changing = ['timestamp', 'isotime', 'uuid'];

/** What the Go templates in a value use of these names, and of functions that give something else each time. */
function unforeseenIn(value: Value, unforeseen: readonly string[]): readonly string[] {
  if (value.kind !== 'string')
    return [...new Set(elementsOf(value).flatMap((part) => unforeseenIn(part, unforeseen)))];
  const actions = value.value.match(/\{\{.*?\}\}/gs) ?? [];
  const words = new Set(actions.join(' ').match(/\w+/g));
  return [
    ...unforeseen.filter((name) => words.has(name)).map((name) => `build.${name}`),
    ...changing.filter((name) => words.has(name)).map((name) => `{{${name}}}`),
  ];
}

/** Those of these names that an HCL text refers to; `build` as a whole if it is none of them by name. */
function namesIn(text: string, unforeseen: readonly string[]): readonly string[] {
  const found = unforeseen.filter((name) => new RegExp(`\\b${name}\\b`).test(text));
  return found.length > 0 ? found.map((name) => `build.${name}`) : ['build'];
}

async function givenValue(
  kind: RunnableKind,
  component: ComponentOf[RunnableKind],
  planned: PlannedComponent,
  scope: Scope,
  run: BuildRun,
): Promise<ObjectValue> {
  const own = planned.deferred
    ? await evaluateDeferred(kind, component, planned, scope, run)
    : (decodeValue(planned.config) as ObjectValue);
  const override =
    planned.override === undefined ? undefined : (decodeValue(planned.override) as ObjectValue);
  return merged(own, override);
}

function readConfig(
  component: ComponentOf[RunnableKind],
  value: ObjectValue,
  render: Render,
  planned: PlannedComponent,
  run: BuildRun,
): Readonly<Record<string, unknown>> {
  const diagnostics = new Diagnostics();
  const nowhere = { source: { name: planned.range.file, text: '' }, start: 0, end: 0 };
  const { config } = readOptions(component.config, value, render, (_, describe) =>
    diagnostics.add(describe(nowhere)),
  );
  throwFirst(diagnostics, planned);
  for (const secret of configSecrets(component.config, config)) run.shared.events.protect(secret);
  return config;
}

async function evaluateDeferred(
  kind: RunnableKind,
  component: ComponentOf[RunnableKind],
  planned: PlannedComponent,
  outer: Scope,
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
  const scope = withNames(outer, mapEntries(iterators, decodeValue));
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

function factsOf(run: BuildRun, data: BuildRun['data']): TemplateFacts {
  const { plan } = run.shared;
  return {
    buildName: run.build.sourceName,
    builderType: run.build.builder.type,
    coreVersion,
    startTime: new Date(plan.startTime),
    workingDir: plan.workingDir,
    data,
  };
}

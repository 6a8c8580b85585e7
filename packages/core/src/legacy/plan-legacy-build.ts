import type { Block, JsonProperty, Range, ScopedItem } from '@bake/hcl';
import { literalAttribute } from '@bake/hcl';
import type { ConfigSchema } from '@bake/plugin-sdk';
import { factNames } from '../plan/build-facts.ts';
import {
  appliesTo,
  readPostProcessorArguments,
  readProvisionerArguments,
} from '../plan/meta-arguments.ts';
import type {
  PlannedBuild,
  PlannedComponent,
  PlannedPostProcessor,
  PlannedProvisioner,
} from '../plan/plan.ts';
import { loadComponent, type Planning } from '../plan/planning.ts';
import { type Preparation, prepareComponent } from '../plan/prepare-component.ts';
import type { LegacyTexts } from './component-texts.ts';
import { type LegacyComponent, type LegacyTemplate, rawNameOf } from './legacy-template.ts';
import {
  overridden,
  postProcessorMeta,
  provisionerMeta,
  splitProperties,
} from './meta-properties.ts';
import { withPassword } from './substitute.ts';
import { type TextReading, weakProperties } from './weak-value.ts';

/** A builder, and its name as expanded. */
export interface NamedBuilder {
  readonly builder: LegacyComponent;
  readonly name: string;
}

/** What all builds of a legacy template share. */
export interface LegacyPlanning {
  readonly legacy: LegacyTemplate;
  readonly texts: LegacyTexts;
  readonly planning: Planning;
  /** Names of post-processors to leave out, with what would come after them. */
  readonly except: readonly string[];
}

/** Plans the build of one builder. `undefined` when the builder cannot be had, which was reported. */
export async function planLegacyBuild(
  named: NamedBuilder,
  shared: LegacyPlanning,
): Promise<PlannedBuild | undefined> {
  const { builder, name } = named;
  const { legacy, texts } = shared;
  const { registry, diagnostics } = shared.planning;
  const type = builder.type.value;
  const { range } = builder.type;
  const loaded = await loadComponent(registry, 'builders', type, range, diagnostics);
  const provides = loaded?.component.provides ?? [];
  const target: Target = {
    rawName: rawNameOf(builder),
    names: { sourceName: name, builderType: type, facts: factNames(provides) },
    texts: texts.forBuild({ buildName: name, builderType: type }, (one) => diagnostics.add(one)),
    planning: { ...shared.planning, data: placeholders(provides) },
  };
  const own = loaded && (await prepare(builder, loaded, builder.properties, target));
  const provisioners: PlannedProvisioner[] = [];
  for (const one of legacy.provisioners) {
    provisioners.push(...(await planProvisioner(one, target)));
  }
  const cleanups =
    legacy.errorCleanup === undefined ? [] : await planProvisioner(legacy.errorCleanup, target);
  const postProcessors = await planSequences(shared, target);
  if (own === undefined) return undefined;
  return {
    name: name === type ? name : `${type}.${name}`,
    buildName: undefined,
    sourceName: name,
    localName: name,
    builder: own,
    provisioners,
    errorCleanup: cleanups[0],
    postProcessors,
  };
}

/** The build that components are planned for. */
interface Target {
  /** The builder's name as `only`, `except` and `override` have it. */
  readonly rawName: string;
  readonly names: Pick<Preparation, 'sourceName' | 'builderType' | 'facts'>;
  readonly texts: TextReading;
  readonly planning: Planning;
}

/** What `{{build}}` gives before there is a build. */
function placeholders(provides: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(factNames(provides).map((name) => [name, `{{.${name}}}`]));
}

/** Core reads names and durations as they are written, before there are user variables; numbers after. */
function ownTexts({ texts }: Target): TextReading {
  return {
    keep: ({ value }) => value,
    settle: (text, option) => (option === 'max_retries' ? texts.settle(text, option) : text.value),
    split: ({ value }) => value.split(','),
  };
}

/** The same for what comes after the builder, where there is a machine to log in to. */
function afterBuilder(target: Target): Target {
  const { keep, settle, split } = target.texts;
  const texts: TextReading = {
    keep: (text, option) => keep({ ...text, value: withPassword(text.value) }, option),
    settle,
    split: (text, ...more) => split({ ...text, value: withPassword(text.value) }, ...more),
  };
  return { ...target, texts };
}

/** One planned provisioner, or none when it is not for this builder or cannot be had. */
async function planProvisioner(
  component: LegacyComponent,
  target: Target,
): Promise<readonly PlannedProvisioner[]> {
  const { registry, diagnostics } = target.planning;
  const { value, range } = component.type;
  const loaded = await loadComponent(registry, 'provisioners', value, range, diagnostics);
  const { own, config } = splitProperties(component, provisionerMeta);
  const items = itemsOf(own, provisionerMeta, ownTexts(target), target);
  const meta = readProvisionerArguments(items, range, diagnostics);
  if (loaded === undefined || !appliesTo(meta, target.rawName)) return [];
  const properties = overridden(config, target.rawName, diagnostics);
  const planned = await prepare(component, loaded, properties, afterBuilder(target));
  const { pauseBefore, timeout, maxRetries } = meta;
  return [{ ...planned, pauseBefore, timeout, maxRetries, continueOnError: false }];
}

async function planSequences(
  { legacy, except }: LegacyPlanning,
  target: Target,
): Promise<PlannedBuild['postProcessors']> {
  const sequences: (readonly PlannedPostProcessor[])[] = [];
  for (const sequence of legacy.sequences) {
    const planned: PlannedPostProcessor[] = [];
    for (const component of sequence) {
      if (except.includes(rawNameOf(component))) break;
      planned.push(...(await planPostProcessor(component, target)));
    }
    if (planned.length > 0) sequences.push(planned);
  }
  return sequences;
}

async function planPostProcessor(
  component: LegacyComponent,
  target: Target,
): Promise<readonly PlannedPostProcessor[]> {
  const { registry, diagnostics } = target.planning;
  const { value, range } = component.type;
  const loaded = await loadComponent(registry, 'post-processors', value, range, diagnostics);
  const { own, config } = splitProperties(component, postProcessorMeta);
  const items = itemsOf(own, postProcessorMeta, ownTexts(target), target);
  const meta = readPostProcessorArguments(items, range, diagnostics);
  if (loaded === undefined || !appliesTo(meta, target.rawName)) return [];
  const planned = await prepare(component, loaded, config, afterBuilder(target));
  return [{ ...planned, name: rawNameOf(component), keepInput: meta.keepInput }];
}

async function prepare(
  component: LegacyComponent,
  loaded: Preparation['loaded'],
  properties: readonly JsonProperty[],
  target: Target,
): Promise<PlannedComponent> {
  const items = itemsOf(properties, loaded.component.config, target.texts, target);
  const preparation = { loaded, block: blockOf(component), items, ...target.names };
  return (await prepareComponent(preparation, target.planning)).planned;
}

function itemsOf(
  properties: readonly JsonProperty[],
  schema: ConfigSchema,
  texts: TextReading,
  { planning: { scope } }: Target,
): readonly ScopedItem[] {
  // In this format null is as good as leaving a property out, for the engine's own too.
  const given = properties.filter(({ value }) => value.kind !== 'literal' || value.value !== null);
  return weakProperties(given, schema, texts).map((property) => ({
    item: literalAttribute(property),
    scope,
  }));
}

/** The block that a component would be in HCL, as far as messages need it. */
function blockOf({ type, range }: LegacyComponent): Block {
  const start: Range = { ...range, end: range.start };
  const end: Range = { ...range, start: range.end };
  return {
    kind: 'block',
    type: { kind: 'identifier', name: type.value, range: type.range },
    labels: [],
    open: start,
    body: { kind: 'body', syntax: 'json', items: [], range },
    close: end,
    header: type.range,
    range,
  };
}

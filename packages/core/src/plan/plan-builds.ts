import {
  type Block,
  type DecodedAttribute,
  type Diagnostics,
  type Expression,
  expandDynamic,
  partOf,
  type Range,
  type Scope,
  suggest,
} from '@bake/hcl';
import type { Builder } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { Loaded } from '../plugins/registry.ts';
import { withNames } from '../values/root-scope.ts';
import type { BuildBlock, PostProcessorBlock, ProvisionerBlock } from './build-block.ts';
import { factNames, planningScope, sourceScope } from './build-facts.ts';
import type { BuildFilter } from './build-filter.ts';
import {
  appliesTo,
  overriddenBy,
  overrideFor,
  type ProvisionerArguments,
  splitPostProcessor,
  splitProvisioner,
} from './meta-arguments.ts';
import type { PlannedBuild, PlannedPostProcessor, PlannedProvisioner } from './plan.ts';
import { loadComponent, type Planning } from './planning.ts';
import { type Preparation, prepareComponent } from './prepare-component.ts';
import type { SourceUse } from './source-use.ts';

/** Plans one build block: a build for each of its sources that the filter lets through. */
export async function planBuildBlock(
  build: BuildBlock,
  filter: BuildFilter,
  planning: Planning,
): Promise<readonly PlannedBuild[]> {
  const { diagnostics } = planning;
  if (build.sources.length === 0 && !build.hasFaultySource) {
    diagnostics.add(messages.missingSource(build.block));
  }
  checkFilters(build, diagnostics);
  const planned: PlannedBuild[] = [];
  for (const source of build.sources) {
    const id = `${source.declaration.type}.${source.localName}`;
    const name = build.name === undefined || build.name === '' ? id : `${build.name}.${id}`;
    if (!filter.admits(name)) continue;
    const one = await planBuild(name, source, build, filter, planning);
    if (one !== undefined) planned.push(one);
  }
  return planned;
}

/** Warns about names in `only`, `except` and `override` that no source of the build has. */
function checkFilters(build: BuildBlock, diagnostics: Diagnostics): void {
  if (build.hasFaultySource) return;
  const local = new Set(build.sources.map(({ localName }) => localName));
  const full = new Set(
    build.sources.map(({ declaration, localName }) => `${declaration.type}.${localName}`),
  );
  const cleanups = build.errorCleanup === undefined ? [] : [build.errorCleanup];
  for (const component of [...build.provisioners, ...cleanups, ...build.sequences.flat()]) {
    const { only, except } = component.meta;
    const given = { only, except, override: overriddenBy(component.meta) };
    for (const kind of ['only', 'except', 'override'] as const) {
      const names = kind === 'override' ? local : full;
      for (const name of [...given[kind]].filter((one) => !names.has(one))) {
        const subject = placeOf(name, kind, component.block);
        diagnostics.add(messages.unmatchedFilter(kind, name, suggest(name, names), subject));
      }
    }
  }
}

/** Where a name stands in an argument of a block: exactly, if it is written out there. */
function placeOf(name: string, argument: string, block: Block): Range {
  const item = block.body.items.find(
    (one) => one.kind === 'attribute' && one.name.name === argument,
  );
  if (item?.kind !== 'attribute') return block.header;
  const { value } = item;
  const named = partOf(value, name);
  const parts = value.kind === 'tuple' ? value.items : [];
  return (named ?? parts.find((part) => isText(part, name)) ?? value).range;
}

function isText(expression: Expression, text: string): boolean {
  const [part] = expression.kind === 'template' ? expression.parts : [];
  return part?.kind === 'template-text' && part.value === text;
}

async function planBuild(
  name: string,
  source: SourceUse,
  build: BuildBlock,
  filter: BuildFilter,
  planning: Planning,
): Promise<PlannedBuild | undefined> {
  const { declaration, localName } = source;
  const label = declaration.block.labels[0]?.range ?? declaration.block.header;
  const { registry, diagnostics } = planning;
  const loaded = await loadComponent(registry, 'builders', declaration.type, label, diagnostics);
  const builder = loaded && (await prepareBuilder(loaded, source, planning));
  const scope = planningScope(
    planning.scope,
    declaration.type,
    localName,
    build.name,
    loaded?.component.provides ?? [],
  );
  const facts = factNames(loaded?.component.provides ?? []);
  const target: Target = { source, build, scope, facts };

  const provisioners = await planProvisioners(build.provisioners, target, planning);
  const cleanups = build.errorCleanup === undefined ? [] : [build.errorCleanup];
  const [errorCleanup] = await planProvisioners(cleanups, target, planning);
  const postProcessors = await planSequences(target, filter, planning);
  if (builder === undefined) return undefined;
  return {
    name,
    buildName: build.name,
    sourceName: declaration.name,
    localName,
    builder,
    provisioners,
    errorCleanup,
    postProcessors,
  };
}

/** What provisioners and post-processors of one build know about it. */
interface Target {
  readonly source: SourceUse;
  readonly build: BuildBlock;
  readonly scope: Scope;
  /** The names behind `build.`. */
  readonly facts: readonly string[];
}

async function prepareBuilder(
  loaded: Loaded<Builder>,
  source: SourceUse,
  planning: Planning,
): Promise<PlannedBuild['builder']> {
  const { declaration, localName, extra } = source;
  const { block } = declaration;
  const scope = sourceScope(planning.scope, declaration.type, localName);
  const items = await planning.answers.settled(planning.diagnostics, (found) => [
    ...expandDynamic(block.body, scope, found).items,
    ...(extra ? expandDynamic(extra.body, withNames(scope, extra.iterators), found).items : []),
  ]);
  const preparation = {
    loaded,
    block,
    items,
    sourceName: declaration.name,
    builderType: declaration.type,
  };
  return (await prepareComponent(preparation, planning)).planned;
}

async function planProvisioners(
  blocks: readonly ProvisionerBlock[],
  target: Target,
  planning: Planning,
): Promise<readonly PlannedProvisioner[]> {
  const planned: PlannedProvisioner[] = [];
  for (const component of blocks) {
    const one = await planProvisioner(component, target, planning);
    if (one !== undefined) planned.push(one);
  }
  return planned;
}

async function planProvisioner(
  component: ProvisionerBlock,
  target: Target,
  planning: Planning,
): Promise<PlannedProvisioner | undefined> {
  const { block, type, meta } = component;
  const { diagnostics, registry, answers } = planning;
  const subject = block.labels[0]?.range ?? block.header;
  const noun = block.type.name;
  const loaded = await loadComponent(registry, 'provisioners', type, subject, diagnostics, noun);
  if (loaded === undefined || !appliesTo(meta, idOf(target))) return undefined;
  const scope = withNames(target.scope, component.iterators);
  const { items } = await answers.settled(diagnostics, (found) =>
    expandDynamic(block.body, scope, found),
  );
  const options = overrideFor(meta, target.source.localName);
  const { planned } = await prepareComponent(
    {
      loaded,
      block,
      items: splitProvisioner(items).component,
      iterators: component.iterators,
      ...(options === 'unknown'
        ? { isIncomplete: true }
        : options && { override: { options, source: ownPart(meta, target) } }),
      ...namesOf(target),
    },
    planning,
  );
  const { pauseBefore, timeout, maxRetries, continueOnError } = meta;
  return { ...planned, pauseBefore, timeout, maxRetries, continueOnError };
}

/** The part of `override` that is for this source, if it is written out. */
function ownPart(
  { overrideSource }: ProvisionerArguments,
  { source: { localName } }: Target,
): Pick<DecodedAttribute, 'expression' | 'scope'> | undefined {
  if (overrideSource === undefined) return undefined;
  const { expression, scope } = overrideSource;
  return { expression: partOf(expression, localName) ?? expression, scope };
}

async function planSequences(
  target: Target,
  filter: BuildFilter,
  planning: Planning,
): Promise<readonly (readonly PlannedPostProcessor[])[]> {
  const sequences: (readonly PlannedPostProcessor[])[] = [];
  for (const sequence of target.build.sequences) {
    const planned: PlannedPostProcessor[] = [];
    for (const component of sequence) {
      const one = await planPostProcessor(component, target, planning);
      // `-except` takes a post-processor away together with all that would come after it.
      if (one !== undefined && filter.drops(one.name ?? one.type)) break;
      if (one !== undefined) planned.push(one);
    }
    if (planned.length > 0) sequences.push(planned);
  }
  return sequences;
}

async function planPostProcessor(
  component: PostProcessorBlock,
  target: Target,
  planning: Planning,
): Promise<PlannedPostProcessor | undefined> {
  const { block, type, meta } = component;
  const { diagnostics, registry, answers } = planning;
  const subject = block.labels[0]?.range ?? block.header;
  const loaded = await loadComponent(registry, 'post-processors', type, subject, diagnostics);
  if (loaded === undefined || !appliesTo(meta, idOf(target))) return undefined;
  const scope = withNames(target.scope, component.iterators);
  const { items } = await answers.settled(diagnostics, (found) =>
    expandDynamic(block.body, scope, found),
  );
  const { planned } = await prepareComponent(
    {
      loaded,
      block,
      items: splitPostProcessor(items).component,
      iterators: component.iterators,
      ...namesOf(target),
    },
    planning,
  );
  return { ...planned, name: meta.name, keepInput: meta.keepInput };
}

function idOf({ source }: Target): string {
  return `${source.declaration.type}.${source.localName}`;
}

function namesOf({
  source,
  facts,
}: Target): Pick<Preparation, 'sourceName' | 'builderType' | 'facts'> {
  return { sourceName: source.declaration.name, builderType: source.declaration.type, facts };
}

import {
  type Block,
  type BodySchema,
  carriedBySchema,
  type Diagnostics,
  decodeItems,
  expandDynamic,
  isExpectedBlock,
  listOf,
  type Range,
  type Scope,
  type ScopedItem,
  stringType,
  stringValue,
  type Value,
} from '@bake/hcl';
import * as messages from '../messages.ts';
import { withNames } from '../values/root-scope.ts';
import { type Iterators, iteratorsOf } from './build-facts.ts';
import type { Registration } from './check-registries.ts';
import {
  argument,
  type MetaArguments,
  nameIn,
  nullableArgument,
  type PostProcessorArguments,
  type ProvisionerArguments,
  readPostProcessorArguments,
  readProvisionerArguments,
  splitPostProcessor,
  splitProvisioner,
} from './meta-arguments.ts';
import type { BuildReading } from './planning.ts';
import { listedSources, type SourceUse, usedSource } from './source-use.ts';

const attributes = {
  name: argument(stringType),
  description: argument(stringType),
  sources: nullableArgument(listOf(stringType)),
};

const noBody: BodySchema = { attributes: {}, blocks: {} };
const ofType = { labels: ['type'], body: noBody };
const unlabelled = { labels: [], body: noBody };

const buildSchema: BodySchema = {
  attributes,
  blocks: {
    source: { labels: ['reference'], body: noBody },
    provisioner: ofType,
    'error-cleanup-provisioner': ofType,
    'post-processor': ofType,
    'post-processors': unlabelled,
    hcp_packer_registry: unlabelled,
    from: ofType,
  },
};

/** A build block taken apart: which sources, which components in which order. */
export interface BuildBlock {
  readonly block: Block;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly sources: readonly SourceUse[];
  /** A source was named and could not be found, or is not known yet: then "no source" would be noise. */
  readonly hasFaultySource: boolean;
  readonly provisioners: readonly ProvisionerBlock[];
  readonly errorCleanup: ProvisionerBlock | undefined;
  readonly sequences: readonly (readonly PostProcessorBlock[])[];
  /** Its `hcp_packer_registry` blocks. */
  readonly registries: readonly Registration[];
}

/** A provisioner or post-processor block with its meta-arguments, which are the same for every source. */
export interface ComponentBlock<Arguments extends MetaArguments = MetaArguments> {
  readonly block: Block;
  /** What `dynamic` blocks around the block let it refer to. */
  readonly iterators: Iterators;
  readonly type: string;
  readonly meta: Arguments;
}

export type ProvisionerBlock = ComponentBlock<ProvisionerArguments>;
export type PostProcessorBlock = ComponentBlock<PostProcessorArguments>;

/** A block, and the scope of its place. */
interface ScopedBlock {
  readonly block: Block;
  readonly scope: Scope;
}

/** Reads a build block: `dynamic` expanded, sources found, names checked; bodies of components come later. */
export function readBuildBlock(block: Block, planning: BuildReading): BuildBlock {
  const { diagnostics } = planning;
  const expanded = expandDynamic(block.body, planning.scope, diagnostics);
  const items = carriedBySchema(expanded.items, buildSchema, diagnostics);
  const plain = items.filter(({ item }) => item.kind === 'attribute');
  const decoded = decodeItems(
    plain,
    { attributes, blocks: buildSchema.blocks },
    block.header,
    diagnostics,
  );
  const own = decoded.attributes;
  const nested = items.flatMap(({ item, scope }) =>
    item.kind === 'block' && isExpectedBlock(item, buildSchema, diagnostics)
      ? [{ block: item, scope }]
      : [],
  );
  const of = (type: string): readonly ScopedBlock[] =>
    nested.filter((entry) => entry.block.type.name === type);
  for (const from of of('from')) diagnostics.add(messages.blockWithoutEffect(from.block));
  const name = nameIn(decoded, diagnostics);
  const provisioner = (entry: ScopedBlock): ProvisionerBlock =>
    readComponentBlock(entry, name, planning, readProvisionerArguments);
  const postProcessor = (entry: ScopedBlock): PostProcessorBlock =>
    readComponentBlock(entry, name, planning, readPostProcessorArguments);
  const listed = own.has('sources') ? listedSources(plain, planning) : [];
  const used = of('source').map((entry) => usedSource(entry.block, entry.scope, planning));
  const sources = [...listed, ...used];
  return {
    block,
    name,
    description: textOf(own.get('description')?.value),
    sources: sources.filter((source) => source !== undefined),
    hasFaultySource: sources.some((source) => source === undefined),
    provisioners: of('provisioner').map(provisioner),
    errorCleanup: errorCleanupOf(of('error-cleanup-provisioner').map(provisioner), diagnostics),
    sequences: nested.flatMap((entry) => sequenceOf(entry, postProcessor, diagnostics)),
    registries: of('hcp_packer_registry'),
  };
}

/** A post-processor alone is a sequence of one; a `post-processors` block is one of several. */
function sequenceOf(
  entry: ScopedBlock,
  read: (entry: ScopedBlock) => PostProcessorBlock,
  diagnostics: Diagnostics,
): readonly (readonly PostProcessorBlock[])[] {
  if (entry.block.type.name === 'post-processor') return [[read(entry)]];
  if (entry.block.type.name !== 'post-processors') return [];
  const schema = { attributes: {}, blocks: { 'post-processor': ofType } };
  const expanded = expandDynamic(entry.block.body, entry.scope, diagnostics);
  const items = carriedBySchema(expanded.items, schema, diagnostics);
  decodeItems(
    items.filter(({ item }) => item.kind === 'attribute'),
    noBody,
    entry.block.header,
    diagnostics,
  );
  const members = items.flatMap(({ item, scope }) =>
    item.kind === 'block' && isExpectedBlock(item, schema, diagnostics)
      ? [read({ block: item, scope })]
      : [],
  );
  return members.length === 0 ? [] : [members];
}

function readComponentBlock<Arguments extends MetaArguments>(
  { block, scope: place }: ScopedBlock,
  buildName: string | undefined,
  { scope, diagnostics }: BuildReading,
  read: (own: readonly ScopedItem[], owner: Range, diagnostics: Diagnostics) => Arguments,
): ComponentBlock<Arguments> {
  const iterators = iteratorsOf(place, scope);
  const named = withNames(scope, { build: objectOfName(buildName), ...iterators });
  const split = block.type.name === 'post-processor' ? splitPostProcessor : splitProvisioner;
  const attributesOnly = block.body.items
    .filter((item) => item.kind === 'attribute')
    .map((item) => ({ item, scope: named }));
  const meta = read(split(attributesOnly).own, block.header, diagnostics);
  return { block, iterators, type: block.labels[0]?.value ?? '', meta };
}

function objectOfName(buildName: string | undefined): Value {
  return { kind: 'object', entries: new Map([['name', stringValue(buildName ?? '')]]) };
}

function errorCleanupOf(
  blocks: readonly ProvisionerBlock[],
  diagnostics: Diagnostics,
): ProvisionerBlock | undefined {
  for (const surplus of blocks.slice(1)) diagnostics.add(messages.tooManyCleanups(surplus.block));
  return blocks[0];
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

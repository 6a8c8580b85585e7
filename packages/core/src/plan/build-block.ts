import {
  type Attribute,
  type Block,
  type Body,
  type BodySchema,
  ConversionFailure,
  carriedBySchema,
  convert,
  Diagnostics,
  decodeItems,
  type Expression,
  evaluate,
  expandDynamic,
  isExpectedBlock,
  listOf,
  type Range,
  type Scope,
  type ScopedItem,
  stringType,
  stringValue,
  suggest,
  type Value,
  withValues,
} from '@bake/hcl';
import { literalString } from '../config/literal.ts';
import { isIdentifier } from '../config/names.ts';
import type { SourceDeclaration } from '../config/template.ts';
import { tryConvert } from '../config/try-convert.ts';
import * as messages from '../messages.ts';
import { withNames } from '../values/root-scope.ts';
import { type Iterators, iteratorsOf } from './build-facts.ts';
import type { Registration } from './check-registries.ts';
import {
  argument,
  nullableArgument,
  readPostProcessorArguments,
  readProvisionerArguments,
  type SourceFilter,
  splitPostProcessor,
  splitProvisioner,
} from './meta-arguments.ts';
import type { Planning } from './planning.ts';
import { parseSourceReference, type SourceReference } from './source-reference.ts';

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
  readonly provisioners: readonly ComponentBlock[];
  readonly errorCleanup: ComponentBlock | undefined;
  readonly sequences: readonly (readonly ComponentBlock[])[];
  /** Its `hcp_packer_registry` blocks. */
  readonly registries: readonly Registration[];
}

/** A source as a build uses it. */
export interface SourceUse {
  readonly declaration: SourceDeclaration;
  readonly localName: string;
  /**
   * What the build adds to the source's body, `dynamic` not expanded: expressions in it may use
   * `source.*`. Absent for a source that is only listed.
   */
  readonly extra?: { readonly body: Body; readonly iterators: Iterators };
}

/** A provisioner or post-processor block with its scope and its filter. */
export interface ComponentBlock {
  readonly block: Block;
  /** For the meta-arguments: `build.name`, the iterators, and what is known everywhere. */
  readonly scope: Scope;
  /** What `dynamic` blocks around the block let it refer to. */
  readonly iterators: Iterators;
  readonly type: string;
  /** The `name` that the block gives itself. */
  readonly name: string | undefined;
  readonly filter: SourceFilter;
  /** Local names of the sources that it has an `override` for. */
  readonly overridden: readonly string[];
}

/** What reading a build block needs: no plugin has to be there. */
export type BuildReading = Pick<Planning, 'template' | 'scope' | 'diagnostics'>;

/** Reads a build block: `dynamic` expanded, sources found, names checked; bodies of components come later. */
export function readBuildBlock(block: Block, planning: BuildReading): BuildBlock {
  const { diagnostics } = planning;
  const expanded = expandDynamic(block.body, planning.scope, diagnostics);
  const items = carriedBySchema(expanded.items, buildSchema, diagnostics);
  const plain = items.filter(({ item }) => item.kind === 'attribute');
  const { attributes: own } = decodeItems(
    plain,
    { attributes, blocks: buildSchema.blocks },
    block.header,
    diagnostics,
  );
  const nested = items.flatMap(({ item, scope }) =>
    item.kind === 'block' && isExpectedBlock(item, buildSchema, diagnostics)
      ? [{ block: item, scope }]
      : [],
  );
  const of = (type: string): readonly { readonly block: Block; readonly scope: Scope }[] =>
    nested.filter((entry) => entry.block.type.name === type);
  for (const from of of('from')) diagnostics.add(messages.blockWithoutEffect(from.block));
  const name = textOf(own.get('name')?.value);
  const withBuildName = (entry: { block: Block; scope: Scope }): ComponentBlock =>
    readComponentBlock(entry.block, iteratorsOf(entry.scope, planning.scope), name, planning);
  const listed = own.has('sources') ? listedSources(plain, planning) : [];
  const used = of('source').map((entry) => usedSource(entry.block, entry.scope, planning));
  const sources = [...listed, ...used];
  return {
    block,
    name,
    description: textOf(own.get('description')?.value),
    sources: sources.filter((source) => source !== undefined),
    hasFaultySource: sources.some((source) => source === undefined),
    provisioners: of('provisioner').map(withBuildName),
    errorCleanup: errorCleanupOf(of('error-cleanup-provisioner').map(withBuildName), diagnostics),
    sequences: nested.flatMap((entry) => sequenceOf(entry, withBuildName, diagnostics)),
    registries: of('hcp_packer_registry'),
  };
}

/** A post-processor alone is a sequence of one; a `post-processors` block is one of several. */
function sequenceOf(
  entry: { readonly block: Block; readonly scope: Scope },
  read: (entry: { block: Block; scope: Scope }) => ComponentBlock,
  diagnostics: Diagnostics,
): readonly (readonly ComponentBlock[])[] {
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

function readComponentBlock(
  block: Block,
  iterators: Iterators,
  buildName: string | undefined,
  { scope, diagnostics }: BuildReading,
): ComponentBlock {
  const named = withNames(scope, { build: objectOfName(buildName), ...iterators });
  const split = block.type.name === 'post-processor' ? splitPostProcessor : splitProvisioner;
  const attributesOnly = block.body.items
    .filter((item) => item.kind === 'attribute')
    .map((item) => ({ item, scope: named }));
  const { own } = split(attributesOnly);
  const read = { block, scope: named, iterators, type: block.labels[0]?.value ?? '' };
  if (block.type.name === 'post-processor') {
    const filter = readPostProcessorArguments(own, block.header, diagnostics);
    return { ...read, name: filter.name, filter, overridden: [] };
  }
  const filter = readProvisionerArguments(own, block.header, diagnostics);
  const { override } = filter;
  const overridden = override?.kind === 'object' ? [...override.entries.keys()] : [];
  return { ...read, name: filter.name, filter, overridden };
}

function objectOfName(buildName: string | undefined): Value {
  return { kind: 'object', entries: new Map([['name', stringValue(buildName ?? '')]]) };
}

function errorCleanupOf(
  blocks: readonly ComponentBlock[],
  diagnostics: Diagnostics,
): ComponentBlock | undefined {
  for (const surplus of blocks.slice(1)) diagnostics.add(messages.tooManyCleanups(surplus.block));
  return blocks[0];
}

/** Sources of the `sources` list. Items are evaluated one by one, so that each has a place to point at. */
function listedSources(
  plain: readonly ScopedItem[],
  planning: BuildReading,
): readonly (SourceUse | undefined)[] {
  return plain.flatMap(({ item, scope }) => {
    if (item.kind !== 'attribute' || item.name.name !== 'sources') return [];
    const { value } = item;
    const parts = value.kind === 'tuple' ? value.items : [value];
    return parts.flatMap((part) => listedIn(part, part !== value, scope, planning));
  });
}

/** The sources that an expression names: one item of a list that is written out, or a whole list. */
function listedIn(
  expression: Expression,
  isItem: boolean,
  scope: Scope,
  planning: BuildReading,
): readonly (SourceUse | undefined)[] {
  // What is wrong with the list as a whole was said when it was decoded.
  const value = evaluate(expression, scope, new Diagnostics());
  if (value.kind === 'null' && !isItem) return [];
  const names = 'items' in value ? value.items : [value];
  const found = new Diagnostics();
  const sources = names.map((name) =>
    listedSource(name, expression.range, { ...planning, diagnostics: found }),
  );
  planning.diagnostics.add(...found.list.map((one) => withValues(one, expression, scope)));
  return sources;
}

/** `undefined` for one that is not known yet, or is none. */
function listedSource(name: Value, range: Range, planning: BuildReading): SourceUse | undefined {
  if (name.kind === 'null') planning.diagnostics.add(messages.nullSource(range));
  const text = textOf(tryConvert(name, stringType));
  if (text === undefined) return undefined;
  const reference = parseSourceReference(text);
  if (reference === undefined || ![reference.type, reference.name].every(isIdentifier)) {
    planning.diagnostics.add(messages.invalidSourceReference(text, range));
    return undefined;
  }
  const declaration = findSource(reference, range, planning);
  return declaration && { declaration, localName: declaration.name };
}

/** A `source "reference" { ... }` inside a build. */
function usedSource(block: Block, scope: Scope, planning: BuildReading): SourceUse | undefined {
  const label = block.labels[0];
  const { diagnostics } = planning;
  const { body } = block;
  const nameItem = body.items.find(
    (item) => item.kind === 'attribute' && item.name.name === 'name',
  );
  const attribute = nameItem?.kind === 'attribute' ? nameItem : undefined;
  const iterators = iteratorsOf(scope, planning.scope);
  const localName = localNameFrom(attribute, iterators, diagnostics);
  if (label === undefined) return undefined;
  const reference = parseSourceReference(label.value);
  if (reference === undefined) {
    diagnostics.add(messages.invalidSourceReference(label.value, label.range));
    return undefined;
  }
  const declaration = findSource(reference, label.range, planning);
  if (declaration === undefined) return undefined;
  const extra = {
    body: { ...body, items: body.items.filter((item) => item !== nameItem) },
    iterators,
  };
  return { declaration, localName: localName ?? declaration.name, extra };
}

/** A literal, or made of the iterators of `dynamic` blocks around it: nothing else is known so early. */
function localNameFrom(
  attribute: Attribute | undefined,
  iterators: Iterators,
  diagnostics: Diagnostics,
): string | undefined {
  const names = new Map(Object.entries(iterators));
  if (attribute === undefined || names.size === 0) return literalString(attribute, diagnostics);
  const scoped = [{ item: attribute, scope: { variables: names } }];
  const schema = { attributes: { name: argument(stringType) }, blocks: {} };
  const decoded = decodeItems(scoped, schema, attribute.range, diagnostics);
  return textOf(decoded.attributes.get('name')?.value);
}

function findSource(
  reference: SourceReference,
  range: Range,
  { template, diagnostics }: BuildReading,
): SourceDeclaration | undefined {
  const key = `${reference.type}.${reference.name}`;
  const declaration = template.sources.get(key);
  if (declaration === undefined) {
    const similar = suggest(key, [...template.sources.keys()]);
    diagnostics.add(messages.unknownSource(key, similar && `source.${similar}`, range));
  }
  return declaration;
}

function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'string' ? value.value : undefined;
}

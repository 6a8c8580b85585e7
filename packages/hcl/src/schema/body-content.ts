import type { Diagnostic, Diagnostics } from '../diagnostic.ts';
import { itemsBySchema } from '../json/by-schema.ts';
import { duplicateProperty } from '../json/messages.ts';
import type { Range } from '../range.ts';
import { suggest } from '../suggest.ts';
import type { Attribute, Block, Body } from '../syntax/ast.ts';
import * as messages from './messages.ts';

/** Names that a body may hold, without types: for blocks whose expressions are read later. */
export interface ContentSchema {
  /** Attribute names; `true` for those that must be there. */
  readonly attributes: Readonly<Record<string, boolean>>;
  /** Block types with what their labels stand for. */
  readonly blocks: Readonly<Record<string, { readonly labels: readonly string[] }>>;
}

/** The attributes and blocks of a body that fit the schema. */
export interface BodyContent {
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly blocks: readonly Block[];
}

/**
 * Sorts a body's items by the schema, evaluating nothing. Reports unknown names (with a suggestion),
 * labels that are missing or too many, and required attributes that are missing (at `owner`).
 */
export function bodyContent(
  body: Body,
  schema: ContentSchema,
  owner: Range,
  diagnostics: Diagnostics,
): BodyContent {
  const attributes = new Map<string, Attribute>();
  const blocks: Block[] = [];
  for (const item of itemsBySchema(body.items, schema, diagnostics)) {
    if (item.kind === 'attribute') {
      if (isExpectedAttribute(item, schema, diagnostics)) keep(item, attributes, diagnostics);
    } else if (isExpectedBlock(item, schema, diagnostics)) blocks.push(item);
  }
  for (const [name, required] of Object.entries(schema.attributes)) {
    if (!required || attributes.has(name) || isMisspelled(name, body.items, schema)) continue;
    diagnostics.add(messages.missingArgument(name, owner));
  }
  return { attributes, blocks };
}

/** True when something with a name that the schema does not have is reported, and was probably meant by this. */
export function isMisspelled(
  name: string,
  items: readonly (Attribute | Block)[],
  schema: NamesOf,
): boolean {
  return items.some((item) => {
    const given = item.kind === 'attribute' ? item.name.name : item.type.name;
    const isKnown = Object.hasOwn(schema.attributes, given) || Object.hasOwn(schema.blocks, given);
    return !isKnown && suggest(given, [name]) === name;
  });
}

/**
 * The attributes of a body that holds nothing else, as HCL's JustAttributes gives them. Reports blocks,
 * and in JSON what is set twice.
 */
export function attributesOnly(body: Body, diagnostics: Diagnostics): readonly Attribute[] {
  const attributes = new Map<string, Attribute>();
  for (const item of body.items) {
    if (item.kind === 'attribute') keep(item, attributes, diagnostics);
    else diagnostics.add(messages.unexpectedBlock(item));
  }
  return [...attributes.values()];
}

/** The native parser reports what is set twice; in JSON, only here is it known to be no block. */
function keep(
  attribute: Attribute,
  attributes: Map<string, Attribute>,
  diagnostics: Diagnostics,
): void {
  const name = attribute.name.name;
  const first = attributes.get(name);
  if (first === undefined) attributes.set(name, attribute);
  else if (attribute.json !== undefined) {
    diagnostics.add(duplicateProperty(name, first.name.range, attribute.name.range));
  }
}

/** Reports an attribute that the schema does not have; true when it does. */
export function isExpectedAttribute(
  attribute: Attribute,
  schema: NamesOf,
  diagnostics: Diagnostics,
): boolean {
  const name = attribute.name.name;
  if (Object.hasOwn(schema.attributes, name)) return true;
  if (Object.hasOwn(schema.blocks, name)) diagnostics.add(messages.argumentIsBlock(attribute));
  else diagnostics.add(messages.unsupportedArgument(attribute, hintFor(name, schema)));
  return false;
}

/** Reports a block that the schema does not have, or whose labels are wrong; true when it may stand there. */
export function isExpectedBlock(block: Block, schema: NamesOf, diagnostics: Diagnostics): boolean {
  const type = block.type.name;
  const expected = Object.hasOwn(schema.blocks, type) ? schema.blocks[type] : undefined;
  if (expected !== undefined) return hasLabels(block, expected.labels, diagnostics);
  if (Object.hasOwn(schema.attributes, type)) diagnostics.add(messages.blockIsArgument(block));
  else diagnostics.add(messages.unsupportedBlock(block, hintFor(type, schema)));
  return false;
}

/** What `ContentSchema` and `BodySchema` have in common. */
export interface NamesOf {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly blocks: Readonly<Record<string, { readonly labels: readonly string[] }>>;
  readonly others?: readonly string[];
}

function hasLabels(block: Block, labels: readonly string[], diagnostics: Diagnostics): boolean {
  const missing = labels[block.labels.length];
  const extra = block.labels[labels.length];
  if (missing === undefined && extra === undefined) return true;
  if (block.madeBy !== undefined) diagnostics.add(wrongDynamicLabels(block, block.madeBy, labels));
  else if (missing !== undefined) diagnostics.add(messages.missingLabel(block, missing));
  else if (extra !== undefined) diagnostics.add(messages.extraLabel(block, extra.range, labels));
  return false;
}

/** What is wrong with the `labels` of a `dynamic` block that made a block. */
function wrongDynamicLabels(
  { labels }: Block,
  dynamic: Block,
  wanted: readonly string[],
): Diagnostic {
  const attribute = dynamic.body.items.find(
    (item) => item.kind === 'attribute' && item.name.name === 'labels',
  );
  if (attribute?.kind !== 'attribute') return messages.missingArgument('labels', dynamic.header);
  if (wanted.length === 0) return messages.unsupportedArgument(attribute, '');
  const surplus = labels[wanted.length];
  return surplus === undefined
    ? messages.missingDynamicLabels(dynamic, attribute.value.range, wanted)
    : messages.extraDynamicLabel(dynamic, surplus.range, wanted);
}

function hintFor(name: string, schema: NamesOf): string {
  const { attributes, blocks, others = [] } = schema;
  const candidates = [...Object.keys(attributes), ...Object.keys(blocks), ...others];
  const similar = suggest(name, candidates);
  return similar === undefined ? '' : ` Did you mean "${similar}"?`;
}

import type { Diagnostics } from '../diagnostic.ts';
import type { Attribute, Block, Expression } from '../syntax/ast.ts';
import { attributeOf, blocksOf } from './to-body.ts';
import { expressionOf, syntaxIn } from './to-expression.ts';
import type { JsonProperty } from './tree.ts';

/** The part of a schema that says what is a block, and what its labels are. */
export interface BlockNames {
  readonly blocks: Readonly<Record<string, { readonly labels: readonly string[] }>>;
}

/**
 * A body's items as a schema sees them: properties from JSON become blocks where the schema has a block
 * of their name. Items of the native syntax stay what they are.
 */
export function itemsBySchema(
  items: readonly (Attribute | Block)[],
  schema: BlockNames,
  diagnostics: Diagnostics,
): readonly (Attribute | Block)[] {
  if (!items.some(isFromJson)) return items;
  return items.flatMap((item) => bySchema(item, schema, diagnostics));
}

/** The same for items that carry more than the item, which their blocks then carry too. */
export function carriedBySchema<T extends { readonly item: Attribute | Block }>(
  items: readonly T[],
  schema: BlockNames,
  diagnostics: Diagnostics,
): readonly T[] {
  if (!items.some(({ item }) => isFromJson(item))) return items;
  return items.flatMap((carried) =>
    bySchema(carried.item, schema, diagnostics).map((item) => ({ ...carried, item })),
  );
}

/** A JSON property as an attribute in which all strings, at any depth, are the text they are. */
export function literalAttribute(property: JsonProperty): Attribute {
  return attributeOf(property, 'literal');
}

/** The expression of an attribute where nothing is evaluated: strings in JSON are then no templates. */
export function literalExpression(attribute: Attribute): Expression {
  const { json } = attribute;
  return json === undefined ? attribute.value : expressionOf(json.value, 'literal');
}

/** The expression of an attribute that is read as syntax, such as a type: in JSON it stands in a string. */
export function syntaxExpression(attribute: Attribute, diagnostics: Diagnostics): Expression {
  const json = attribute.json?.value;
  if (json?.kind !== 'string') return attribute.value;
  const { value, diagnostics: found } = syntaxIn(json);
  diagnostics.add(...found);
  return found.length > 0 ? { kind: 'invalid', range: json.range } : value;
}

function isFromJson(item: Attribute | Block): boolean {
  return item.kind === 'attribute' && item.json !== undefined;
}

function bySchema(
  item: Attribute | Block,
  schema: BlockNames,
  diagnostics: Diagnostics,
): readonly (Attribute | Block)[] {
  if (item.kind === 'block' || item.json === undefined) return [item];
  const name = item.name.name;
  const block = Object.hasOwn(schema.blocks, name) ? schema.blocks[name] : undefined;
  return block === undefined ? [item] : blocksOf(item, block.labels, diagnostics);
}

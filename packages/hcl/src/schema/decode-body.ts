import type { Diagnostic, Diagnostics } from '../diagnostic.ts';
import { evaluate } from '../eval/evaluate.ts';
import { expandDynamic, type ScopedItem } from '../eval/expand-dynamic.ts';
import { type Misfit, misfit } from '../eval/misfit.ts';
import { partOf } from '../eval/part-of.ts';
import type { Scope } from '../eval/scope.ts';
import { withValues } from '../eval/shown-values.ts';
import { carriedBySchema } from '../json/by-schema.ts';
import { duplicateProperty } from '../json/messages.ts';
import type { Range } from '../range.ts';
import type { Attribute, Block, Expression } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import {
  markSensitive,
  objectValue,
  tupleValue,
  unknownValue,
  type Value,
} from '../value/value.ts';
import { isExpectedAttribute, isExpectedBlock, isMisspelled } from './body-content.ts';
import type { AttributeSchema, BodySchema } from './body-schema.ts';
import * as messages from './messages.ts';

/** A body with its values, each with the place it came from. */
export interface DecodedBody {
  readonly attributes: ReadonlyMap<string, DecodedAttribute>;
  /** Nested blocks by type, in source order. */
  readonly blocks: ReadonlyMap<string, readonly DecodedBody[]>;
  /** Block types of which there may be more, because a `dynamic` block's `for_each` is unknown. */
  readonly unknownBlocks: ReadonlySet<string>;
  /** Block types that a `dynamic` block made from a secret: how many there are is a secret too. */
  readonly sensitiveBlocks: ReadonlySet<string>;
  /** Where to point for the body as a whole. */
  readonly range: Range;
}

/** One attribute: its value, converted to the schema's type, or unknown when it could not be. */
export interface DecodedAttribute {
  readonly value: Value;
  readonly expression: Expression;
  /** What the expression was evaluated in. */
  readonly scope: Scope;
}

/**
 * Evaluates and converts a body's items by a schema; `dynamic` blocks in nested bodies are expanded.
 * Reports everything that does not fit: unknown names with a suggestion, missing ones at `owner`, wrong
 * types, attributes set twice (when the items of several bodies are put together).
 */
export function decodeItems(
  items: readonly ScopedItem[],
  schema: BodySchema,
  owner: Range,
  diagnostics: Diagnostics,
): DecodedBody {
  const attributes = new Map<string, DecodedAttribute>();
  const blocks = new Map<string, DecodedBody[]>();
  const unknownBlocks = new Set<string>();
  const sensitiveBlocks = new Set<string>();
  for (const scoped of carriedBySchema(items, schema, diagnostics)) {
    const { item } = scoped;
    if (item.kind === 'attribute') {
      decodeAttribute(item, scoped.scope, schema, attributes, diagnostics);
    } else if (isExpectedBlock(item, schema, diagnostics)) {
      const decoded = decodeBlock(item, scoped, schema, diagnostics);
      const ofType = blocks.get(item.type.name);
      if (ofType === undefined) blocks.set(item.type.name, [decoded]);
      else ofType.push(decoded);
      if (scoped.isUnknown) unknownBlocks.add(item.type.name);
      if (scoped.isSensitive) sensitiveBlocks.add(item.type.name);
    }
  }
  checkRequired(items, schema, attributes, owner, diagnostics);
  checkCounts(schema, blocks, owner, diagnostics);
  return { attributes, blocks, unknownBlocks, sensitiveBlocks, range: owner };
}

function decodeAttribute(
  attribute: Attribute,
  scope: Scope,
  schema: BodySchema,
  attributes: Map<string, DecodedAttribute>,
  diagnostics: Diagnostics,
): void {
  const name = attribute.name.name;
  if (!isExpectedAttribute(attribute, schema, diagnostics)) return;
  const first = attributes.get(name);
  if (first !== undefined) {
    const isJson = attribute.json !== undefined;
    diagnostics.add(
      isJson
        ? duplicateProperty(name, first.expression.range, attribute.name.range)
        : messages.duplicateArgument(attribute),
    );
    return;
  }
  const expected = schema.attributes[name] as AttributeSchema;
  const given = evaluate(attribute.value, scope, diagnostics);
  const value = convertAttribute(attribute, given, scope, expected, diagnostics);
  attributes.set(name, { value, expression: attribute.value, scope });
}

function convertAttribute(
  attribute: Attribute,
  value: Value,
  scope: Scope,
  { type, engine }: AttributeSchema,
  diagnostics: Diagnostics,
): Value {
  const { name, value: expression } = attribute;
  const reject = ({ range, why }: Misfit): Value => {
    const describe = engine ? messages.unsuitable : messages.wrongType;
    diagnostics.add(withValues(describe(name.name, why, range), expression, scope));
    return unknownValue(type);
  };
  if (engine?.nullable === false && value.kind === 'null') {
    return reject({ range: expression.range, why: 'null is not as good as leaving it out here' });
  }
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    return reject(misfit(expression, value, type, error));
  }
}

function decodeBlock(
  block: Block,
  { scope, isStatic }: ScopedItem,
  schema: BodySchema,
  diagnostics: Diagnostics,
): DecodedBody {
  const body = schema.blocks[block.type.name]?.body as BodySchema;
  const items = isStatic
    ? block.body.items.map((item) => ({ item, scope, isStatic }))
    : expandDynamic(block.body, scope, diagnostics).items;
  return decodeItems(items, body, block.header, diagnostics);
}

function checkRequired(
  items: readonly ScopedItem[],
  schema: BodySchema,
  attributes: ReadonlyMap<string, DecodedAttribute>,
  owner: Range,
  diagnostics: Diagnostics,
): void {
  for (const [name, attribute] of Object.entries(schema.attributes)) {
    const isMissing = (attributes.get(name)?.value.kind ?? 'null') === 'null';
    if (!attribute.required || !isMissing) continue;
    const given = items.map(({ item }) => item);
    if (!isMisspelled(name, given, schema)) diagnostics.add(messages.missingArgument(name, owner));
  }
}

function checkCounts(
  schema: BodySchema,
  blocks: ReadonlyMap<string, readonly DecodedBody[]>,
  owner: Range,
  diagnostics: Diagnostics,
): void {
  for (const [type, { min = 0, max = Number.POSITIVE_INFINITY }] of Object.entries(schema.blocks)) {
    const found = blocks.get(type) ?? [];
    const surplus = found[max];
    if (found.length < min) diagnostics.add(messages.missingBlock(type, owner));
    if (surplus !== undefined) diagnostics.add(messages.duplicateBlock(type, max, surplus.range));
  }
}

/** The body as one object value: attributes that are set, nested blocks as tuples of objects. */
export function decodedValue(decoded: DecodedBody): Value {
  const entries = new Map<string, Value>();
  for (const [name, { value }] of decoded.attributes) entries.set(name, value);
  for (const [type, bodies] of decoded.blocks) {
    const isOpen = decoded.unknownBlocks.has(type);
    const value = isOpen ? unknownValue() : tupleValue(bodies.map(decodedValue));
    entries.set(type, decoded.sensitiveBlocks.has(type) ? markSensitive(value) : value);
  }
  return objectValue(entries);
}

/**
 * The place of an option named by a path such as `name`, `list.0` or `block.0.name`, as far as it is written out; the
 * body's own when it is not set.
 */
export function rangeAt(decoded: DecodedBody, path: string): Range {
  const place = placeAt(decoded, path);
  return 'expression' in place ? place.expression.range : place.range;
}

/** A diagnostic about the option at a path, with the values that the option was made of. */
export function describeAt(
  decoded: DecodedBody,
  path: string,
  describe: (subject: Range) => Diagnostic,
): Diagnostic {
  const place = placeAt(decoded, path);
  if (!('expression' in place)) return describe(place.range);
  const { expression, scope } = place;
  return withValues(describe(expression.range), expression, scope);
}

/** What a path leads to; the innermost body on the way where it is not set. */
function placeAt(decoded: DecodedBody, path: string): DecodedAttribute | DecodedBody {
  const [name, index, ...rest] = path.split('.') as [string, ...string[]];
  const attribute = decoded.attributes.get(name);
  if (attribute !== undefined) {
    const steps = path.split('.').slice(1);
    return { ...attribute, expression: innermost(attribute.expression, steps) };
  }
  const body = decoded.blocks.get(name)?.[Number(index ?? 0)];
  if (body === undefined || rest.length === 0) return body ?? decoded;
  return placeAt(body, rest.join('.'));
}

/** The expression that these steps lead to, or the last one that is written out. */
function innermost(expression: Expression, [step, ...rest]: readonly string[]): Expression {
  if (step === undefined) return expression;
  const part = partOf(expression, /^\d+$/.test(step) ? Number(step) : step);
  return part === undefined ? expression : innermost(part, rest);
}

import type { Diagnostics } from '../diagnostic.ts';
import { type Range, rangeOf } from '../range.ts';
import type { Attribute, Block, Body, Expression, Label } from '../syntax/ast.ts';
import * as messages from './messages.ts';
import { expressionOf } from './to-expression.ts';
import type { JsonObject, JsonProperty, JsonString, JsonValue, StringReading } from './tree.ts';

/**
 * In HCL's JSON syntax only a schema tells an argument from a block: `"boot": {...}` may be either. So a
 * body from JSON first holds nothing but attributes, each with the JSON that it came from (`json`), and
 * whoever looks into the body with a schema in hand (`bodyContent`, `decodeItems`, `expandDynamic`)
 * passes its items through `itemsBySchema`, which turns those into blocks that the schema wants as
 * blocks. Everything else works on the same tree as for the native syntax.
 */
export function bodyOf(objects: readonly JsonObject[], range: Range, strings: StringReading): Body {
  const items = objects
    .flatMap((object) => object.properties)
    .filter(({ name }) => name.value !== '//')
    .map((property) => attributeOf(property, strings));
  return { kind: 'body', syntax: 'json', items, range };
}

/** The objects that make up one body: one, or several in an array. Anything else is reported. */
export function bodyObjects(value: JsonValue, diagnostics: Diagnostics): readonly JsonObject[] {
  if (value.kind === 'object') return [value];
  if (value.kind === 'array') {
    return value.items.flatMap((item) => bodyObjects(item, diagnostics));
  }
  if (value.kind !== 'invalid') diagnostics.add(messages.bodyNotObject(value.range));
  return [];
}

/** A property as an attribute. Its expression is made when it is asked for: most turn out to be blocks. */
export function attributeOf(property: JsonProperty, strings: StringReading): Attribute {
  const { name, colon, value, range } = property;
  let expression: Expression | undefined;
  return {
    kind: 'attribute',
    name: { kind: 'identifier', name: name.value, range: name.range },
    equals: colon,
    get value(): Expression {
      expression ??= expressionOf(value, strings);
      return expression;
    },
    json: { value, strings },
    range,
  };
}

/** The blocks that a property stands for, when the schema has a block of its name. */
export function blocksOf(
  attribute: Attribute,
  labels: readonly string[],
  diagnostics: Diagnostics,
): readonly Block[] {
  if (attribute.json === undefined) return [];
  const { value, strings } = attribute.json;
  return blocksIn(value, { attribute, wanted: labels, given: [], strings, diagnostics });
}

/** What is known of a block on the way down to its body. */
interface Descent {
  readonly attribute: Attribute;
  readonly wanted: readonly string[];
  readonly given: readonly JsonString[];
  readonly strings: StringReading;
  readonly diagnostics: Diagnostics;
}

function blocksIn(value: JsonValue, at: Descent): readonly Block[] {
  const label = at.wanted[at.given.length];
  if (label !== undefined) {
    return labelled(value, label, at).flatMap((property) =>
      blocksIn(property.value, { ...at, given: [...at.given, property.name] }),
    );
  }
  switch (value.kind) {
    case 'object':
      return [blockOf([value], value, at)];
    case 'array':
      return value.items.flatMap((item) => {
        const objects = bodyObjects(item, at.diagnostics);
        return item.kind === 'object' || item.kind === 'array' ? [blockOf(objects, item, at)] : [];
      });
    case 'invalid':
      return [];
    case 'literal':
      // HCL takes null for "no such block".
      if (value.value === null) return [];
      break;
  }
  const type = at.attribute.name.name;
  at.diagnostics.add(messages.blockNotObject(type, value.range));
  return [];
}

/** The properties whose names are the next label. */
function labelled(value: JsonValue, label: string, at: Descent): readonly JsonProperty[] {
  const type = at.attribute.name.name;
  if (value.kind === 'invalid' || (value.kind === 'literal' && value.value === null)) return [];
  const objects = value.kind === 'array' ? value.items : [value];
  const wrong = objects.find(({ kind }) => kind !== 'object' && kind !== 'invalid');
  if (wrong !== undefined) {
    at.diagnostics.add(messages.labelNotObject(type, label, wrong.range));
    return [];
  }
  const properties = objects
    .flatMap((object) => (object.kind === 'object' ? object.properties : []))
    .filter(({ name }) => name.value !== '//');
  if (properties.length === 0) {
    at.diagnostics.add(messages.missingLabel(type, label, value.range));
  }
  return properties;
}

type Bracketed = Extract<JsonValue, { kind: 'object' | 'array' }>;

function blockOf(objects: readonly JsonObject[], whole: Bracketed, at: Descent): Block {
  const { name: type, json } = at.attribute;
  const { open, close, range } = whole;
  const labels = at.given.map(
    (label): Label => ({ kind: 'label', value: label.value, quoted: true, range: label.range }),
  );
  const inner = rangeOf(open.source, open.end, Math.max(open.end, close.start));
  // One of several in an array is best known by its own first brace.
  const isOneOfSeveral = json?.value !== whole;
  const header = labels.at(-1)?.range ?? (isOneOfSeveral ? open : type.range);
  return {
    kind: 'block',
    type,
    labels,
    open,
    body: bodyOf(objects, inner, at.strings),
    close,
    header,
    range,
  };
}

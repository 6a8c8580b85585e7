import type { JsonObject, JsonProperty, JsonString, JsonValue } from '@bake/hcl';
import type { ConfigSchema, Option } from '@bake/plugin-sdk';
import { isUnknownText } from './unknown-text.ts';

/**
 * Prepares the texts in a config; `option` is the one that messages name. Throws `UnknownText` for a text
 * that is not known yet.
 */
export interface TextReading {
  /** User variables put in, all else in `{{ }}` left for later. */
  keep(text: JsonString, option: string): string;
  /** Expanded for good: numbers and lists must be known as such before there is a build. */
  settle(text: JsonString, option: string): string;
  /** The items of a list that is written as text with commas. */
  split(text: JsonString, option: string, isForComponent: boolean): readonly string[];
}

/**
 * Brings the properties of a component into the types that its schema wants, as Packer does with legacy
 * templates: text to numbers, booleans and (split at commas) lists, a single value to a list of one,
 * numbers and booleans to text. What does not fit is left for the decoder to report.
 */
export function weakProperties(
  properties: readonly JsonProperty[],
  schema: ConfigSchema,
  texts: TextReading,
): readonly JsonProperty[] {
  return properties.map((property) => {
    const name = property.name.value;
    const option = Object.hasOwn(schema, name) ? schema[name] : undefined;
    return { ...property, value: weakValue(property.value, option, name, texts) };
  });
}

function weakValue(
  value: JsonValue,
  option: Option | undefined,
  name: string,
  texts: TextReading,
): JsonValue {
  try {
    return knownValue(value, option, name, texts);
  } catch (error) {
    if (!isUnknownText(error)) throw error;
    // This evaluates to an unknown, of which no check is told.
    return { kind: 'invalid', range: value.range };
  }
}

function knownValue(
  value: JsonValue,
  option: Option | undefined,
  name: string,
  texts: TextReading,
): JsonValue {
  if (value.kind === 'literal' && value.value === null) return value;
  switch (option?.kind) {
    case 'string':
      return textual(value, name, texts);
    case 'number':
      return numeric(value, name, texts);
    case 'bool':
      return boolish(value, name, texts);
    case 'duration':
      return duration(value, name, texts);
    case 'strings':
      return listOf(value, option, name, texts, textual);
    case 'numbers':
      return listOf(value, option, name, texts, numeric);
    case 'string-lists':
      return listOf(value, option, name, texts, (item) =>
        listOf(item, option, name, texts, textual),
      );
    case 'string-map':
      return mapOf(value, name, texts);
    case 'block':
    case 'blocks':
      return blocks(value, option.body ?? {}, texts);
    default:
      return untyped(value, name, texts);
  }
}

type Weakening = (value: JsonValue, name: string, texts: TextReading) => JsonValue;

const textual: Weakening = (value, name, texts) => {
  const { range } = value;
  if (value.kind === 'string') return { ...value, value: texts.keep(value, name) };
  if (value.kind === 'number') return { kind: 'string', value: plainNumber(value.text), range };
  if (value.kind === 'literal') return { kind: 'string', value: digitOf(value.value), range };
  return value;
};

const numeric: Weakening = (value, name, texts) => {
  const { range } = value;
  if (value.kind === 'literal') return { kind: 'number', text: value.value ? '1' : '0', range };
  if (value.kind !== 'string') return value;
  const text = texts.settle(value, name).trim();
  if (text === '') return { kind: 'number', text: '0', range };
  return /^-?\d+(?:\.\d+)?$/.test(text)
    ? { kind: 'number', text, range }
    : { kind: 'string', value: text, range };
};

/** Texts that Go takes for true, and for false when a legacy template leaves a text empty. */
export const truths: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
export const falsehoods: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False', ''];

const boolish: Weakening = (value, name, texts) => {
  const { range } = value;
  if (value.kind === 'number') return { kind: 'literal', value: Number(value.text) !== 0, range };
  if (value.kind !== 'string') return value;
  const text = texts.settle(value, name);
  if (truths.includes(text)) return { kind: 'literal', value: true, range };
  if (falsehoods.includes(text)) return { kind: 'literal', value: false, range };
  return { kind: 'string', value: text, range };
};

/** A bare number is a count of nanoseconds: Go's own measure. */
const duration: Weakening = (value, name, texts) => {
  const { range } = value;
  if (value.kind === 'number') return { kind: 'string', value: `${value.text}ns`, range };
  if (value.kind !== 'string') return value;
  return { kind: 'string', value: texts.settle(value, name), range };
};

/** Go's decoder turns booleans into digits where it wants text, and nothing into no text. */
export function digitOf(value: boolean | null): string {
  return value === null ? '' : value ? '1' : '0';
}

function listOf(
  value: JsonValue,
  option: Option,
  name: string,
  texts: TextReading,
  weaken: Weakening,
): JsonValue {
  const { range } = value;
  if (value.kind === 'array') {
    return { ...value, items: value.items.map((item) => weaken(item, name, texts)) };
  }
  if (value.kind !== 'string') return array([weaken(value, name, texts)], value);
  if (value.value === '') return array([], value);
  const pieces = texts.split(value, name, option.templating === 'component');
  const items = pieces.map((text): JsonString => ({ kind: 'string', value: text, range }));
  return array(
    option.kind === 'numbers' ? items.map((item) => weaken(item, name, texts)) : items,
    value,
  );
}

function array(items: readonly JsonValue[], { range }: JsonValue): JsonValue {
  const open = { ...range, end: range.start };
  return { kind: 'array', items, open, close: { ...range, start: range.end }, range };
}

/** Several maps in an array count as one. */
function mapOf(value: JsonValue, name: string, texts: TextReading): JsonValue {
  const objects = value.kind === 'array' ? value.items : [value];
  const [first] = objects;
  if (first?.kind !== 'object' || objects.some(({ kind }) => kind !== 'object')) return value;
  const properties = (objects as readonly JsonObject[]).flatMap((object) => object.properties);
  const last = new Map(properties.map((property) => [property.name.value, property]));
  const weakened = [...last.values()].map((property) => ({
    ...property,
    name: { ...property.name, value: texts.keep(property.name, name) },
    value: textual(property.value, name, texts),
  }));
  return { ...first, properties: weakened, range: value.range };
}

function blocks(value: JsonValue, body: ConfigSchema, texts: TextReading): JsonValue {
  if (value.kind === 'array') {
    return { ...value, items: value.items.map((item) => blocks(item, body, texts)) };
  }
  if (value.kind !== 'object') return value;
  return { ...value, properties: weakProperties(value.properties, body, texts) };
}

function untyped(value: JsonValue, name: string, texts: TextReading): JsonValue {
  if (value.kind === 'string') return { ...value, value: texts.keep(value, name) };
  if (value.kind === 'array') {
    return { ...value, items: value.items.map((item) => untyped(item, name, texts)) };
  }
  if (value.kind !== 'object') return value;
  const properties = value.properties.map((property) => ({
    ...property,
    value: untyped(property.value, property.name.value, texts),
  }));
  return { ...value, properties };
}

/** Go reads JSON numbers as floats and writes them without an exponent. */
function plainNumber(text: string): string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? String(number) : text;
}

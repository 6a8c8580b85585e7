import {
  compareText,
  type JsonArray,
  type JsonObject,
  type JsonString,
  type JsonValue,
} from '@bake/hcl';
import type { ConfigSchema, Option } from '@bake/plugin-sdk';
import { splitOutsideActions } from '../substitute.ts';
import { digitOf, falsehoods, truths } from '../weak-value.ts';
import { objectKey, quoted } from './hcl-text.ts';

/** What is made of texts of the template. */
export interface OptionTexts {
  /** An HCL string, with what `{{ }}` stands for. */
  string(text: JsonString): string;
  /** Whether the text is empty as long as nobody sets a variable. */
  isEmpty(text: JsonString): boolean;
}

/**
 * The HCL expression for an option's value, of the type that the option has: a legacy template takes text for
 * numbers and lists, and single values for lists; HCL does not.
 */
export function optionText(
  value: JsonValue,
  option: Option | undefined,
  texts: OptionTexts,
): string {
  if (value.kind === 'literal' && value.value === null) return 'null';
  switch (option?.kind) {
    case 'string':
      return textual(value, texts);
    case 'number':
      return numeric(value, texts);
    case 'bool':
      return boolish(value, texts);
    case 'duration':
      return value.kind === 'number' ? quoted(`${value.text}ns`) : plainText(value, texts);
    case 'strings':
      return listText(value, option, texts, textual);
    case 'numbers':
      return listText(value, option, texts, numeric);
    case 'string-lists':
      return listText(value, option, texts, (item) => listText(item, option, texts, textual));
    case 'string-map':
      return mapText(value, texts);
    default:
      return plainText(value, texts);
  }
}

/** The value as it stands. */
export function plainText(value: JsonValue, texts: OptionTexts): string {
  switch (value.kind) {
    case 'string':
      return texts.string(value);
    case 'number':
      return value.text;
    case 'array':
      return `[${value.items.map((item) => plainText(item, texts)).join(', ')}]`;
    case 'object':
      return objectText(value, texts, plainText);
    case 'invalid':
      return 'null';
    default:
      return String(value.value);
  }
}

/** An object whose values become what the schema of a component wants. */
export function optionsText(
  { properties }: JsonObject,
  schema: ConfigSchema | undefined,
  texts: OptionTexts,
): string {
  return objectOf(
    properties.map(({ name, value }) => [
      objectKey(name.value),
      optionText(value, optionOf(schema, name.value), texts),
    ]),
  );
}

/** The option of that name. */
export function optionOf(schema: ConfigSchema | undefined, name: string): Option | undefined {
  return schema !== undefined && Object.hasOwn(schema, name) ? schema[name] : undefined;
}

/** An object of keys and expressions, sorted as Packer has them. */
export function objectOf(entries: readonly (readonly [string, string])[]): string {
  if (entries.length === 0) return '{}';
  const lines = entries
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([key, text]) => `${key} = ${text}\n`);
  return `{\n${lines.join('')}}`;
}

type Weakening = (value: JsonValue, texts: OptionTexts) => string;

const textual: Weakening = (value, texts) =>
  value.kind === 'literal' ? quoted(digitOf(value.value)) : plainText(value, texts);

const numeric: Weakening = (value, texts) => {
  if (value.kind === 'literal') return value.value ? '1' : '0';
  if (value.kind === 'string' && value.value.trim() === '') return '0';
  return unlessEmpty(value, '0', texts);
};

const boolish: Weakening = (value, texts) => {
  if (value.kind === 'number') return String(Number(value.text) !== 0);
  if (value.kind === 'string' && truths.includes(value.value)) return 'true';
  if (value.kind === 'string' && falsehoods.includes(value.value)) return 'false';
  return unlessEmpty(value, 'false', texts);
};

/** An empty text is 0 and false to a legacy template, and neither to HCL. */
function unlessEmpty(value: JsonValue, otherwise: string, texts: OptionTexts): string {
  const text = plainText(value, texts);
  const isEmpty = value.kind === 'string' && texts.isEmpty(value);
  return isEmpty ? `${text} == "" ? ${otherwise} : ${text}` : text;
}

function listText(value: JsonValue, option: Option, texts: OptionTexts, item: Weakening): string {
  if (value.kind === 'string') return splitText(value, option, texts, item);
  const items: JsonArray['items'] = value.kind === 'array' ? value.items : [value];
  return `[${items.map((one) => item(one, texts)).join(', ')}]`;
}

/** Text with commas where a list is wanted. */
function splitText(value: JsonString, option: Option, texts: OptionTexts, item: Weakening): string {
  if (value.value === '') return '[]';
  // What is expanded before it is split may hold the commas.
  const isExpanded = option.templating !== 'component' && value.value.includes('{{');
  if (isExpanded) return `split(",", ${texts.string(value)})`;
  const pieces = splitOutsideActions(value.value).map((text) => ({ ...value, value: text }));
  return `[${pieces.map((piece) => item(piece, texts)).join(', ')}]`;
}

/** Several objects in an array count as one map. */
function mapText(value: JsonValue, texts: OptionTexts): string {
  const objects = value.kind === 'array' ? value.items : [value];
  if (objects.length === 0 || !objects.every((one) => one.kind === 'object')) {
    return plainText(value, texts);
  }
  const properties = objects.flatMap((one) => (one as JsonObject).properties);
  const last = new Map(properties.map((property) => [property.name.value, property]));
  return objectOf(
    [...last.values()].map(({ name, value: inner }) => [
      keyText(name, texts),
      textual(inner, texts),
    ]),
  );
}

function objectText(object: JsonObject, texts: OptionTexts, item: Weakening): string {
  return objectOf(
    object.properties.map(({ name, value }) => [keyText(name, texts), item(value, texts)]),
  );
}

function keyText(name: JsonString, texts: OptionTexts): string {
  return name.value.includes('{{') ? texts.string(name) : objectKey(name.value);
}

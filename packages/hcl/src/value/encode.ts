import { DecodeFailure, decodeType, encodeType, entriesOfRecord, isRecord } from './encode-type.ts';
import { restoreNum, saveNum } from './number.ts';
import {
  boolValue,
  listValue,
  mapValue,
  markSensitive,
  nullValue,
  numberValue,
  objectValue,
  tupleValue,
  unknownNotNull,
  unknownValue,
  type Value,
} from './value.ts';

export { DecodeFailure, decodeType, type EncodedType, encodeType } from './encode-type.ts';

/**
 * A value as JSON data that keeps everything: types, unknowns, exact numbers, marks. Strings, bools,
 * safe integers, tuples, objects and untyped nulls are themselves; anything else is an object whose `$`
 * says what it is.
 */
export type EncodedValue =
  | string
  | number
  | boolean
  | null
  | readonly EncodedValue[]
  | { readonly [name: string]: EncodedValue };

/** Turns a value into data that `JSON.stringify` keeps whole. */
export function encodeValue(value: Value): EncodedValue {
  if (value.sensitive) {
    const { sensitive: _, ...bare } = value;
    return { $: 'sensitive', value: encodeValue(bare as Value) };
  }
  switch (value.kind) {
    case 'string':
    case 'bool':
      return value.value;
    case 'number':
      return encodeNumber(value.value);
    case 'null':
      return value.type.kind === 'any' ? null : { $: 'null', type: encodeType(value.type) };
    case 'unknown':
      return value.notNull
        ? { $: 'unknown', type: encodeType(value.type), notNull: true }
        : { $: 'unknown', type: encodeType(value.type) };
    case 'tuple':
      return value.items.map(encodeValue);
    case 'list':
    case 'set':
      return { $: value.kind, of: encodeType(value.element), items: value.items.map(encodeValue) };
    case 'map':
      return { $: 'map', of: encodeType(value.element), entries: encodeEntries(value.entries) };
    case 'object': {
      const entries = encodeEntries(value.entries);
      return value.entries.has('$') ? { $: 'object', entries } : entries;
    }
    default:
      return unreachable(value);
  }
}

/** The value that `encodeValue` made the data from. Throws `DecodeFailure` for anything else. */
export function decodeValue(data: unknown): Value {
  if (data === null) return nullValue();
  if (typeof data === 'string') return { kind: 'string', value: data };
  if (typeof data === 'boolean') return boolValue(data);
  if (typeof data === 'number') return decodeNumber(String(data), undefined);
  if (Array.isArray(data)) return tupleValue(data.map(decodeValue));
  if (!isRecord(data)) throw new DecodeFailure('no value');
  return '$' in data ? decodeTagged(data) : objectValue(decodeEntries(data));
}

function decodeTagged(data: Readonly<Record<string, unknown>>): Value {
  const { $: tag, value, text, precision, type, notNull, of: element, items, entries } = data;
  switch (tag) {
    case 'sensitive':
      return markSensitive(decodeValue(value));
    case 'number':
      return decodeNumber(text, precision);
    case 'null':
      return nullValue(decodeType(type));
    case 'unknown':
      return notNull === true ? unknownNotNull(decodeType(type)) : unknownValue(decodeType(type));
    case 'list':
      return listValue(decodeType(element), decodeItems(items));
    case 'set':
      // Saved in order and without duplicates, so it need not be sorted again.
      return { kind: 'set', element: decodeType(element), items: decodeItems(items) };
    case 'map':
      return mapValue(decodeType(element), decodeEntries(entries));
    case 'object':
      return objectValue(decodeEntries(entries));
    default:
      throw new DecodeFailure(`no kind of value is called ${JSON.stringify(tag)}`);
  }
}

const textPrecision = 512;

function encodeNumber(value: Parameters<typeof saveNum>[0]): EncodedValue {
  if (typeof value === 'number' && !Object.is(value, -0)) return value;
  const [text, precision] = saveNum(value);
  return precision === textPrecision ? { $: 'number', text } : { $: 'number', text, precision };
}

function decodeNumber(text: unknown, precision: unknown = textPrecision): Value {
  const isForm = typeof text === 'string' && typeof precision === 'number';
  const number = isForm ? restoreNum(text, precision) : undefined;
  if (number === undefined) throw new DecodeFailure('no number');
  return numberValue(number);
}

function encodeEntries(
  entries: ReadonlyMap<string, Value>,
): Readonly<Record<string, EncodedValue>> {
  return Object.fromEntries([...entries].map(([name, entry]) => [name, encodeValue(entry)]));
}

function decodeEntries(data: unknown): readonly (readonly [string, Value])[] {
  return entriesOfRecord(data).map(([name, entry]) => [name, decodeValue(entry)] as const);
}

function decodeItems(data: unknown): readonly Value[] {
  if (!Array.isArray(data)) throw new DecodeFailure('no list of elements');
  return data.map(decodeValue);
}

function unreachable(value: never): never {
  throw new Error(`no such value: ${String(value)}`);
}

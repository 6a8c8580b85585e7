import { normalText } from '../younger-characters.ts';
import { parseNum } from './number.ts';
import { sameType } from './type.ts';
import {
  boolValue,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  typeOf,
  type Value,
} from './value.ts';

/** The text is not JSON; `offset` (UTF-16 code units) is where it stops being so. */
export class JsonFailure extends Error {
  override readonly name = 'JsonFailure';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Deeper nesting is an attack or an accident, and would overflow the stack. */
const deepest = 1000;

/**
 * Reads JSON: objects become objects, arrays tuples, nulls untyped; numbers keep all their digits.
 * Throws `JsonFailure`.
 */
export function jsonToValue(text: string): Value {
  const reader: Reader = { text, offset: 0, depth: 0 };
  const value = readValue(reader);
  skipSpace(reader);
  if (reader.offset < text.length) throw failure(reader, 'unexpected text after the JSON value');
  return value;
}

/** Where the reading is at. */
interface Reader {
  readonly text: string;
  offset: number;
  depth: number;
}

function readValue(reader: Reader): Value {
  skipSpace(reader);
  const next = reader.text[reader.offset];
  if (next === '{') return nested(reader, readObject);
  if (next === '[') return nested(reader, readArray);
  if (next === '"') return stringValue(readString(reader));
  return readWord(reader);
}

function nested(reader: Reader, read: (reader: Reader) => Value): Value {
  reader.depth += 1;
  if (reader.depth > deepest) throw failure(reader, `nested more than ${deepest} levels deep`);
  reader.offset += 1;
  const value = read(reader);
  reader.depth -= 1;
  return value;
}

function readObject(reader: Reader): Value {
  const entries = new Map<string, Value>();
  readList(reader, '}', () => {
    const start = reader.offset;
    if (reader.text[start] !== '"') throw failure(reader, 'expected a property name in quotes');
    const name = normalText(readString(reader));
    skipSpace(reader);
    if (reader.text[reader.offset] !== ':') throw failure(reader, 'expected ":" after the name');
    reader.offset += 1;
    const value = readValue(reader);
    const earlier = entries.get(name);
    if (earlier !== undefined && !sameType(typeOf(earlier), typeOf(value))) {
      throw new JsonFailure(`duplicate ${JSON.stringify(name)} property in JSON object`, start);
    }
    entries.set(name, value);
  });
  return objectValue(entries);
}

function readArray(reader: Reader): Value {
  const items: Value[] = [];
  readList(reader, ']', () => items.push(readValue(reader)));
  return tupleValue(items);
}

function readList(reader: Reader, close: string, readItem: () => void): void {
  skipSpace(reader);
  if (reader.text[reader.offset] === close) {
    reader.offset += 1;
    return;
  }
  for (;;) {
    skipSpace(reader);
    readItem();
    skipSpace(reader);
    const next = reader.text[reader.offset];
    if (next !== ',' && next !== close) throw failure(reader, `expected "," or "${close}"`);
    reader.offset += 1;
    if (next === close) return;
  }
}

function readString(reader: Reader): string {
  const match = matchAt(
    reader,
    /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy,
  );
  if (match === undefined) throw failure(reader, 'invalid string');
  // The halves of surrogate pairs that stand alone are no characters.
  return (JSON.parse(match) as string).replace(/\p{Cs}/gu, '\ufffd');
}

function readWord(reader: Reader): Value {
  const start = reader.offset;
  const number = matchAt(reader, /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) {
    const parsed = parseNum(number);
    if (parsed === undefined) throw new JsonFailure('number out of range', start);
    return numberValue(parsed);
  }
  switch (matchAt(reader, /true|false|null/y)) {
    case 'true':
      return boolValue(true);
    case 'false':
      return boolValue(false);
    case 'null':
      return nullValue();
    default:
      throw failure(reader, 'expected a value');
  }
}

function skipSpace(reader: Reader): void {
  matchAt(reader, /[ \t\r\n]*/y);
}

function matchAt(reader: Reader, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.offset;
  const match = pattern.exec(reader.text)?.[0];
  if (match !== undefined) reader.offset += match.length;
  return match;
}

function failure(reader: Reader, message: string): JsonFailure {
  const { text, offset } = reader;
  const found = offset < text.length ? `found ${JSON.stringify(text[offset])}` : 'the text ends';
  return new JsonFailure(`${message}, but ${found}`, offset);
}

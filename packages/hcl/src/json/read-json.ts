import type { Diagnostic } from '../diagnostic.ts';
import type { Range } from '../range.ts';
import type { Source } from '../source.ts';
import { JsonReader } from './json-reader.ts';
import * as messages from './messages.ts';
import { readString } from './read-string.ts';
import type { JsonObject, JsonProperty, JsonString, JsonValue } from './tree.ts';

/** Deeper nesting is an attack or an accident, and would overflow the stack. */
const deepest = 500;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /[\p{L}\d_+.-]+/uy;
const singleQuoted = /'[^'\n]*'/y;

/** A JSON text that has been read, as far as it could be. */
export interface ReadJson {
  readonly value: JsonValue;
  readonly problems: readonly Diagnostic[];
}

/**
 * Reads a JSON text. Goes on after mistakes that leave no doubt what was meant (a comma too many or too
 * few, a comment, a wrong escape), so that one reading reports several. Never throws.
 */
export function readJson(source: Source): ReadJson {
  const reader = new JsonReader(source);
  const value = readValue(reader);
  reader.skipSpace();
  if (reader.next !== '') {
    const { length } = reader.text.slice(reader.offset).split('\n', 1)[0] as string;
    reader.fail(messages.extraText(reader.take(length)));
  }
  return { value, problems: reader.problems };
}

function readValue(reader: JsonReader): JsonValue {
  reader.skipSpace();
  switch (reader.next) {
    case '{':
      return readObject(reader);
    case '[':
      return readArray(reader);
    case '"':
      return readString(reader);
    case '':
    case ',':
    case '}':
    case ']':
      return missing(reader);
    default:
      return readWord(reader);
  }
}

function missing(reader: JsonReader): JsonValue {
  const range = reader.gap();
  reader.complain(messages.missingValue(range));
  return { kind: 'invalid', range };
}

function readWord(reader: JsonReader): JsonValue {
  const text = reader.match(word);
  if (text === undefined) return readStray(reader);
  const isNumber = reader.match(number) === text;
  const range = reader.take(text.length);
  if (isNumber) return { kind: 'number', text, range };
  if (text === 'null') return { kind: 'literal', value: null, range };
  if (text === 'true' || text === 'false') {
    return { kind: 'literal', value: text === 'true', range };
  }
  const isNumeric = /^[-+.]*\d/.test(text);
  reader.complain((isNumeric ? messages.invalidNumber : messages.invalidWord)(text, range));
  return { kind: 'invalid', range };
}

function readStray(reader: JsonReader): JsonValue {
  const quoted = reader.match(singleQuoted);
  if (quoted !== undefined) return readSingleQuoted(reader, quoted);
  const range = reader.take(1);
  reader.fail(messages.strayText(range));
  return { kind: 'invalid', range };
}

function readSingleQuoted(reader: JsonReader, quoted: string): JsonString {
  const range = reader.take(quoted.length);
  reader.complain(messages.singleQuotes(range));
  return { kind: 'string', value: quoted.slice(1, -1), range };
}

function readObject(reader: JsonReader): JsonObject {
  const properties: JsonProperty[] = [];
  const ends = readMembers(reader, 'object', () => {
    const property = readProperty(reader);
    if (property !== undefined) properties.push(property);
  });
  return { kind: 'object', properties, ...ends, range: reader.from(ends.open.start) };
}

function readArray(reader: JsonReader): JsonValue {
  const items: JsonValue[] = [];
  const ends = readMembers(reader, 'array', () => items.push(readValue(reader)));
  return { kind: 'array', items, ...ends, range: reader.from(ends.open.start) };
}

function readProperty(reader: JsonReader): JsonProperty | undefined {
  const start = reader.offset;
  const name = readName(reader);
  if (name === undefined) return undefined;
  const colon = readColon(reader);
  const value = readValue(reader);
  return { name, colon, value, range: reader.from(start) };
}

/** Bare words and single quotes are reported and read: what was meant is plain. */
function readName(reader: JsonReader): JsonString | undefined {
  if (reader.next === '"') return readString(reader);
  const quoted = reader.match(singleQuoted);
  if (quoted !== undefined) return readSingleQuoted(reader, quoted);
  const value = reader.match(word);
  if (value === undefined) {
    reader.fail(messages.notAName(reader.take(1)));
    return undefined;
  }
  const range = reader.take(value.length);
  reader.complain(messages.notAName(range));
  return { kind: 'string', value, range };
}

function readColon(reader: JsonReader): Range {
  reader.skipSpace();
  if (reader.next === ':') return reader.take(1);
  const isEquals = reader.next === '=';
  const range = isEquals ? reader.take(1) : reader.gap();
  if (isEquals) reader.complain(messages.missingColon(range, true));
  else reader.fail(messages.missingColon(range, false));
  return range;
}

/** Reads what stands between two brackets; `readMember` is called at the start of each member. */
function readMembers(
  reader: JsonReader,
  what: 'object' | 'array',
  readMember: () => void,
): { readonly open: Range; readonly close: Range } {
  const open = reader.take(1);
  const [closer, other] = what === 'object' ? ['}', ']'] : [']', '}'];
  reader.depth += 1;
  if (reader.depth > deepest) {
    reader.fail(messages.tooDeep(deepest, open));
    reader.offset = reader.text.length;
  }
  for (;;) {
    reader.skipSpace();
    if (reader.next === closer) break;
    if (reader.next === '') {
      reader.fail(messages.unclosed(what, open));
      break;
    }
    if (reader.next === other) {
      const here = { ...open, start: reader.offset, end: reader.offset + 1 };
      reader.fail(messages.wrongBracket(what, here, open));
      break;
    }
    const before = reader.offset;
    readMember();
    readSeparator(reader, what, closer as string);
    // What nobody can read must not stop the reading.
    if (reader.offset === before) reader.take(1);
  }
  reader.depth -= 1;
  return { open, close: reader.next === closer ? reader.take(1) : reader.gap() };
}

function readSeparator(reader: JsonReader, what: 'object' | 'array', closer: string): void {
  const lastEnd = reader.previousEnd;
  reader.skipSpace();
  if (reader.next === ',') {
    const comma = reader.take(1);
    reader.skipSpace();
    if (reader.next === closer) reader.complain(messages.trailingComma(what, comma));
    return;
  }
  if ('}]'.includes(reader.next)) return;
  const isPlain = reader.isOnNewLine() && '"{['.includes(reader.next);
  const problem = messages.missingComma(what, reader.gap(), quoteHint(reader, lastEnd));
  if (isPlain) reader.complain(problem);
  else reader.fail(problem);
}

/** A quote inside `${...}` that was not escaped has ended the string early: the most common mistake of all. */
function quoteHint(reader: JsonReader, end: number): string {
  const line = reader.text.slice(reader.text.lastIndexOf('\n', end - 1) + 1, end);
  const isOpen = /[$%{]\{[^}]*"$/.test(line);
  return isOpen ? ' A quote inside a string must be written as \\".' : '';
}

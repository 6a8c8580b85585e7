import type { JsonReader } from './json-reader.ts';
import * as messages from './messages.ts';
import type { JsonString } from './tree.ts';

const plainText = /[^"\\\p{Cc}]*/uy;
const wholeString = /"[^"\\\p{Cc}]*"/uy;
const escapeText = /\\(?:u[0-9a-fA-F]{4}|["\\/bfnrt])/y;

const meanings: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads the string that starts here; wrong escapes are reported and kept as written. */
export function readString(reader: JsonReader): JsonString {
  const whole = reader.match(wholeString);
  if (whole !== undefined) {
    return { kind: 'string', value: whole.slice(1, -1), range: reader.take(whole.length) };
  }
  const start = reader.offset;
  reader.take(1);
  let value = '';
  while (reader.next !== '"') {
    if (reader.next === '' || reader.next === '\n') {
      reader.fail(messages.unclosedString(reader.from(start)));
      return { kind: 'string', value, range: reader.from(start) };
    }
    value += readPiece(reader);
  }
  reader.take(1);
  return { kind: 'string', value, range: reader.from(start) };
}

function readPiece(reader: JsonReader): string {
  const plain = reader.match(plainText) ?? '';
  if (plain !== '') {
    reader.take(plain.length);
    return plain;
  }
  if (reader.next !== '\\') return readControl(reader);
  const found = reader.match(escapeText);
  if (found !== undefined) {
    reader.take(found.length);
    return meaningOf(found);
  }
  const wrong = reader.text.slice(reader.offset, reader.offset + 2);
  // A backslash at the end of the line escapes nothing.
  const length = wrong.endsWith('\n') ? 1 : wrong.length;
  reader.complain(messages.invalidEscape(wrong.slice(0, length), reader.take(length)));
  return wrong.slice(0, length);
}

function readControl(reader: JsonReader): string {
  const character = reader.next;
  const range = reader.take(1);
  if (character === '\r' && reader.next === '\n') return '';
  const code = character.charCodeAt(0);
  // JSON minds only those of ASCII.
  if (code < 0x20) reader.complain(messages.controlCharacter(code, range));
  return character;
}

function meaningOf(found: string): string {
  const letter = found.charAt(1);
  if (letter === 'u') return String.fromCharCode(Number.parseInt(found.slice(2), 16));
  return meanings[letter] ?? letter;
}

/**
 * Where each character of a string's value stands in the text: offsets by index, with one more for its
 * end. For values that came from `readString`.
 */
export function offsetsIn({ range, value }: JsonString): readonly number[] {
  const { text } = range.source;
  const offsets: number[] = [];
  let offset = range.start + 1;
  while (offsets.length < value.length) {
    offsets.push(offset);
    escapeText.lastIndex = offset;
    offset += escapeText.exec(text)?.[0].length ?? 1;
  }
  offsets.push(offset);
  return offsets;
}

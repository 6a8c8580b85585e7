import { characterClass } from '../character-class.ts';
import { continuations, starts } from './identifier-table.ts';

/** Character codes that the lexer looks for. */
export const Code = {
  tab: 9,
  newline: 10,
  carriageReturn: 13,
  space: 32,
  bang: 33,
  quote: 34,
  hash: 35,
  dollar: 36,
  percent: 37,
  openParen: 40,
  closeParen: 41,
  star: 42,
  plus: 43,
  comma: 44,
  minus: 45,
  dot: 46,
  slash: 47,
  zero: 48,
  nine: 57,
  colon: 58,
  less: 60,
  equal: 61,
  greater: 62,
  question: 63,
  openBracket: 91,
  backslash: 92,
  closeBracket: 93,
  underscore: 95,
  lowerE: 101,
  openBrace: 123,
  closeBrace: 125,
  tilde: 126,
  byteOrderMark: 0xfeff,
} as const;

/** True for `0` to `9`. */
export function isDigit(code: number): boolean {
  return code >= Code.zero && code <= Code.nine;
}

/** True for what may go on an identifier in ASCII: letters, digits, `_` and `-`. */
export function isAsciiIdentifierPart(code: number): boolean {
  return code < 128 && identifierParts[code] === 1;
}

/** True when HCL reads all of the text as one name. */
export function isIdentifier(text: string): boolean {
  return text !== '' && identifierEnd(text, 0) === text.length;
}

/**
 * End of the identifier that starts at `offset`, or `offset` when none does. HCL's identifiers are
 * those of Unicode's UAX 31 with `_` allowed at the start and `-` inside.
 */
export function identifierEnd(text: string, offset: number): number {
  if (!isAsciiIdentifierStart(text.charCodeAt(offset))) return unicodeIdentifierEnd(text, offset);
  let end = offset + 1;
  while (identifierParts[text.charCodeAt(end)] === 1) end += 1;
  // A letter outside ASCII goes on the identifier; only then is the slow way worth asking.
  return text.charCodeAt(end) > 127 ? unicodeIdentifierEnd(text, offset) : end;
}

/** `text` without the white space at its start, as Go's `unicode.IsSpace` sees it. */
export function trimStart(text: string): string {
  let start = 0;
  while (start < text.length && spaces.has(text.charCodeAt(start))) start += 1;
  return text.slice(start);
}

/** `text` without the white space at its end, as Go's `unicode.IsSpace` sees it. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && spaces.has(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** True for what Go's `unicode.IsSpace` calls space. It differs from `\s` in U+0085 and U+FEFF. */
export function isSpace(code: number): boolean {
  return spaces.has(code);
}

const spaces: ReadonlySet<number> = new Set([
  ...[9, 10, 11, 12, 13, 32, 0x85, 0xa0, 0x1680],
  ...[0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a],
  ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
]);

const identifierParts = new Uint8Array(128);
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-') {
  identifierParts[character.charCodeAt(0)] = 1;
}

function isAsciiIdentifierStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === Code.underscore;
}

function unicodeIdentifierEnd(text: string, offset: number): number {
  unicodeIdentifier ??= identifierPattern();
  unicodeIdentifier.lastIndex = offset;
  return unicodeIdentifier.test(text) ? unicodeIdentifier.lastIndex : offset;
}

// Made on first use: most texts have no name beyond ASCII.
let unicodeIdentifier: RegExp | undefined;

function identifierPattern(): RegExp {
  const first = `A-Za-z_${characterClass(starts)}`;
  return new RegExp(`[${first}][${first}0-9${characterClass(continuations)}-]*`, 'uy');
}

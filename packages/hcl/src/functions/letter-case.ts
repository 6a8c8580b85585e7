import { categoryOf } from '../character-category.ts';

/**
 * Case mapping as Go does it: one code point becomes one, by Unicode's simple mappings. JavaScript's
 * own methods apply the full mappings, which turn `ß` into `SS`.
 */

/** Every code point in upper case. */
export function upperCase(text: string): string {
  return isAscii(text) ? text.toUpperCase() : mapped(text, upperCaseOf);
}

/** Every code point in lower case. */
export function lowerCase(text: string): string {
  return isAscii(text) ? text.toLowerCase() : mapped(text, lowerCaseOf);
}

/** The first letter of every word in title case, where words are what Go's `strings.Title` takes for them. */
export function titleCase(text: string): string {
  let before = ' ';
  return mapped(text, (character) => {
    const result = isSeparator(before) ? titleCaseOf(character) : character;
    before = character;
    return result;
  });
}

function mapped(text: string, map: (character: string) => string): string {
  let result = '';
  for (const character of text) {
    const other = map(character);
    result += other !== character && isKnown(character) && isKnown(other) ? other : character;
  }
  return result;
}

/** Younger letters than those of Unicode 15 are not known to Go: to it they have no case. */
function isKnown(character: string): boolean {
  return categoryOf(character) !== 'Cn';
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

function upperCaseOf(character: string): string {
  const full = character.toUpperCase();
  return isOneCodePoint(full) ? full : greekWithIota(character);
}

function lowerCaseOf(character: string): string {
  const full = character.toLowerCase();
  // The one letter whose full lower case is longer, `İ`, has a simple one: a plain i.
  return isOneCodePoint(full) ? full : 'i';
}

/** Greek letters with iota subscript: the full mapping spells the iota out, the simple one has a letter for it. */
function greekWithIota(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hasSimple =
    (code >= 0x1f80 && code <= 0x1faf && (code & 8) === 0) ||
    code === 0x1fb3 ||
    code === 0x1fc3 ||
    code === 0x1ff3;
  if (!hasSimple) return character;
  return String.fromCodePoint(code <= 0x1faf ? code + 8 : code + 9);
}

function titleCaseOf(character: string): string {
  const digraph = titleDigraphs.get(character);
  if (digraph !== undefined) return digraph;
  // Georgian has capitals for whole words only; its letters are their own title case.
  return /[\u10d0-\u10fa\u10fd-\u10ff]/.test(character) ? character : upperCaseOf(character);
}

/** Letters made of two, whose title case has only the first large. */
const titleDigraphs: ReadonlyMap<string, string> = new Map(
  ['Ǆǅǆ', 'Ǉǈǉ', 'Ǌǋǌ', 'Ǳǲǳ'].flatMap((trio) =>
    [...trio].map((letter) => [letter, trio.charAt(1)] as const),
  ),
);

/** ASCII but for letters, digits and underscore; beyond ASCII white space only. */
function isSeparator(character: string): boolean {
  return character <= '\x7f' ? !/\w/.test(character) : goSpace.test(character);
}

/** White space in Go's sense: unlike JavaScript's it has U+0085 and lacks U+FEFF. */
export const goSpace: RegExp = /[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

function isOneCodePoint(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}

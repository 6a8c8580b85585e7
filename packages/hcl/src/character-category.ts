import { categoryNames, categoryRuns, categorySigns } from './category-table.ts';
import type { CharacterRanges } from './character-class.ts';

/** A general category of Unicode, `Cn` for characters that are not assigned. */
export type Category = (typeof categoryNames)[number];

/** The character's category in Unicode 15, the version that Packer knows. Of a text it is that of its first character. */
export function categoryOf(character: string): Category {
  const code = character.codePointAt(0) ?? 0;
  const { starts, categories } = runs();
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= code) low = middle;
    else high = middle;
  }
  return categories[low] as Category;
}

/** The characters whose category begins with one of `prefixes`. */
export function categoryRanges(...prefixes: readonly string[]): CharacterRanges {
  const { starts, categories } = runs();
  const ranges: [number, number][] = [];
  for (const [index, category] of categories.entries()) {
    if (!prefixes.some((prefix) => category.startsWith(prefix))) continue;
    const start = starts[index] as number;
    const end = (starts[index + 1] ?? 0x110000) - 1;
    const last = ranges.at(-1);
    if (last?.[1] === start - 1) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

/** A letter to Go (`unicode.IsLetter`). */
export function isLetter(character: string): boolean {
  return /^[a-z]/i.test(character) || (isForeign(character) && categoryOf(character)[0] === 'L');
}

/** A letter or a digit to Go (`unicode.IsLetter`, `unicode.IsDigit`). */
export function isLetterOrDigit(character: string): boolean {
  if (!isForeign(character)) return /^[a-z\d]/i.test(character);
  const category = categoryOf(character);
  return category[0] === 'L' || category === 'Nd';
}

/** A character that Go writes as it is when it quotes (`unicode.IsPrint`): of white space that is the space alone. */
export function isPrintable(character: string): boolean {
  if (!isForeign(character)) return /^[ -~]/.test(character);
  return 'LMNPS'.includes(categoryOf(character).charAt(0));
}

function isForeign(character: string): boolean {
  return character > '\x7f';
}

interface Runs {
  /** The first character of every run of characters of one category. */
  readonly starts: readonly number[];
  readonly categories: readonly Category[];
}

// Read on first use: most texts have nothing beyond ASCII.
let known: Runs | undefined;

function runs(): Runs {
  known ??= readRuns();
  return known;
}

function readRuns(): Runs {
  const starts: number[] = [];
  const categories: Category[] = [];
  let start = 0;
  for (const [, sign = '', length] of categoryRuns.matchAll(/([^\da-z])([\da-z]*)/g)) {
    starts.push(start);
    categories.push(categoryNames[categorySigns.indexOf(sign)] as Category);
    start += length === '' ? 1 : Number.parseInt(length ?? '', 36);
  }
  return { starts, categories };
}

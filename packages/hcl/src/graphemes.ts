import { characterClass } from './character-class.ts';
import { classRanges } from './grapheme-table.ts';

/** The text's grapheme clusters: what a reader takes for one character each, and HCL with Unicode 15. */
export function graphemes(text: string): string[] {
  if (isSimple(text)) return text.split('');
  cluster ??= clusterPattern();
  return text.match(cluster) ?? [];
}

/** How many grapheme clusters the text has. */
export function countGraphemes(text: string): number {
  return isSimple(text) ? text.length : graphemes(text).length;
}

/** Offset of each grapheme cluster of a line; `undefined` when every unit of it is one. */
export function clusterStarts(line: string): readonly number[] | undefined {
  // A carriage return at its end is of a line break, which is not part of it.
  if (isSimple(line.endsWith('\r') ? line.slice(0, -1) : line)) return undefined;
  let offset = 0;
  return graphemes(line).map((cluster) => {
    const start = offset;
    offset += cluster.length;
    return start;
  });
}

/** ASCII without a carriage return (which joins a line feed): every unit is a cluster. */
function isSimple(text: string): boolean {
  return /^[\t\n\x20-\x7e]*$/.test(text);
}

// Made on first use: most texts have nothing beyond ASCII.
let cluster: RegExp | undefined;

/**
 * Extended grapheme clusters, by the rules of Unicode's annex 29 as textseg has them: a zero-width joiner ties a
 * picture also to a syllable of Hangul and to a flag.
 */
function clusterPattern(): RegExp {
  const control = `[${characterClass(classRanges.control)}]`;
  const prepend = `[${characterClass(classRanges.prepend)}]`;
  const picture = `[${characterClass(classRanges.pictograph)}]`;
  const joiner = '\\u200d';
  const mark = `[${characterClass(classRanges.extend)}${joiner}]`;
  const flag = '[\\u{1f1e6}-\\u{1f1ff}]{1,2}';
  const tied = `(?:${syllable()}|${flag}|${picture})(?:${mark}*${joiner}${picture})*`;
  const other = `(?!${control})[^\\r\\n]`;
  return new RegExp(`\\r\\n|${prepend}*(?:${tied}|${other})${mark}*|[^]`, 'gu');
}

/** A syllable of Hangul, from its letters or whole. */
function syllable(): string {
  const leading = '[\\u1100-\\u115f\\ua960-\\ua97c]';
  const vowel = '[\\u1160-\\u11a7\\ud7b0-\\ud7c6]';
  const trailing = '[\\u11a8-\\u11ff\\ud7cb-\\ud7fb]';
  // Every 28th syllable ends with its vowel, so that another vowel can go on it.
  const open = Array.from({ length: 399 }, (_, index) => String.fromCharCode(0xac00 + 28 * index));
  const core = `(?:[${open.join('')}]${vowel}*|${vowel}+|[\\uac00-\\ud7a3])`;
  return `(?:${leading}*${core}${trailing}*|${leading}+|${trailing}+)`;
}

import { clusterModel } from './younger-characters.ts';

// Made on first use: it takes longer than parsing a small template.
let segmenter: Intl.Segmenter | undefined;

/** The text's grapheme clusters: what a reader takes for one character each. */
export function graphemes(text: string): string[] {
  if (isSimple(text)) return text.split('');
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  const model = clusterModel(text);
  return Array.from(segmenter.segment(model), ({ segment, index }) =>
    text.slice(index, index + segment.length),
  ).flatMap(splitConjunct);
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

/**
 * Newer Unicode keeps an Indic conjunct together (a consonant, a virama, a consonant); the tables that HCL
 * and Packer are built with take it for several clusters.
 */
function splitConjunct(segment: string): readonly string[] {
  return segment.length < 3 ? [segment] : segment.split(afterVirama);
}

const afterVirama = /(?<=[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d]\p{M}*)(?=\p{L})/u;

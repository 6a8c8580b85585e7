import { type Position, positionAt, type Source } from './source.ts';

/** A stretch of a source, `[start, end)` in UTF-16 code units. */
export interface Range {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** A range of `source`. */
export function rangeOf(source: Source, start: number, end: number): Range {
  return { source, start, end };
}

/** The smallest range that holds both; they must be of one source. */
export function over(first: Range, last: Range): Range {
  return {
    source: first.source,
    start: Math.min(first.start, last.start),
    end: Math.max(first.end, last.end),
  };
}

/** The text that a range covers. */
export function textOf(range: Range): string {
  return range.source.text.slice(range.start, range.end);
}

/** A range as people and other programs read it: file, start and end, lines and columns 1-based. */
export interface ShownRange {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Turns offsets into lines and columns. */
export function showRange(range: Range): ShownRange {
  return {
    file: range.source.name,
    start: positionAt(range.source, range.start),
    end: positionAt(range.source, range.end),
  };
}

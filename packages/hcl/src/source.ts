import { countGraphemes } from './graphemes.ts';

/**
 * A named piece of HCL text. Offsets into it are UTF-16 code units, as JavaScript counts them;
 * lines and columns are worked out only when something is shown to a person.
 */
export interface Source {
  /** What diagnostics call it: a path as the user gave it, or `<value for var.x>`. */
  readonly name: string;
  readonly text: string;
  /**
   * Where the text starts inside the file it was cut from, 1-based. Only set for a piece of a file
   * that a plan carries to the run, so that its diagnostics still name the right line.
   */
  readonly origin?: Position;
}

/** A place in a text: `line` and `column` are 1-based, a column is one grapheme cluster (as in HCL). */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<Source, readonly number[]>();

/** Line and column of an offset; offsets past the end give the end. */
export function positionAt(source: Source, offset: number): Position {
  const starts = startsOf(source);
  const index = lineIndexAt(starts, Math.min(offset, source.text.length));
  const before = source.text.slice(starts[index], offset);
  const column = countGraphemes(before) + 1;
  const { line, column: first } = source.origin ?? { line: 1, column: 1 };
  return { line: line + index, column: index === 0 ? column + first - 1 : column };
}

/** Text of the line with the given 1-based number, without its line break; `undefined` outside the text. */
export function lineText(source: Source, line: number): string | undefined {
  const starts = startsOf(source);
  const index = line - (source.origin?.line ?? 1);
  const start = starts[index];
  if (start === undefined) return undefined;
  const end = starts[index + 1] ?? source.text.length + 1;
  return source.text.slice(start, end - 1).replace(/\r$/, '');
}

function startsOf(source: Source): readonly number[] {
  let starts = lineStarts.get(source);
  if (starts === undefined) {
    starts = [0, ...[...source.text.matchAll(/\n/g)].map((match) => match.index + 1)];
    lineStarts.set(source, starts);
  }
  return starts;
}

function lineIndexAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

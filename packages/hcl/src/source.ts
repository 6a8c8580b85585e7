import { clusterStarts, countGraphemes } from './graphemes.ts';
import { remembered } from './remembered.ts';

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

/** Line and column of an offset; offsets past the end give the end. */
export function positionAt(source: Source, offset: number): Position {
  const place = Math.min(offset, source.text.length);
  const index = lineIndexAt(startsOf(source), place);
  const column = columnsBefore(place, layoutOf(source, index), source) + 1;
  const { line, column: first } = source.origin ?? { line: 1, column: 1 };
  return { line: line + index, column: index === 0 ? column + first - 1 : column };
}

/** Text of the line with the given 1-based number, without its line break; `undefined` outside the text. */
export function lineText(source: Source, line: number): string | undefined {
  const index = line - (source.origin?.line ?? 1);
  return index in startsOf(source) ? textOfLine(source, index).replace(/\r$/, '') : undefined;
}

const startsOf = remembered((source: Source): readonly number[] => [
  0,
  ...Array.from(source.text.matchAll(/\n/g), (match) => match.index + 1),
]);

function textOfLine(source: Source, index: number): string {
  const starts = startsOf(source);
  return source.text.slice(starts[index], (starts[index + 1] ?? source.text.length + 1) - 1);
}

/** One line as columns count it. */
interface LineLayout {
  readonly start: number;
  /** Where in the line each grapheme cluster starts; `undefined` when every unit is one. */
  readonly clusters: readonly number[] | undefined;
}

// Kept, because a large JSON file may be one line, and then everything in it asks for that line.
const layoutsOf = remembered((_: Source) => new Map<number, LineLayout>());

function layoutOf(source: Source, index: number): LineLayout {
  const layouts = layoutsOf(source);
  let layout = layouts.get(index);
  if (layout === undefined) {
    layout = {
      start: startsOf(source)[index] as number,
      clusters: clusterStarts(textOfLine(source, index)),
    };
    layouts.set(index, layout);
  }
  return layout;
}

function columnsBefore(offset: number, { start, clusters }: LineLayout, { text }: Source): number {
  if (clusters === undefined || offset === start) return offset - start;
  // A place inside a cluster has part of it before itself.
  const whole = countBelow(clusters, offset - start) - 1;
  return whole + countGraphemes(text.slice(start + (clusters[whole] as number), offset));
}

function lineIndexAt(starts: readonly number[], offset: number): number {
  return countBelow(starts, offset + 1) - 1;
}

/** How many of the numbers, which ascend, are below the limit. */
function countBelow(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

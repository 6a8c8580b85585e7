import { countGraphemes } from '../graphemes.ts';
import type { Line } from './line.ts';
import type { Piece } from './piece.ts';

/**
 * Puts the `=` of neighbouring lines below one another, and then their comments. Neighbours are lines that
 * have one, with no other line between.
 */
export function align(text: string, pieces: readonly Piece[], lines: readonly Line[]): void {
  // A comment's place depends on where the `=` before it has gone.
  alignCells(text, pieces, lines, 'assignment', 'comment');
  alignCells(text, pieces, lines, 'comment', 'end');
}

/** Aligns the cells that begin at one of a line's indices; those with nothing up to `next` are absent. */
function alignCells(
  text: string,
  pieces: readonly Piece[],
  lines: readonly Line[],
  cell: 'assignment' | 'comment',
  next: 'comment' | 'end',
): void {
  const run: { readonly first: Piece; readonly column: number }[] = [];
  let furthest = 0;
  const close = (): void => {
    for (const { first, column } of run) first.spaces = furthest - column + 1;
    run.length = 0;
    furthest = 0;
  };
  for (const line of lines) {
    const start = line[cell];
    if (start === line[next]) {
      close();
      continue;
    }
    const column = columns(text, pieces, line.lead, start);
    if (column > furthest) furthest = column;
    run.push({ first: pieces[start] as Piece, column });
  }
  close();
}

/** How many columns pieces take with the spaces before them; a grapheme cluster takes one, as in Packer. */
function columns(text: string, pieces: readonly Piece[], from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index += 1) {
    const { start, end, spaces } = pieces[index] as Piece;
    total += spaces + countGraphemes(text.slice(start, end));
  }
  return total;
}

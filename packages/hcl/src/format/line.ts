import { bracketChange } from './bracket.ts';
import { type Piece, PieceKind } from './piece.ts';

/**
 * A line as formatting sees it: what stands between two line breaks of the grammar, so that a heredoc is
 * part of the line that opens it. It has up to three cells, each a run of pieces: the lead, the `=` of an
 * argument with its value, and a comment at the end. A cell ends where the next starts, and is absent when
 * that is where it starts itself.
 */
export interface Line {
  /** Index of the line's first piece. */
  readonly lead: number;
  /** Index of the `=`. */
  readonly assignment: number;
  readonly comment: number;
  /** Index of the next line's first piece. */
  readonly end: number;
}

/** Lines in order. The `endOfFile` piece is on none of them. */
export function linesOf(pieces: readonly Piece[]): readonly Line[] {
  const lines: Line[] = [];
  const last = pieces.length - 1;
  let start = 0;
  for (let index = 0; index < last; index += 1) {
    if (pieces[index]?.endsLine !== true && index + 1 < last) continue;
    lines.push(lineOf(pieces, start, index + 1));
    start = index + 1;
  }
  return lines;
}

function lineOf(pieces: readonly Piece[], lead: number, end: number): Line {
  const hasComment = end - lead > 1 && pieces[end - 1]?.kind === PieceKind.comment;
  const comment = hasComment ? end - 1 : end;
  return { lead, assignment: assignmentIn(pieces, lead, comment), comment, end };
}

/** Index of the line's first `=` if its value ends on the line too, as far as brackets tell; `end` otherwise. */
function assignmentIn(pieces: readonly Piece[], lead: number, end: number): number {
  let index = lead + 1;
  while (index < end && pieces[index]?.kind !== PieceKind.equal) index += 1;
  return bracketChange(pieces, index, end) === 0 ? index : end;
}

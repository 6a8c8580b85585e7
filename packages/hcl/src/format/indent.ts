import { bracketOf } from './bracket.ts';
import type { Line } from './line.ts';
import { type Piece, PieceKind } from './piece.ts';

const spacesPerLevel = 2;

/**
 * Sets the indentation of every line. A line that opens brackets begins one level, however many they are;
 * the level lasts until as many are closed.
 */
export function indent(pieces: readonly Piece[], lines: readonly Line[]): void {
  /** Open brackets of each level. */
  const levels: number[] = [];
  for (const line of lines) {
    const first = pieces[line.lead] as Piece;
    if (first.kind === PieceKind.newline) {
      first.spaces = 0;
      continue;
    }
    const change = leadChange(pieces, line);
    if (change < 0) close(levels, -change);
    first.spaces = spacesPerLevel * levels.length;
    if (change > 0) levels.push(change);
  }
}

/** An assignment closes all it opens, or it would not be one. What a heredoc holds changes no indentation. */
function leadChange(pieces: readonly Piece[], { lead, assignment }: Line): number {
  let change = 0;
  for (let index = lead; index < assignment; index += 1) {
    const { kind } = pieces[index] as Piece;
    if (kind === PieceKind.openHeredoc) break;
    change += bracketOf(kind);
  }
  return change;
}

function close(levels: number[], count: number): void {
  let left = count;
  while (left > 0) {
    const open = levels.pop();
    if (open === undefined) return;
    if (open > left) levels.push(open - left);
    left -= open;
  }
}

import { type Piece, PieceKind } from './piece.ts';

const changes = new Int8Array(128);
for (const kind of [
  PieceKind.openBrace,
  PieceKind.openBracket,
  PieceKind.openParen,
  PieceKind.openInterpolation,
  PieceKind.openDirective,
]) {
  changes[kind] = 1;
}
for (const kind of [
  PieceKind.closeBrace,
  PieceKind.closeBracket,
  PieceKind.closeParen,
  PieceKind.closeSequence,
]) {
  changes[kind] = -1;
}

/** 1 for a bracket of any sort that opens, -1 for one that closes, 0 for all else. */
export function bracketOf(kind: PieceKind): number {
  return changes[kind] as number;
}

/** How many more brackets open than close from the piece at `start` up to that at `end`. */
export function bracketChange(pieces: readonly Piece[], start: number, end: number): number {
  let change = 0;
  for (let index = start; index < end; index += 1) {
    change += bracketOf((pieces[index] as Piece).kind);
  }
  return change;
}

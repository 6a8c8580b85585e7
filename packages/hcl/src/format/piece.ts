import { Code } from '../syntax/characters.ts';
import type { Lexed } from '../syntax/lexer.ts';
import { TokenKind } from '../syntax/token.ts';

/** What a piece is: a token of the grammar, or a comment. */
export const PieceKind: typeof TokenKind & { readonly comment: 100 } = {
  ...TokenKind,
  comment: 100,
};

/** One of the values of `PieceKind`. */
export type PieceKind = (typeof PieceKind)[keyof typeof PieceKind];

/**
 * What formatting moves about: a token, or a comment, which for a `#` or `//` comment includes its line
 * break. Only the spaces before it may change.
 */
export interface Piece {
  readonly kind: PieceKind;
  /** Offsets of its text, `[start, end)`. */
  readonly start: number;
  readonly end: number;
  readonly endsLine: boolean;
  /** How many spaces stand before it. */
  spaces: number;
}

/**
 * Everything in a text but the white space between, in source order; the last piece is `endOfFile`. All
 * have as many spaces before them as the text has bytes there: three for a byte order mark.
 */
export function piecesOf({ source, tokens, comments }: Lexed): readonly Piece[] {
  const { data, count } = tokens;
  const pieces: Piece[] = [];
  let last = source.text.charCodeAt(0) === Code.byteOrderMark ? -2 : 0;
  let comment = 0;
  const add = (kind: PieceKind, start: number, end: number, endsLine: boolean): void => {
    pieces.push({ kind, start, end, endsLine, spaces: start - last });
    last = end;
  };
  for (let at = 0; at < 3 * count; at += 3) {
    const kind = data[at] as TokenKind;
    const start = data[at + 1] as number;
    const end = data[at + 2] as number;
    let isTaken = false;
    for (let next = comments[comment]; next !== undefined; next = comments[comment]) {
      const { range, style } = next;
      if (range.start > start) break;
      isTaken = style === 'line' && kind === TokenKind.newline && range.end === start;
      add(PieceKind.comment, range.start, isTaken ? end : range.end, isTaken);
      comment += 1;
    }
    if (!isTaken) add(kind, start, end, kind === TokenKind.newline);
  }
  return pieces;
}

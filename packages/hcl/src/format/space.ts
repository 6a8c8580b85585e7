import { bracketOf } from './bracket.ts';
import type { Line } from './line.ts';
import { type Piece, PieceKind } from './piece.ts';

/**
 * Sets the spaces between the pieces of each cell to one or none. Where a cell starts is for others to say.
 * `text` is what the pieces are of.
 */
export function space(text: string, pieces: readonly Piece[], lines: readonly Line[]): void {
  for (const { lead, assignment, comment } of lines) {
    spaceCell(text, pieces, lead, assignment);
    spaceCell(text, pieces, assignment, comment);
  }
}

function spaceCell(text: string, pieces: readonly Piece[], start: number, end: number): void {
  let before: Piece | undefined;
  for (let index = start; index + 1 < end; index += 1) {
    const piece = pieces[index] as Piece;
    const after = pieces[index + 1] as Piece;
    after.spaces = isApart(text, before, piece, after) ? 1 : 0;
    before = piece;
  }
}

/** Whether there is a space between two pieces. `before` is what stands before them in the cell. */
function isApart(text: string, before: Piece | undefined, piece: Piece, after: Piece): boolean {
  if (clingsToNext(piece.kind) || clingsToLast(after.kind) || isName(piece.kind, after.kind)) {
    return false;
  }
  if (piece.kind === PieceKind.comma || isIn(text, before, piece)) return true;
  if (after.kind === PieceKind.openBracket && canBeIndexed(piece.kind)) return false;
  if (piece.kind === PieceKind.minus) return !beginsValue(before);
  return isApartAtBracket(piece.kind, after.kind);
}

/** Braces stand apart from what they hold; other brackets do not, unless it is a braced thing in a sequence. */
function isApartAtBracket(kind: PieceKind, after: PieceKind): boolean {
  if (kind === PieceKind.openBrace) return after !== PieceKind.closeBrace;
  if (after === PieceKind.closeBrace) return true;
  if (opensSequence(kind)) return after === PieceKind.openBrace;
  if (after === PieceKind.closeSequence) return kind === PieceKind.closeBrace;
  if (kind === PieceKind.closeSequence && opensSequence(after)) return false;
  return bracketOf(kind) <= 0 && bracketOf(after) >= 0;
}

function opensSequence(kind: PieceKind): boolean {
  return kind === PieceKind.openInterpolation || kind === PieceKind.openDirective;
}

/** The name of a function with its parenthesis, or parts of a name with `::` between them. */
function isName(kind: PieceKind, after: PieceKind): boolean {
  if (kind === PieceKind.doubleColon) return after === PieceKind.identifier;
  return (
    kind === PieceKind.identifier &&
    (after === PieceKind.openParen || after === PieceKind.doubleColon)
  );
}

/** The word of `for x in [1]`, where `in[1]` would look like an index. */
function isIn(text: string, before: Piece | undefined, { kind, start, end }: Piece): boolean {
  return (
    kind === PieceKind.identifier &&
    before?.kind === PieceKind.identifier &&
    end - start === 2 &&
    text.startsWith('in', start)
  );
}

function canBeIndexed(kind: PieceKind): boolean {
  return kind === PieceKind.identifier || kind === PieceKind.number || bracketOf(kind) < 0;
}

const textKinds = [PieceKind.quotedText, PieceKind.escapedText, PieceKind.plainText] as const;

const clingingToNext = flags([
  ...textKinds,
  PieceKind.dot,
  PieceKind.bang,
  PieceKind.openQuote,
  PieceKind.openHeredoc,
]);

function clingsToNext(kind: PieceKind): boolean {
  return clingingToNext[kind] === 1;
}

const clingingToLast = flags([
  ...textKinds,
  PieceKind.newline,
  PieceKind.dot,
  PieceKind.comma,
  PieceKind.ellipsis,
  PieceKind.closeQuote,
  PieceKind.closeHeredoc,
]);

function clingsToLast(kind: PieceKind): boolean {
  return clingingToLast[kind] === 1;
}

const beforeValue = flags([
  PieceKind.openParen,
  PieceKind.openBrace,
  PieceKind.openBracket,
  PieceKind.equal,
  PieceKind.colon,
  PieceKind.comma,
  PieceKind.question,
  PieceKind.plus,
  PieceKind.minus,
  PieceKind.star,
  PieceKind.slash,
  PieceKind.percent,
  PieceKind.equalEqual,
  PieceKind.notEqual,
  PieceKind.greater,
  PieceKind.greaterEqual,
  PieceKind.less,
  PieceKind.lessEqual,
  PieceKind.and,
  PieceKind.or,
  PieceKind.bang,
]);

/** Whether a minus after this is a sign: nothing there is the end of a value. `=>` and `${` are not told (as in HCL). */
function beginsValue(before: Piece | undefined): boolean {
  return before === undefined || beforeValue[before.kind] === 1;
}

function flags(kinds: readonly PieceKind[]): Uint8Array {
  const table = new Uint8Array(128);
  for (const kind of kinds) table[kind] = 1;
  return table;
}

import type { Range } from '../range.ts';
import { indentationAt } from './recovery-hints.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/**
 * Skips to the `closer` of the brackets that the reader is in, or to a comma between their items when
 * `separator` is given, stepping over inner brackets. Ends `recovering` when it found one. Stops
 * before whatever ends something further out, and then leaves `recovering` on. `open` is the bracket.
 */
export function skipInside(
  reader: TokenReader,
  closer: TokenKind,
  open: Range,
  separators: readonly TokenKind[] = [],
): void {
  let depth = 0;
  for (;;) {
    const { kind } = reader;
    if (depth === 0 && (kind === closer || separators.includes(kind))) {
      reader.recovering = false;
      return;
    }
    if (kind === TokenKind.endOfFile || atNextItem(reader, open.start)) return;
    if (isOpener(kind)) depth += 1;
    else if (isCloser(kind)) {
      if (depth === 0) return;
      depth -= 1;
    }
    reader.advance();
  }
}

/**
 * Skips what is left of a broken argument or block: to the line break that ends it, stepping over
 * brackets, or to the brace that closes the body around it. `start` is where the item began.
 */
export function skipItem(reader: TokenReader, start: number): void {
  const newlines = reader.skipNewlines(false);
  let depth = 0;
  while (reader.kind !== TokenKind.endOfFile) {
    const { kind } = reader;
    if (kind === TokenKind.newline && depth === 0) break;
    if (isOpener(kind)) depth += 1;
    else if (isCloser(kind)) {
      if (depth === 0 && kind === TokenKind.closeBrace) break;
      depth = Math.max(0, depth - 1);
    } else if (reader.start > start && atNextItem(reader, start)) break;
    reader.advance();
  }
  reader.skipNewlines(newlines);
  reader.recovering = false;
}

/**
 * True when the next token begins a line, can be the start of an argument or a block, and stands no
 * further right than the line that holds `open`: the bracket there, or whatever else, was not closed.
 */
export function atNextItem(reader: TokenReader, open: number): boolean {
  if (reader.kind !== TokenKind.identifier || !reader.atLineStart()) return false;
  const { text } = reader.source;
  if (indentationAt(text, reader.start) > indentationAt(text, open)) return false;
  const after = reader.kindAfter();
  if (after === TokenKind.openQuote) return /^[^"\n]*"[^"\n]*"[^\n=,]*\{/.test(restOfLine(reader));
  return after === TokenKind.openBrace || after === TokenKind.equal;
}

function restOfLine(reader: TokenReader): string {
  const { text } = reader.source;
  const end = text.indexOf('\n', reader.end);
  return text.slice(reader.end, end === -1 ? text.length : end);
}

function isOpener(kind: TokenKind): boolean {
  switch (kind) {
    case TokenKind.openBrace:
    case TokenKind.openBracket:
    case TokenKind.openParen:
    case TokenKind.openQuote:
    case TokenKind.openHeredoc:
    case TokenKind.openInterpolation:
    case TokenKind.openDirective:
      return true;
    default:
      return false;
  }
}

function isCloser(kind: TokenKind): boolean {
  switch (kind) {
    case TokenKind.closeBrace:
    case TokenKind.closeBracket:
    case TokenKind.closeParen:
    case TokenKind.closeQuote:
    case TokenKind.closeHeredoc:
    case TokenKind.closeSequence:
      return true;
    default:
      return false;
  }
}

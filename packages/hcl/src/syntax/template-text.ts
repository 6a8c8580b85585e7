import { rangeOf } from '../range.ts';
import { trimEnd, trimStart } from './characters.ts';
import * as messages from './messages.ts';
import { TokenKind } from './token.ts';
import type { TokenReader } from './token-reader.ts';

/** Value of the quoted text that comes next: escapes resolved, wrong ones reported and kept as written. */
export function quotedValue(reader: TokenReader): string {
  const { text } = reader;
  return reader.kind === TokenKind.escapedText ? resolveEscapes(reader, text) : text;
}

/** Value of the heredoc or template-file text that comes next, where only `$${` and `%%{` are escapes. */
export function plainValue(reader: TokenReader): string {
  const { text } = reader;
  // What opens no sequence and still has a brace after its marker is an escape.
  return text.includes('{') ? text.replaceAll(markerEscape, '$1{') : text;
}

const markerEscape = /([$%])\1\{/g;

const escapePattern = /\\(?:u[0-9a-fA-F]{0,4}|U[0-9a-fA-F]{0,8}|.?)|([$%])\1\{/gsu;

const simpleEscapes: ReadonlyMap<string, string> = new Map([
  ['\\n', '\n'],
  ['\\r', '\r'],
  ['\\t', '\t'],
  ['\\"', '"'],
  ['\\\\', '\\'],
]);

function resolveEscapes(reader: TokenReader, text: string): string {
  const { start, source } = reader;
  return text.replaceAll(escapePattern, (found, marker: string | undefined, offset: number) => {
    if (marker !== undefined) return `${marker}{`;
    const value = simpleEscapes.get(found) ?? unicodeEscape(found);
    if (value !== undefined) return value;
    const range = rangeOf(source, start + offset, start + offset + found.length);
    reader.complain(messages.invalidEscape(range, found));
    return found;
  });
}

/** What `\uXXXX` or `\UXXXXXXXX` stands for; `undefined` when it has too few digits or is no character. */
function unicodeEscape(found: string): string | undefined {
  const digits = found.slice(2);
  if (digits.length !== (found[1] === 'u' ? 4 : 8)) return undefined;
  const code = Number.parseInt(digits, 16);
  const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
  return isCharacter ? String.fromCodePoint(code) : undefined;
}

/** A piece of template text on its way into the tree; `value` shrinks as markers strip it. */
export interface TextPiece {
  readonly kind: 'text';
  value: string;
  readonly start: number;
  end: number;
}

/** `~}` before it takes the white space at its start away, `${~` after it that at its end. */
export function strip(piece: TextPiece, side: 'start' | 'end'): void {
  piece.value = side === 'start' ? trimStart(piece.value) : trimEnd(piece.value);
}

/**
 * Takes the common indentation of a `<<-` heredoc away. HCL's rule looks at the pieces as they are after
 * stripping, one per line at most: a line counts from its first piece, lines of white space alone do
 * not count and stay as they are, and a line whose line break was stripped hides the next line's start.
 */
export function removeIndentation(
  pieces: readonly ({ readonly kind: string } | TextPiece)[],
): void {
  let common = Number.POSITIVE_INFINITY;
  let atLineStart = true;
  const indented: TextPiece[] = [];
  for (const piece of pieces) {
    const text = isText(piece) ? piece.value : '';
    if (atLineStart) {
      const width = text.length - trimStart(text).length;
      const isBlank = width === text.length && text.endsWith('\n');
      if (!isBlank) {
        common = Math.min(common, width);
        if (isText(piece)) indented.push(piece);
      }
    }
    atLineStart = text.endsWith('\n');
  }
  for (const piece of indented) piece.value = piece.value.slice(common);
}

/** Joins pieces of text that stand side by side. */
export function joinText<Other extends { readonly kind: string }>(
  pieces: readonly (Other | TextPiece)[],
): (Other | TextPiece)[] {
  const joined: (Other | TextPiece)[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (isText(piece) && last !== undefined && isText(last)) {
      last.value += piece.value;
      last.end = piece.end;
    } else joined.push(piece);
  }
  return joined;
}

function isText(piece: { readonly kind: string }): piece is TextPiece {
  return piece.kind === 'text';
}

import { isUtf8 } from 'node:buffer';
import type { Diagnostic } from './diagnostic.ts';
import type { Source } from './source.ts';

/** A file's text, or what is wrong with its bytes. */
export type DecodedSource = { readonly source: Source } | { readonly problem: Diagnostic };

/** Decodes a file, which must be UTF-8. The problem points at the first byte that is none, shown as `\xE9`. */
export function sourceFromBytes(name: string, bytes: Buffer): DecodedSource {
  if (isUtf8(bytes)) return { source: { name, text: bytes.toString('utf8') } };
  const { text, start, byte } = escaped(bytes);
  const subject = { source: { name, text }, start, end: start + escapeOf(byte).length };
  const detail = `Templates and variable files are in UTF-8; ${guess(bytes, byte)} Save the file in UTF-8.`;
  const summary = 'Invalid character encoding';
  return { problem: { severity: 'error', code: 'invalid-encoding', summary, detail, subject } };
}

/** What the bytes may be instead. */
function guess(bytes: Buffer, byte: number): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  if (mark === 'fffe' || mark === 'feff') return 'this file begins as one in UTF-16 does.';
  const letter = new TextDecoder('windows-1252').decode(Uint8Array.of(byte));
  const meaning = /^[\p{L}\p{P}\p{S}]$/u.test(letter)
    ? ` In Windows-1252, an older encoding, it is "${letter}".`
    : '';
  return `this byte is not.${meaning}`;
}

/** The text with every byte that is no UTF-8 written as an escape; where the first one is, and which. */
function escaped(bytes: Buffer): { text: string; start: number; byte: number } {
  let text = '';
  let first: { readonly start: number; readonly byte: number } | undefined;
  for (const piece of pieces(bytes)) {
    if (isUtf8(piece)) text += piece.toString('utf8');
    else {
      const byte = piece[0] as number;
      first ??= { start: text.length, byte };
      text += escapeOf(byte);
    }
  }
  return { text, start: 0, byte: 0, ...first };
}

/** Lines where all is well, of other lines single characters, and bytes that are none. */
function* pieces(bytes: Buffer): Iterable<Buffer> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start) + 1 || bytes.length;
    const line = bytes.subarray(start, end);
    if (isUtf8(line)) yield line;
    else
      for (let at = 0; at < line.length; at += characterLength(line, at)) {
        yield line.subarray(at, at + characterLength(line, at));
      }
    start = end;
  }
}

function characterLength(line: Buffer, at: number): number {
  return [1, 2, 3, 4].find((length) => isUtf8(line.subarray(at, at + length))) ?? 1;
}

function escapeOf(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase()}`;
}

import type { Source } from '../source.ts';
import { Code } from '../syntax/characters.ts';
import { lex } from '../syntax/lexer.ts';
import { TokenListBuilder } from '../syntax/token.ts';
import { align } from './align.ts';
import { indent } from './indent.ts';
import { linesOf } from './line.ts';
import { type Piece, piecesOf } from './piece.ts';
import { space } from './space.ts';

/** Tokens are done with when a call returns: one list serves all, as in `parseConfig`. */
const scratch = new TokenListBuilder();

/**
 * A configuration file in canonical layout: `packer fmt`'s, to the byte. Only spaces and tabs change, and
 * a byte order mark goes; line breaks, comments and the text of strings and heredocs stay as they are.
 *
 * Meant for text in which `parseConfig` finds no mistake. Text that cannot be taken apart comes back as it
 * is; other mistakes do no harm, but the layout may be odd. Never throws.
 */
export function formatConfig(source: Source): string {
  const { text } = source;
  const lexed = lex(source, 'code', scratch);
  if (lexed.problems.length > 0) return text;
  const pieces = piecesOf(lexed);
  const lines = linesOf(pieces);
  indent(pieces, lines);
  space(text, pieces, lines);
  align(text, pieces, lines);
  return write(text, pieces);
}

/** Text that keeps its spaces is taken over in as long stretches as there are. */
function write(text: string, pieces: readonly Piece[]): string {
  let result = '';
  let from = 0;
  let last = 0;
  for (const piece of pieces) {
    if (!keepsSpaces(text, last, piece)) {
      result += text.slice(from, last) + ' '.repeat(piece.spaces);
      from = piece.start;
    }
    last = piece.end;
  }
  return result + text.slice(from, last);
}

function keepsSpaces(text: string, last: number, { start, spaces }: Piece): boolean {
  if (start - last !== spaces) return false;
  let at = last;
  while (at < start && text.charCodeAt(at) === Code.space) at += 1;
  return at === start;
}

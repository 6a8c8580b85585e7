import { graphemes } from './graphemes.ts';

/** A piece of text as a terminal shows it. */
export interface Shown {
  readonly text: string;
  /** Columns it takes. */
  readonly width: number;
}

/** Distance between tab stops in what is shown. */
const tabStop = 4;

/**
 * Text as a terminal shows it from column `start` on: tabs as spaces, control characters as their
 * pictures, so that nothing in a file can move the cursor. East Asian characters and emoji take two columns.
 */
export function shown(text: string, start = 0): Shown {
  if (/^[\x20-\x7e]*$/.test(text)) return { text, width: text.length };
  let result = '';
  let column = start;
  for (const segment of graphemes(text)) {
    const piece = segment === '\t' ? ' '.repeat(tabStop - (column % tabStop)) : visible(segment);
    result += piece;
    column += segment === '\t' ? piece.length : widthOf(piece);
  }
  return { text: result, width: column - start };
}

/** Control characters have pictures at U+2400, in the same order. */
function visible(grapheme: string): string {
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return (code >= 0x80 && code < 0xa0) || bidirectional.test(grapheme) ? '\ufffd' : grapheme;
}

/** Marks that make a terminal show text in another order than it is read. */
const bidirectional = /[\u202a-\u202e\u2066-\u2069]/;

const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
const invisible = /^[\p{M}\u200b-\u200f\u2060\ufeff]+$/u;

function widthOf(grapheme: string): number {
  if (invisible.test(grapheme)) return 0;
  return wide.test(grapheme) ? 2 : 1;
}

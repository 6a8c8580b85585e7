import { Code, identifierEnd, isSpace } from './characters.ts';

/** What `<<EOT` says. */
export interface HeredocHeader {
  readonly marker: string;
  /** Where the text begins: after the line break. */
  readonly end: number;
}

/** Reads `<<EOT` or `<<-EOT` with its line break; `undefined` when the text at `start` is not exactly that. */
export function heredocHeader(text: string, start: number): HeredocHeader | undefined {
  const word = text.charCodeAt(start + 2) === Code.minus ? start + 3 : start + 2;
  const wordEnd = identifierEnd(text, word);
  if (wordEnd === word) return undefined;
  const end = afterLineBreak(text, wordEnd);
  return end === wordEnd ? undefined : { marker: text.slice(word, wordEnd), end };
}

/**
 * When the line at `start` holds the marker alone, between white space, where the white space before
 * its line break ends; otherwise -1. A marker on a last line without a line break does not count (HCL's rule).
 */
export function heredocLineEnds(text: string, start: number, marker: string): number {
  let at = start;
  while (isSpaceInLine(text.charCodeAt(at))) at += 1;
  if (!text.startsWith(marker, at)) return -1;
  at += marker.length;
  while (isSpaceInLine(text.charCodeAt(at))) at += 1;
  return afterLineBreak(text, at) === at ? -1 : at;
}

/** Where a heredoc without an end probably should have ended. */
export interface UnclosedHeredoc {
  readonly textEnd: number;
  /** End of what stands for the marker; equal to `textEnd` when nothing does. */
  readonly markerEnd: number;
  /** How that place was recognised. */
  readonly found: 'marker-at-end-of-file' | 'marker-with-more' | 'closing-brace' | 'nothing';
}

/**
 * Guesses the end of a heredoc that nothing closes, so that what follows it is still read: a line that
 * begins with the marker, or else a closing brace that stands further left than the heredoc began.
 */
export function unclosedHeredocEnd(
  text: string,
  start: number,
  bodyStart: number,
  marker: string,
): UnclosedHeredoc {
  const indentation = indentationOf(text, start);
  let brace = -1;
  for (let line = bodyStart; line < text.length; line = nextLine(text, line)) {
    const first = firstVisible(text, line);
    if (text.startsWith(marker, first) && identifierEnd(text, first) === first + marker.length) {
      const markerEnd = first + marker.length;
      const found =
        markerEnd === text.trimEnd().length ? 'marker-at-end-of-file' : 'marker-with-more';
      return { textEnd: line, markerEnd, found };
    }
    if (brace === -1 && text[first] === '}' && first - line < indentation) brace = line;
  }
  if (brace === -1) return textEnd(text);
  // The line break before the brace is what ends the argument.
  return { textEnd: brace - 1, markerEnd: brace - 1, found: 'closing-brace' };
}

/** A heredoc that goes on to the end of the text. */
export function textEnd(text: string): UnclosedHeredoc {
  return { textEnd: text.length, markerEnd: text.length, found: 'nothing' };
}

function afterLineBreak(text: string, at: number): number {
  const lineFeed = text.charCodeAt(at) === Code.carriageReturn ? at + 1 : at;
  return text.charCodeAt(lineFeed) === Code.newline ? lineFeed + 1 : at;
}

function isSpaceInLine(code: number): boolean {
  return code !== Code.newline && code !== Code.carriageReturn && isSpace(code);
}

function nextLine(text: string, at: number): number {
  const lineFeed = text.indexOf('\n', at);
  return lineFeed === -1 ? text.length : lineFeed + 1;
}

function firstVisible(text: string, line: number): number {
  let at = line;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at;
}

function indentationOf(text: string, at: number): number {
  const line = text.lastIndexOf('\n', at) + 1;
  return firstVisible(text, line) - line;
}

import type { Diagnostic } from './diagnostic.ts';
import { shown } from './display-width.ts';
import { type Range, showRange } from './range.ts';
import { positionAt } from './source.ts';

/** What a line of a shown diagnostic is, for whoever wants to colour it. */
export type SnippetRole =
  | 'headline'
  | 'place'
  | 'source'
  | 'underline'
  | 'value'
  | 'detail'
  | 'blank';

/** One line, without its line break. */
export interface SnippetLine {
  readonly role: SnippetRole;
  readonly text: string;
}

/**
 * A diagnostic as lines of plain text: what is wrong, where, the source with the exact place underlined,
 * the values that took part, and the advice, wrapped at 78 columns. A blank line ends it.
 */
export function renderDiagnostic(diagnostic: Diagnostic): readonly SnippetLine[] {
  const { severity, summary, detail, subject, context, values = [] } = diagnostic;
  const title = severity === 'error' ? 'Error' : 'Warning';
  const parts: (readonly SnippetLine[])[] = [
    [{ role: 'headline', text: shown(`${title}: ${summary}`).text }],
  ];
  if (subject !== undefined) parts.push(place(subject, context));
  if (values.length > 0) parts.push(values.map(valueLine));
  if (detail !== '') parts.push(wrap(detail).map((text) => ({ role: 'detail', text })));
  return parts.flatMap((lines) => [...lines, blank]);
}

const blank: SnippetLine = { role: 'blank', text: '' };

function valueLine(value: string): SnippetLine {
  return { role: 'value', text: `  ${shown(value).text}` };
}

/** A subject of more lines than this is shown with its first ones. */
const maximumLines = 6;

function place(subject: Range, context: Range | undefined): readonly SnippetLine[] {
  const { file, start } = showRange(subject);
  const lines = linesOf(subject).slice(0, maximumLines);
  const first = lines[0] as SourceLine;
  const before = context === undefined ? undefined : lineAt(context, context.start);
  const last = lines.at(-1) as SourceLine;
  const digits = Math.max(4, String(last.number).length);
  const result: SnippetLine[] = [
    { role: 'place', text: `  on ${shown(file).text} line ${start.line}, column ${start.column}:` },
  ];
  if (before !== undefined && before.number < first.number) {
    result.push(sourceLine(before, digits, 0).line);
    if (before.number + 1 < first.number) result.push(gapLine(digits));
  }
  for (const line of lines) result.push(...underlined(line, subject, digits));
  return result;
}

interface SourceLine {
  readonly number: number;
  readonly text: string;
  /** Offset of its first character. */
  readonly start: number;
}

/** The lines that a range touches; of an empty range, the one it stands on. */
function linesOf(range: Range): readonly SourceLine[] {
  const lines = [lineAt(range, range.start)];
  for (;;) {
    const { start, text, number } = lines.at(-1) as SourceLine;
    const next = range.source.text.indexOf('\n', start + text.length) + 1;
    if (next === 0 || next >= range.end || lines.length > maximumLines) return lines;
    lines.push({ number: number + 1, start: next, text: lineText(range, next) });
  }
}

function lineAt({ source }: Range, offset: number): SourceLine {
  const start = offset === 0 ? 0 : source.text.lastIndexOf('\n', offset - 1) + 1;
  const number = positionAt(source, offset).line;
  return { number, start, text: lineText({ source }, start) };
}

function lineText({ source }: Pick<Range, 'source'>, start: number): string {
  const end = source.text.indexOf('\n', start);
  return source.text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
}

/** A source line, and below it a line that marks the part of it that belongs to the subject. */
function underlined(line: SourceLine, subject: Range, digits: number): readonly SnippetLine[] {
  const { text, start } = line;
  const from = Math.min(Math.max(subject.start - start, 0), text.length);
  const to = Math.min(Math.max(subject.end - start, from), text.length);
  // Of the lines after the first, the indentation is not what is meant.
  const begin = subject.start < start ? to - text.slice(from, to).trimStart().length : from;
  const before = shown(text.slice(0, begin));
  const marked = shown(text.slice(begin, to), before.width);
  const { line: source, clipped } = sourceLine(line, digits, before.width);
  if (marked.width === 0 && subject.start < start) return [source];
  const room = Math.max(1, maximumWidth - (before.width - clipped));
  const carets = '^'.repeat(Math.min(Math.max(1, marked.width), room));
  const margin = `${' '.repeat(digits)} | `;
  const shownText = margin + ' '.repeat(before.width - clipped) + carets;
  return [source, { role: 'underline', text: shownText }];
}

/** Longer source lines are shown in part, so that the place is still to be seen. */
const maximumWidth = 160;

/** `clipped` columns are left out before what is shown, so that column `column` is in sight. */
function sourceLine(
  { number, text }: SourceLine,
  digits: number,
  column: number,
): { readonly line: SnippetLine; readonly clipped: number } {
  const whole = shown(text);
  const margin = `${String(number).padStart(digits)} | `;
  if (whole.width <= maximumWidth) {
    return { line: { role: 'source', text: (margin + whole.text).trimEnd() }, clipped: 0 };
  }
  const characters = [...whole.text];
  const wanted = column < maximumWidth / 2 ? 0 : column - maximumWidth / 4;
  let clipped = 0;
  let index = 0;
  while (clipped < wanted && index < characters.length) {
    clipped += shown(characters[index] ?? '').width;
    index += 1;
  }
  const part = characters.slice(index, index + maximumWidth).join('');
  const shownText = index === 0 ? part : `\u2026${part.slice(1)}`;
  const tail = index + maximumWidth < characters.length ? '\u2026' : '';
  return { line: { role: 'source', text: margin + shownText + tail }, clipped };
}

function gapLine(digits: number): SnippetLine {
  return { role: 'source', text: `${' '.repeat(digits)} | \u2026` };
}

/** Wraps at 78 columns. Lines that begin with a space are kept as they are. */
function wrap(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => (line.startsWith(' ') ? [line] : wrapLine(line)));
}

const wrapWidth = 78;

function wrapLine(line: string): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && shown(longer).width > wrapWidth) {
      lines.push(current);
      current = word;
    } else current = longer;
  }
  return [...lines, shown(current).text];
}

import type { Diagnostic } from './diagnostic.ts';
import type { Range } from './range.ts';
import { lineText, positionAt } from './source.ts';

/** What a line of a rendered diagnostic is, so that a view can colour it. */
export type SnippetRole =
  | 'headline'
  | 'place'
  | 'source'
  | 'underline'
  | 'value'
  | 'detail'
  | 'blank';

/** One line of a rendered diagnostic, without a line break. */
export interface SnippetLine {
  readonly role: SnippetRole;
  readonly text: string;
}

/** Columns that prose is wrapped at. */
const width = 78;
/** Lines of source that are shown at most; of a longer piece the first ones. */
const mostLines = 4;

/**
 * A diagnostic as people read it: severity and summary, where it is with the source lines and a line of
 * carets below the subject, values that took part, and the detail.
 */
export function renderDiagnostic(diagnostic: Diagnostic): readonly SnippetLine[] {
  const { severity, summary, detail, subject, values = [] } = diagnostic;
  const label = severity === 'error' ? 'Error' : 'Warning';
  return [
    { role: 'headline', text: `${label}: ${summary}` },
    blank,
    ...(subject === undefined ? [] : [...place(subject, diagnostic.context), blank]),
    ...values.map((text): SnippetLine => ({ role: 'value', text: `  with ${text}` })),
    ...(values.length > 0 ? [blank] : []),
    ...detail.split('\n').flatMap(wrap),
    blank,
  ];
}

const blank: SnippetLine = { role: 'blank', text: '' };

function place(subject: Range, context: Range | undefined): readonly SnippetLine[] {
  const { source } = subject;
  const start = positionAt(source, subject.start);
  const end = positionAt(source, subject.end);
  const first = Math.min(start.line, contextLine(subject, context));
  const last = Math.min(end.line, start.line + mostLines - 1);
  const gutter = `${last}`.length + 1;
  const lines: SnippetLine[] = [
    { role: 'place', text: `  on ${source.name} line ${start.line}, column ${start.column}:` },
  ];
  for (let line = first; line <= last; line += 1) {
    const text = lineText(source, line) ?? '';
    lines.push({ role: 'source', text: `  ${`${line}`.padStart(gutter)} | ${text}`.trimEnd() });
    if (line < start.line) continue;
    const carets = underline(text, line, start, end);
    if (carets === '') continue;
    lines.push({ role: 'underline', text: `  ${' '.repeat(gutter)} | ${carets}` });
  }
  return lines;
}

/** The context's first line is shown when it is just above; further away it would only take room. */
function contextLine(subject: Range, context: Range | undefined): number {
  const line = positionAt(subject.source, subject.start).line;
  if (context === undefined || context.source !== subject.source) return line;
  const first = positionAt(subject.source, context.start).line;
  return line - first <= 2 ? first : line;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Carets below the part of a line that lies in the range; tabs are kept, so that they stay below it. */
function underline(text: string, line: number, start: Place, end: Place): string {
  const cells = [...graphemes.segment(text)].map((one) => one.segment);
  const indent = cells.findIndex((cell) => cell.trim() !== '');
  const from = line === start.line ? start.column - 1 : Math.max(indent, 0);
  const to = line === end.line ? end.column - 1 : cells.length;
  if (line !== start.line && to <= from) return '';
  const before = cells
    .slice(0, from)
    .map((cell) => (cell === '\t' ? '\t' : ' '.repeat(cellWidth(cell))));
  const below = cells.slice(from, to).map((cell) => '^'.repeat(cellWidth(cell)));
  // An empty range, such as the end of the file, still gets one caret.
  return before.join('') + (below.join('') || '^');
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a grapheme takes on a terminal: East Asian wide characters and emoji take two. */
function cellWidth(cell: string): number {
  return wide.test(cell) ? 2 : 1;
}

const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;

function wrap(paragraph: string): readonly SnippetLine[] {
  const indent = /^ */.exec(paragraph)?.[0] ?? '';
  const lines: string[] = [];
  let line = indent;
  for (const word of paragraph.trim().split(' ')) {
    const isFirst = line === indent;
    if (!isFirst && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].map((text) => ({ role: text === '' ? 'blank' : 'detail', text }));
}

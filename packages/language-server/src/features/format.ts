import { formatConfig, rangeOf, type Source } from '@bake/hcl';
import type { TextEdit } from 'vscode-languageserver/node';
import { parsedSource } from '../text/config-file.ts';
import { lspRange } from '../text/positions.ts';

/** What `bake fmt` would change, as one edit of the part that changes. Text with mistakes, and JSON, stays as it is. */
export function format(source: Source): readonly TextEdit[] {
  if (source.name.endsWith('.json')) return [];
  const { diagnostics } = parsedSource(source);
  if (diagnostics.some(({ severity }) => severity === 'error')) return [];
  const { text } = source;
  const formatted = formatConfig(source);
  if (formatted === text) return [];
  const start = commonStart(text, formatted);
  const rest = Math.min(text.length, formatted.length) - start;
  const tail = Math.min(commonEnd(text, formatted), rest);
  const range = rangeOf(source, start, text.length - tail);
  return [{ range: lspRange(range), newText: formatted.slice(start, formatted.length - tail) }];
}

/** Up to the start of a line: an edit may begin neither inside a character nor between `\r` and `\n`. */
function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return a.lastIndexOf('\n', at - 1) + 1;
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[a.length - 1 - length] === b[b.length - 1 - length]) length += 1;
  const line = a.indexOf('\n', a.length - length);
  return line === -1 ? 0 : a.length - line - 1;
}

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

/** Only spaces differ, so it ends between two characters. */
function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
}

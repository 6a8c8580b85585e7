import { type Range, textOf } from '@bake/hcl';

/**
 * The range of a part of a text, `[start, end)` of it, inside the expression that made the text: where the
 * text, or only the part, is written there once as it is. Else the range of the expression.
 */
export function rangeInText(
  expression: Range,
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): Range {
  if (start === end) return expression;
  const written = textOf(expression);
  const part = text.slice(start, end);
  const at = onlyIndex(written, text) ?? onlyIndex(written, part, -start);
  if (at === undefined) return expression;
  const from = expression.start + at + start;
  return { ...expression, start: from, end: from + part.length };
}

function onlyIndex(written: string, wanted: string, shift = 0): number | undefined {
  const index = written.indexOf(wanted);
  return index >= 0 && index === written.lastIndexOf(wanted) ? index + shift : undefined;
}

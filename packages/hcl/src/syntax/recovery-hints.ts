/**
 * Guesses about broken text. They run only after a mistake was found, and only decide where reading
 * goes on: a wrong guess costs a superfluous or a missing diagnostic, never a wrong verdict.
 */

/**
 * True when a quoted string that reaches the line end at `lineEnd` was most likely left open there,
 * rather than written over several lines: the next line that has quotes has them in pairs.
 */
export function isLeftOpen(text: string, lineEnd: number): boolean {
  const quote = text.indexOf('"', lineEnd);
  if (quote === -1) return true;
  const line = text.lastIndexOf('\n', quote) + 1;
  const end = text.indexOf('\n', quote);
  const quotes = text.slice(line, end === -1 ? text.length : end).match(/(?<!\\)"/g) ?? [];
  return quotes.length % 2 === 0;
}

/** True when the line at `start` can only be the start of an argument: `name =`. */
export function startsItem(text: string, start: number): boolean {
  argumentStart.lastIndex = start;
  return argumentStart.test(text);
}

/** Column of the first visible character on the line that holds `offset`, 0-based. */
export function indentationAt(text: string, offset: number): number {
  const line = text.lastIndexOf('\n', offset - 1) + 1;
  let at = line;
  while (text[at] === ' ' || text[at] === '\t') at += 1;
  return at - line;
}

const argumentStart = /[ \t]*[\p{ID_Start}_][\p{ID_Continue}-]*[ \t]*=(?![=>])/uy;

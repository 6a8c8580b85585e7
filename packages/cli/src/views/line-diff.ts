/** How many unchanged lines are shown around changed ones. */
const contextLines = 3;

/**
 * A unified diff of two texts that have the same lines but for white space in them, as formatting leaves
 * them: each line is compared with that in its place. Empty when they are equal. The text after the last line
 * break counts as a line, too.
 */
export function lineDiff(name: string, before: string, after: string): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const hunks = hunksOf(old, now).map(([start, end]) => hunkText(old, now, start, end));
  return hunks.length === 0 ? '' : `--- old/${name}\n+++ new/${name}\n${hunks.join('')}`;
}

/** Lines with their line breaks. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Start and end of each stretch of lines to show: those that changed, with what is near them. */
function hunksOf(old: readonly string[], now: readonly string[]): readonly [number, number][] {
  const hunks: [number, number][] = [];
  old.forEach((line, index) => {
    if (line === now[index]) return;
    const end = Math.min(index + 1 + contextLines, old.length);
    const last = hunks.at(-1);
    if (last !== undefined && index - contextLines <= last[1]) last[1] = end;
    else hunks.push([Math.max(index - contextLines, 0), end]);
  });
  return hunks;
}

function hunkText(
  old: readonly string[],
  now: readonly string[],
  start: number,
  end: number,
): string {
  const count = end - start === 1 ? '' : `,${end - start}`;
  let text = `@@ -${start + 1}${count} +${start + 1}${count} @@\n`;
  let added = '';
  for (let index = start; index < end; index += 1) {
    const line = old[index] as string;
    const isSame = line === now[index];
    if (isSame) {
      text += added;
      added = '';
    }
    text += marked(isSame ? ' ' : '-', line);
    if (!isSame) added += marked('+', now[index] as string);
  }
  return text + added;
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}

/**
 * The inside of a pattern's brackets for a table of characters: ranges in order, `gap+length` in base 36, where the gap is
 * counted from the last character of the range before, and the length is how many characters come after the first.
 */
export function characterClass(table: readonly string[]): string {
  return rangesClass(characterRanges(table));
}

/** The inside of a pattern's brackets for ranges, each its first and last character. */
export function rangesClass(ranges: CharacterRanges): string {
  return ranges.map(([first, last]) => `${escaped(first)}-${escaped(last)}`).join('');
}

/** Characters as ranges in order, each its first and last one. */
export type CharacterRanges = readonly (readonly [first: number, last: number])[];

/** First and last character of every range of such a table. */
export function characterRanges(table: readonly string[]): CharacterRanges {
  let last = 0;
  return table
    .join(' ')
    .split(' ')
    .map((range) => {
      const [gap, length = 0] = range.split('+').map((digits) => Number.parseInt(digits, 36));
      const first = last + (gap as number);
      last = first + length;
      return [first, last];
    });
}

function escaped(code: number): string {
  return `\\u{${code.toString(16)}}`;
}

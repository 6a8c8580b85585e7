import { categoryRanges } from '../character-category.ts';
import { rangesClass } from '../character-class.ts';
import type { Match, Pattern } from './re2.ts';

/**
 * The replacement with `$1`, `$name`, `${1}` and `${name}` replaced by the match's groups as Go does: a
 * bare name is as long as it can be, so `$1x` is the group "1x"; `$$` is a dollar sign; groups that are
 * not there are empty; a `$` before anything else stays.
 */
export function expandReplacement(replacement: string, match: Match, pattern: Pattern): string {
  const isAscii = /^[\0-\x7f]*$/.test(replacement);
  return replacement.replace(
    isAscii ? asciiReference : anyReference(),
    (found, bare?: string, braced?: string) => {
      const name = bare ?? braced;
      return name === undefined ? found.slice(1) : (match.groups[groupNumber(name, pattern)] ?? '');
    },
  );
}

const asciiReference = referencePattern('A-Za-z0-9_');

// Made on first use: most replacements have nothing beyond ASCII.
let reference: RegExp | undefined;

function anyReference(): RegExp {
  reference ??= referencePattern(`${rangesClass(categoryRanges('L', 'Nd'))}_`);
  return reference;
}

function referencePattern(letters: string): RegExp {
  return new RegExp(`\\$(?:\\$|([${letters}]+)|\\{([${letters}]+)\\})`, 'gu');
}

/** A number without leading zeros counts the groups, anything else is a name; -1 when there is no such group. */
function groupNumber(name: string, { names }: Pattern): number {
  return /^(?:0|[1-9]\d{0,7})$/.test(name) ? Number(name) : (names.get(name) ?? -1);
}

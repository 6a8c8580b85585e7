import type { Match, Pattern } from './re2.ts';

/**
 * The replacement with `$1`, `$name`, `${1}` and `${name}` replaced by the match's groups as Go does: a
 * bare name is as long as it can be, so `$1x` is the group "1x"; `$$` is a dollar sign; groups that are
 * not there are empty; a `$` before anything else stays.
 */
export function expandReplacement(replacement: string, match: Match, pattern: Pattern): string {
  return replacement.replace(
    /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (found, bare?: string, braced?: string) => {
      const name = bare ?? braced;
      return name === undefined ? found.slice(1) : (match.groups[groupNumber(name, pattern)] ?? '');
    },
  );
}

/** A number without leading zeros counts the groups, anything else is a name; -1 when there is no such group. */
function groupNumber(name: string, { names }: Pattern): number {
  return /^(?:0|[1-9]\d{0,7})$/.test(name) ? Number(name) : (names.get(name) ?? -1);
}

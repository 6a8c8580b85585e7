import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { FunctionFailure } from './define-function.ts';
import { withGoClasses } from './unicode-class.ts';

/** A compiled regular expression. */
export interface Pattern {
  readonly program: RE2JS;
  /** Numbers of the named groups. */
  readonly names: ReadonlyMap<string, number>;
  readonly groupCount: number;
}

/** Where a pattern matched: `[start, end)` in UTF-16 units, and the groups' texts, the whole first. */
export interface Match {
  readonly start: number;
  readonly end: number;
  /** `undefined` for a group that took no part. */
  readonly groups: readonly (string | undefined)[];
}

const compiled = new Map<string, Pattern>();
/** Patterns in a template are few; this only bounds what a generated one can take. */
const mostCompiled = 200;

/** Compiles a pattern of RE2's syntax. Throws `FunctionFailure`, which blames the argument, when it is none. */
export function compilePattern(source: string, argument: number): Pattern {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const require = createRequire(import.meta.url);
  const { RE2JS, RE2JSSyntaxException } = require('re2js') as typeof import('re2js');
  try {
    const program = RE2JS.compile(withGoClasses(source, argument));
    const names = new Map(Object.entries(program.namedGroups()).sort(([, a], [, b]) => a - b));
    const pattern: Pattern = { program, names, groupCount: program.groupCount() };
    if (compiled.size === mostCompiled) compiled.clear();
    compiled.set(source, pattern);
    return pattern;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const place = error.getPattern() ?? '';
    // Of the pattern as it was written: one with classes spelled out tells a reader nothing.
    const shown = source.includes(place) ? place : source;
    const reason = `${error.getDescription()}${shown === '' ? '' : `: \`${shown}\``}`;
    throw new FunctionFailure(`This is no regular expression that RE2 knows: ${reason}.`, argument);
  }
}

/**
 * All matches that do not overlap, as Go finds them: an empty one right after another does not count.
 * With `most`, only so many.
 */
export function matchesOf(
  { program, groupCount }: Pattern,
  text: string,
  most: number = Number.POSITIVE_INFINITY,
): readonly Match[] {
  const matcher = program.matcher(text);
  const matches: Match[] = [];
  let previousEnd = -1;
  for (let position = 0; position <= text.length && matches.length < most; ) {
    if (!matcher.find(position)) break;
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start || start !== previousEnd) {
      const groups = Array.from(
        { length: groupCount + 1 },
        (_, group) => matcher.group(group) ?? undefined,
      );
      matches.push({ start, end, groups });
    }
    position =
      end > position ? end : position + ((text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1);
    previousEnd = end;
  }
  return matches;
}

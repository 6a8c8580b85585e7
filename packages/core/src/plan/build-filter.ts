import type { Diagnostics } from '@bake/hcl';
import * as messages from '../messages.ts';
import { globToRegExp } from './glob.ts';

/** `-only` and `-except`, with a memory of what matched. */
export interface BuildFilter {
  /** Whether a build of that full name is to be made. */
  admits(build: string): boolean;
  /** Whether `-except` takes away a post-processor of that name (or type, if it has none). */
  drops(postProcessor: string): boolean;
  /** Warns about patterns that matched nothing; call it when all builds were asked about. */
  report(diagnostics: Diagnostics): void;
}

/** Reads the patterns; a malformed one is reported and matches nothing. */
export function buildFilter(
  only: readonly string[],
  except: readonly string[],
  diagnostics: Diagnostics,
): BuildFilter {
  const onlyPatterns = compile('-only', only, diagnostics);
  const exceptPatterns = compile('-except', except, diagnostics);
  const names: string[] = [];

  return {
    admits(build) {
      names.push(build);
      const isWanted = only.length === 0 || matches(onlyPatterns, build);
      return isWanted && !matches(exceptPatterns, build);
    },
    drops: (postProcessor) => matches(exceptPatterns, postProcessor),
    report(collected) {
      if (hasIdle(onlyPatterns)) collected.add(messages.noMatch('only', names));
      if (hasIdle(exceptPatterns)) collected.add(messages.noMatch('except', names));
    },
  };
}

interface Pattern {
  readonly expression: RegExp;
  hits: number;
}

function compile(
  option: string,
  patterns: readonly string[],
  diagnostics: Diagnostics,
): readonly Pattern[] {
  return patterns.flatMap((pattern) => {
    try {
      return [{ expression: globToRegExp(pattern), hits: 0 }];
    } catch (error) {
      diagnostics.add(messages.invalidPattern(option, pattern, (error as Error).message));
      return [];
    }
  });
}

function matches(patterns: readonly Pattern[], name: string): boolean {
  let isMatch = false;
  for (const pattern of patterns) {
    if (!pattern.expression.test(name)) continue;
    pattern.hits += 1;
    isMatch = true;
  }
  return isMatch;
}

function hasIdle(patterns: readonly Pattern[]): boolean {
  return patterns.some((pattern) => pattern.hits === 0);
}

import type { Range } from '../range.ts';
import type { Expression } from '../syntax/ast.ts';
import { type ConversionFailure, type ConversionPath, showPath } from '../value/convert.ts';
import { partOf } from './part-of.ts';

/** What does not fit a type: where it stands, and why not. */
export interface Misfit {
  readonly range: Range;
  /** No full stop. */
  readonly why: string;
}

/**
 * Finds the part of an expression that conversion of its value failed at: as far down as lists and
 * objects are written out; the rest of the way is told in words. With `isSecret` the way, whose keys may
 * be secrets too, is not told.
 */
export function misfit(
  expression: Expression,
  { path, message }: ConversionFailure,
  isSecret: boolean,
): Misfit {
  let at = expression;
  let rest: ConversionPath = path;
  for (;;) {
    const part = rest.length === 0 ? undefined : partOf(at, rest[0] as ConversionPath[number]);
    if (part === undefined) break;
    at = part;
    rest = rest.slice(1);
  }
  const place = rest.length === 0 || isSecret ? '' : `at ${showPath(rest)}, `;
  return { range: at.range, why: place + message };
}

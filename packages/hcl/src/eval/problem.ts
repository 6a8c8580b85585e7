import type { Diagnostic } from '../diagnostic.ts';
import type { Range } from '../range.ts';
import { suggest } from '../suggest.ts';
import { type ConversionFailure, showPath } from '../value/convert.ts';
import { typeName } from '../value/type-name.ts';
import { typeOf, type Value } from '../value/value.ts';

/** What evaluation can complain about: an error in all but its severity. Summaries are HCL's. */
export type Problem = Omit<Diagnostic, 'severity'>;

/** Puts a message together, in the order in which a person reads it. */
export function problem(
  code: string,
  summary: string,
  detail: string,
  subject: Range,
  context?: Range,
): Problem {
  return { code, summary, detail, subject, ...(context && { context }) };
}

/** What conversion said, with the place inside the value that it said it of. */
export function reason(failure: ConversionFailure): string {
  const place = failure.path.length === 0 ? '' : `at ${showPath(failure.path)}, `;
  return place + failure.message;
}

/** ` Did you mean "x"?`, or nothing when no candidate is like the name. */
export function hint(name: string, candidates: readonly string[]): string {
  const similar = suggest(name, candidates);
  return similar === undefined ? '' : ` Did you mean "${similar}"?`;
}

/** The type of a value in words, with its article: `a list of string`. */
export function kindOf(value: Value): string {
  if (value.kind === 'null') return 'null';
  return articled(typeName(typeOf(value)));
}

/** A type name with its article: `an object`, `a list of string`. */
export function articled(name: string): string {
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}

/** ` It has "a", "b".`, as long as that is short; otherwise nothing. */
export function listOf(names: readonly string[]): string {
  if (names.length === 0 || names.length > 8) return '';
  return ` It has ${names.map((name) => `"${name}"`).join(', ')}.`;
}

/** A count with its noun: `1 argument`, `2 arguments`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The text with a full stop, unless it ends a sentence already. */
export function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

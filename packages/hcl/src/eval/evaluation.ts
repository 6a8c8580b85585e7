import { type Diagnostic, Diagnostics } from '../diagnostic.ts';
import type { Expression } from '../syntax/ast.ts';
import { anyType } from '../value/type.ts';
import { unknownValue, type Value } from '../value/value.ts';
import type { Scope } from './scope.ts';
import { shownValues } from './shown-values.ts';

/** What the evaluation of one expression needs; handed down to those of its parts. */
export interface Evaluation {
  readonly scope: Scope;
  readonly diagnostics: Diagnostics;
  /** Evaluates any expression; a member, so that the kinds of expressions need not import one another. */
  readonly evaluate: (expression: Expression, at: Evaluation) => Value;
}

/** The value of a part, in the same scope and with its mistakes reported. */
export function evaluatePart(expression: Expression, at: Evaluation): Value {
  return at.evaluate(expression, at);
}

/** The same evaluation with more names. */
export function withNames(at: Evaluation, variables: ReadonlyMap<string, Value>): Evaluation {
  return { ...at, scope: { variables, parent: at.scope } };
}

/** A value together with the mistakes made on the way to it, not reported yet. */
export interface Attempt {
  readonly value: Value;
  readonly diagnostics: Diagnostics;
}

/** Evaluates a part without reporting, for where its mistakes may turn out not to matter. */
export function attempt(expression: Expression, at: Evaluation): Attempt {
  const diagnostics = new Diagnostics();
  return { value: evaluatePart(expression, { ...at, diagnostics }), diagnostics };
}

/**
 * Reports a mistake with the values that the expression is made of, and gives what stands for its
 * value: an unknown of any type, so that nothing else is reported because of it.
 */
export function fail(
  at: Evaluation,
  problem: Omit<Diagnostic, 'severity'>,
  ...shown: readonly Expression[]
): Value {
  const values = shown.flatMap((expression) => shownValues(expression, at.scope));
  at.diagnostics.error(values.length === 0 ? problem : { ...problem, values });
  return unknownValue(anyType);
}

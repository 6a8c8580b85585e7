import type { Expression, FunctionCall } from '../syntax/ast.ts';
import { typeOf, type Value, withMarksOf } from '../value/value.ts';
import * as messages from './call-messages.ts';
import { type Attempt, attempt, type Evaluation, evaluatePart, fail } from './evaluation.ts';

/** An argument of a call: written out, or one element of the last one when that is expanded by `...`. */
export interface Argument {
  /** What to point at. */
  readonly expression: Expression;
  /** Evaluates the argument, reporting its mistakes. */
  readonly value: () => Value;
  /** Evaluates the argument without reporting. */
  readonly attempt: () => Attempt;
}

/** The arguments of a call. `undefined` when how many there are is not known, or the last cannot be expanded (reported). */
export function expandArguments(
  node: FunctionCall,
  at: Evaluation,
): readonly Argument[] | undefined {
  const last = node.arguments.at(-1);
  if (node.expand === undefined || last === undefined) {
    return node.arguments.map((expression) => written(expression, at));
  }
  const elements = expand(last, node, at);
  if (elements === undefined) return undefined;
  return [
    ...node.arguments.slice(0, -1).map((expression) => written(expression, at)),
    ...elements.map((value) => computed(last, value, at)),
  ];
}

function expand(
  last: Expression,
  node: FunctionCall,
  at: Evaluation,
): readonly Value[] | undefined {
  const before = at.diagnostics.list.length;
  const value = evaluatePart(last, at);
  if (at.diagnostics.list.length > before) return undefined;
  const { kind } = typeOf(value);
  const isSequence = kind === 'tuple' || kind === 'list' || kind === 'set';
  if (value.kind === 'null' && (isSequence || kind === 'any')) {
    fail(at, messages.expandNull(node, last), last);
    return undefined;
  }
  if (value.kind === 'unknown' && (isSequence || kind === 'any')) return undefined;
  if (!isSequence || !('items' in value)) {
    fail(at, messages.expandNotList(node, last, typeOf(value)), last);
    return undefined;
  }
  return value.items.map((item) => withMarksOf(item, value));
}

function written(expression: Expression, at: Evaluation): Argument {
  return {
    expression,
    value: () => evaluatePart(expression, at),
    attempt: () => attempt(expression, at),
  };
}

function computed(expression: Expression, value: Value, at: Evaluation): Argument {
  const known = { ...at, evaluate: () => value };
  return { expression, value: () => value, attempt: () => attempt(expression, known) };
}

import type { Range } from '../range.ts';
import type { Conditional, Expression } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { anyType, boolType, type Type } from '../value/type.ts';
import { unify } from '../value/unify.ts';
import { nullValue, typeOf, unknownValue, type Value, withMarksOf } from '../value/value.ts';
import { type Attempt, attempt, type Evaluation, evaluatePart, fail } from './evaluation.ts';
import * as messages from './messages.ts';

/** `condition ? then : else` */
export function evaluateConditional(node: Conditional, at: Evaluation): Value {
  const then = { ...attempt(node.then, at), range: node.then.range };
  const other = { ...attempt(node.else, at), range: node.else.range };
  return choose(node.condition, then, other, node.range, at);
}

/** One side of a conditional, evaluated. */
export interface Side extends Attempt {
  readonly range: Range;
}

/**
 * The side that the condition chooses. Both have been evaluated, since the result has the type that both
 * can be converted to; mistakes count only on the side that is taken.
 */
export function choose(
  condition: Expression,
  then: Side,
  other: Side,
  whole: Range,
  at: Evaluation,
): Value {
  const type = resultType(then.value, other.value);
  if (type === undefined) return fail(at, messages.inconsistentBranches(whole, then, other));
  const decision = evaluatePart(condition, at);
  const marks = [decision, then.value, other.value];
  if (decision.kind === 'null') {
    fail(at, messages.nullCondition(condition, whole), condition);
    return unknownValue(type);
  }
  if (decision.kind === 'unknown') {
    const isNull = then.value.kind === 'null' && other.value.kind === 'null';
    return withMarksOf(isNull ? nullValue(type) : unknownValue(type), ...marks);
  }
  const isTrue = truthOf(decision, condition, whole, at);
  if (isTrue === undefined) return unknownValue(type);
  return withMarksOf(taken(isTrue ? then : other, type, whole, at), ...marks);
}

/** The type of the result; `any` says that the side taken stays as it is. `undefined` when there is none. */
function resultType(then: Value, other: Value): Type | undefined {
  // A bare `null` stands for "nothing" of whatever the other side is.
  if (isBareNull(then)) return typeOf(other);
  if (isBareNull(other)) return typeOf(then);
  const types = [typeOf(then), typeOf(other)];
  return types.some((type) => type.kind === 'any') ? anyType : unify(types);
}

function isBareNull(value: Value): boolean {
  return value.kind === 'null' && value.type.kind === 'any' && !value.sensitive;
}

function truthOf(
  value: Value,
  condition: Expression,
  whole: Range,
  at: Evaluation,
): boolean | undefined {
  try {
    const converted = convert(value, boolType);
    return converted.kind === 'bool' && converted.value;
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    fail(at, messages.wrongConditionType(condition, whole, value), condition);
    return undefined;
  }
}

function taken(side: Side, type: Type, whole: Range, at: Evaluation): Value {
  at.diagnostics.add(...side.diagnostics.list);
  try {
    return convert(side.value, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    fail(at, messages.wrongBranchType(side.range, whole, error));
    return unknownValue(type);
  }
}

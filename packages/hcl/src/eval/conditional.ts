import type { Range } from '../range.ts';
import type { Conditional, Expression } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { sameNum } from '../value/number.ts';
import { anyType, boolType, sameType, type Type } from '../value/type.ts';
import { unify } from '../value/unify.ts';
import {
  isNeverNull,
  listValue,
  nullValue,
  typeOf,
  unknownNotNull,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
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
    return withMarksOf(eitherOf(then.value, other.value, type), ...marks);
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

/** What is known of the result when it is not known which side it will be. */
function eitherOf(then: Value, other: Value, type: Type): Value {
  if (then.kind === 'null' && other.kind === 'null') return nullValue(type);
  if (then.kind === 'number' && other.kind === 'number' && sameNum(then.value, other.value)) {
    return then;
  }
  if (then.kind === 'list' && other.kind === 'list' && sameType(typeOf(then), typeOf(other))) {
    const items = then.items.map(() => unknownValue(then.element));
    if (items.length === other.items.length) return listValue(then.element, items);
  }
  return isNeverNull(then) && isNeverNull(other) ? unknownNotNull(type) : unknownValue(type);
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

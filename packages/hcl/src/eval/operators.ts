import { Diagnostics } from '../diagnostic.ts';
import type { Binary, Expression, Unary } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { equals } from '../value/equal.ts';
import {
  add,
  compareNums,
  divide,
  multiply,
  NoSuchNumber,
  type Num,
  negate,
  remainder,
  subtract,
} from '../value/number.ts';
import { boolType, numberType, type Type } from '../value/type.ts';
import {
  boolValue,
  numberValue,
  unknownNotNull,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { attempt, type Evaluation, evaluatePart, fail } from './evaluation.ts';
import * as messages from './messages.ts';

/** `!x`, `-x` */
export function evaluateUnary(node: Unary, at: Evaluation): Value {
  const type = node.operator === '-' ? numberType : boolType;
  const operand = operandOf(node.operand, evaluatePart(node.operand, at), type, at);
  if (operand === undefined) return unknownValue(type);
  if (operand.kind === 'unknown') return withMarksOf(unknownNotNull(type), operand);
  if (operand.kind === 'null') {
    fail(at, messages.nullOperand(node.operand, node.operator), node.operand);
    return unknownValue(type);
  }
  const result =
    operand.kind === 'number'
      ? numberValue(negate(operand.value))
      : boolValue(operand.kind === 'bool' && !operand.value);
  return withMarksOf(result, operand);
}

/** `a + b`, `a && b`, `a == b` ... */
export function evaluateBinary(node: Binary, at: Evaluation): Value {
  if (node.operator === '&&' || node.operator === '||') return evaluateLogical(node, at);
  const left = evaluatePart(node.left, at);
  const right = evaluatePart(node.right, at);
  if (node.operator === '==') return equals(left, right);
  if (node.operator === '!=') return inverted(equals(left, right));
  return evaluateNumeric(node, left, right, at);
}

type Compute = (a: Num, b: Num) => Num;

const arithmetic: Readonly<Record<string, Compute>> = {
  '+': add,
  '-': subtract,
  '*': multiply,
  '/': divide,
  '%': remainder,
};

const comparison: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function evaluateNumeric(node: Binary, left: Value, right: Value, at: Evaluation): Value {
  const type = node.operator in arithmetic ? numberType : boolType;
  const a = operandOf(node.left, left, numberType, at);
  const b = operandOf(node.right, right, numberType, at);
  if (a === undefined || b === undefined) return unknownValue(type);
  const nulls = [
    ...(a.kind === 'null' ? [node.left] : []),
    ...(b.kind === 'null' ? [node.right] : []),
  ];
  for (const operand of nulls) fail(at, messages.nullOperand(operand, node.operator), operand);
  if (nulls.length > 0) return unknownValue(type);
  if (a.kind !== 'number' || b.kind !== 'number') return withMarksOf(unknownNotNull(type), a, b);
  try {
    return withMarksOf(computed(node.operator, a.value, b.value), a, b);
  } catch (error) {
    if (!(error instanceof NoSuchNumber)) throw error;
    fail(at, messages.noSuchNumber(node, error.message), node);
    return unknownValue(type);
  }
}

function computed(operator: string, a: Num, b: Num): Value {
  const compute = arithmetic[operator];
  if (compute !== undefined) return numberValue(compute(a, b));
  return boolValue(comparison[operator]?.(compareNums(a, b)) === true);
}

/** The operand converted; `undefined` when it cannot be, which is reported. */
function operandOf(node: Expression, value: Value, type: Type, at: Evaluation): Value | undefined {
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    fail(at, messages.invalidOperand(node, value, type, error), node);
    return undefined;
  }
}

/**
 * `&&` and `||` since HCL 2.24: both sides are evaluated, but when one decides alone, mistakes on the
 * other side do not count. A null side decides like false.
 */
function evaluateLogical(node: Binary, at: Evaluation): Value {
  const left = attempt(node.left, at);
  const right = attempt(node.right, at);
  const mistakes = { ...at, diagnostics: new Diagnostics() };
  const a = operandOf(node.left, left.value, boolType, mistakes);
  const b = operandOf(node.right, right.value, boolType, mistakes);
  if (a === undefined || b === undefined) {
    at.diagnostics.add(
      ...left.diagnostics.list,
      ...right.diagnostics.list,
      ...mistakes.diagnostics.list,
    );
    return unknownValue(boolType);
  }
  const verdict = decide(node.operator === '||', certainty(a), certainty(b));
  const isLeft = verdict.by !== 'right';
  const isRight = verdict.by !== 'left';
  if (isLeft) at.diagnostics.add(...left.diagnostics.list);
  if (isRight && !(verdict.by === 'both-unknown' && !left.diagnostics.hasErrors)) {
    at.diagnostics.add(...right.diagnostics.list);
  }
  if (verdict.by === 'both' && (a.kind === 'null' || b.kind === 'null')) {
    const operand = a.kind === 'null' ? node.left : node.right;
    fail(at, messages.nullOperand(operand, node.operator), operand);
    return unknownValue(boolType);
  }
  const result = verdict.value === undefined ? unknownNotNull(boolType) : boolValue(verdict.value);
  return withMarksOf(result, a, b);
}

interface Verdict {
  readonly value: boolean | undefined;
  /** Whose mistakes count. */
  readonly by: 'left' | 'right' | 'both' | 'both-unknown';
}

function decide(isOr: boolean, a: boolean | undefined, b: boolean | undefined): Verdict {
  if (a === undefined && b === undefined) return { value: undefined, by: 'both-unknown' };
  if (a === isOr) return { value: isOr, by: 'left' };
  if (b === isOr) return { value: isOr, by: 'right' };
  if (a === undefined) return { value: undefined, by: 'left' };
  if (b === undefined) return { value: undefined, by: 'right' };
  return { value: !isOr, by: 'both' };
}

/** `undefined` for unknown. */
function certainty(value: Value): boolean | undefined {
  if (value.kind === 'unknown') return undefined;
  return value.kind === 'bool' && value.value;
}

function inverted(value: Value): Value {
  return value.kind === 'bool' ? withMarksOf(boolValue(!value.value), value) : value;
}

import type { Diagnostics } from '../diagnostic.ts';
import type { Expression, NumberLiteral, ObjectConstructor, Variable } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { parseNum } from '../value/number.ts';
import { anyType, stringType } from '../value/type.ts';
import {
  boolValue,
  markSensitive,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  unknownValue,
  type Value,
} from '../value/value.ts';
import { evaluateCall } from './call.ts';
import { evaluateConditional } from './conditional.ts';
import { type Evaluation, evaluatePart, fail } from './evaluation.ts';
import { evaluateFor } from './for.ts';
import * as messages from './messages.ts';
import { evaluateBinary, evaluateUnary } from './operators.ts';
import { lookUp, namesIn, type Scope, splatItemName } from './scope.ts';
import { evaluateSplat } from './splat.ts';
import { evaluateTemplate } from './template.ts';
import { attributeOf, elementOf } from './traversal.ts';

/**
 * The value of an expression. Mistakes in it are reported, never thrown; then the value, or the part
 * that could not be computed, is an unknown. Unknown and sensitive operands make the result so.
 */
export function evaluate(expression: Expression, scope: Scope, diagnostics: Diagnostics): Value {
  return evaluateAny(expression, { scope, diagnostics, evaluate: evaluateAny });
}

function evaluateAny(node: Expression, at: Evaluation): Value {
  switch (node.kind) {
    case 'literal':
      return node.value === null ? nullValue() : boolValue(node.value);
    case 'number':
      return evaluateNumber(node, at);
    case 'template':
      return evaluateTemplate(node, at);
    case 'variable':
      return evaluateVariable(node, at);
    case 'get-attribute':
      return attributeOf(node, at);
    case 'get-index':
      return elementOf(node, at);
    case 'splat':
      return evaluateSplat(node, at);
    case 'splat-item':
      return lookUp(at.scope, splatItemName) ?? unknownValue();
    case 'call':
      return evaluateCall(node, at);
    case 'unary':
      return evaluateUnary(node, at);
    case 'binary':
      return evaluateBinary(node, at);
    case 'conditional':
      return evaluateConditional(node, at);
    case 'parentheses':
      return evaluatePart(node.inner, at);
    case 'tuple':
      return tupleValue(node.items.map((item) => evaluatePart(item, at)));
    case 'object':
      return evaluateObject(node, at);
    case 'for':
      return evaluateFor(node, at);
    case 'invalid':
      at.diagnostics.add(...(node.problems ?? []));
      return unknownValue(anyType);
    default:
      return unreachable(node);
  }
}

function evaluateNumber(node: NumberLiteral, at: Evaluation): Value {
  const number = parseNum(node.text);
  return number === undefined ? fail(at, messages.numberTooLarge(node)) : numberValue(number);
}

function evaluateVariable(node: Variable, at: Evaluation): Value {
  const value = lookUp(at.scope, node.name);
  if (value !== undefined) return value;
  const names = namesIn(at.scope);
  if (names.length === 0) return fail(at, messages.variablesNotAllowed(node));
  return fail(at, messages.unknownVariable(node, names));
}

function evaluateObject(node: ObjectConstructor, at: Evaluation): Value {
  const entries = new Map<string, Value>();
  let isKnown = true;
  let isSecret = false;
  for (const item of node.items) {
    const key = evaluateKey(item.key, at);
    const value = evaluatePart(item.value, at);
    isSecret ||= key.sensitive === true;
    if (key.kind === 'string') entries.set(key.value, value);
    else isKnown = false;
  }
  const object = isKnown ? objectValue(entries) : unknownValue();
  return isSecret ? markSensitive(object) : object;
}

/** A string, or an unknown when the key is not known or was reported. */
function evaluateKey(key: Expression, at: Evaluation): Value {
  if (key.kind === 'variable') return stringValue(key.name);
  if (isBareTraversal(key)) return fail(at, messages.ambiguousKey(key));
  const value = evaluatePart(key, at);
  if (value.kind === 'null') return fail(at, messages.nullKey(key), key);
  try {
    return convert(value, stringType);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    return fail(at, messages.wrongKeyType(key, value), key);
  }
}

/** `a.b` as a key could be meant as a reference or as a name with a dot in it. */
function isBareTraversal(key: Expression): boolean {
  let node = key;
  while (node.kind === 'get-attribute' || node.kind === 'get-index') {
    node = node.kind === 'get-attribute' ? node.object : node.collection;
  }
  return node !== key && node.kind === 'variable';
}

function unreachable(node: never): never {
  throw new Error(`no such expression: ${JSON.stringify(node)}`);
}

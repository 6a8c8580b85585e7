import type { Expression, For } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { boolType, stringType } from '../value/type.ts';
import { objectValue, tupleValue, unknownValue, type Value, withMarksOf } from '../value/value.ts';
import { type Evaluation, evaluatePart, fail } from './evaluation.ts';
import { type Loop, openLoop } from './loop.ts';
import * as messages from './messages.ts';

/** `[for k, v in c : value if cond]` and `{for k, v in c : key => value... if cond}` */
export function evaluateFor(node: For, at: Evaluation): Value {
  const names = { key: node.keyName, value: node.valueName };
  const loop = openLoop(node.collection, names, node.range, at);
  if (loop === undefined) return unknownValue();
  const result: Gathering = { node, marks: [loop.collection], values: new Map(), isKnown: true };
  if (!isPossibleCondition(result, loop)) return unknownValue();
  if (loop.passes === undefined) return withMarksOf(unknownValue(), ...result.marks);
  for (const pass of loop.passes) {
    const before = pass.diagnostics.list.length;
    gather(result, pass);
    // What is wrong with one element mostly is with all; once is enough to say so.
    if (pass.diagnostics.list.length > before) return unknownValue();
  }
  const value = result.isKnown ? gathered(result) : unknownValue();
  return withMarksOf(value, ...result.marks);
}

/** The result while it grows. */
interface Gathering {
  readonly node: For;
  /** Values that decided what is in the result: if they are sensitive, so is it. */
  readonly marks: Value[];
  /** By key; elements of a tuple are all under the empty one. */
  readonly values: Map<string, Value[]>;
  isKnown: boolean;
}

function gather(result: Gathering, pass: Evaluation): void {
  const { node } = result;
  const isIncluded = includes(result, pass);
  if (isIncluded === undefined) result.isKnown = false;
  if (isIncluded !== true) return;
  const key = node.key === undefined ? '' : keyOf(result, node.key, pass);
  if (key === undefined) {
    result.isKnown = false;
    return;
  }
  const value = evaluatePart(node.value, pass);
  const earlier = result.values.get(key);
  if (earlier === undefined) result.values.set(key, [value]);
  else if (node.key === undefined || node.group !== undefined) earlier.push(value);
  else {
    const isSecret = result.marks.at(-1)?.sensitive === true;
    fail(pass, messages.duplicateKey(node.key, node.range, isSecret ? undefined : key), node.key);
  }
}

function gathered({ node, values }: Gathering): Value {
  if (node.key === undefined) return tupleValue(values.get('') ?? []);
  const entries = [...values].map(
    ([key, items]) =>
      [key, node.group === undefined ? (items[0] as Value) : tupleValue(items)] as const,
  );
  return objectValue(entries);
}

/** Whether the `if` lets the element in; `undefined` when that is not known or was reported. */
function includes(result: Gathering, pass: Evaluation): boolean | undefined {
  const { condition, range } = result.node;
  if (condition === undefined) return true;
  const value = evaluatePart(condition, pass);
  if (value.kind === 'null') {
    fail(pass, messages.nullForCondition(condition, range), condition);
    return undefined;
  }
  result.marks.push(value);
  try {
    const converted = convert(value, boolType);
    return converted.kind === 'bool' ? converted.value : undefined;
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    fail(pass, messages.wrongForCondition(condition, range, value), condition);
    return undefined;
  }
}

/** Tries the `if` with nothing known of the elements, so that a bad one is found when there are none, too. */
function isPossibleCondition(result: Gathering, loop: Loop): boolean {
  const before = loop.anyPass.diagnostics.list.length;
  includes(result, loop.anyPass);
  return loop.anyPass.diagnostics.list.length === before;
}

/** The key as text; `undefined` when it is not known or was reported. */
function keyOf(result: Gathering, key: Expression, pass: Evaluation): string | undefined {
  const value = evaluatePart(key, pass);
  if (value.kind === 'null') {
    fail(pass, messages.nullForKey(key, result.node.range), key);
    return undefined;
  }
  result.marks.push(value);
  try {
    const converted = convert(value, stringType);
    return converted.kind === 'string' ? converted.value : undefined;
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    fail(pass, messages.wrongForKey(key, result.node.range, value), key);
    return undefined;
  }
}

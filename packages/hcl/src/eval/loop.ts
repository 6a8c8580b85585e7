import type { Range } from '../range.ts';
import type { Expression, Identifier } from '../syntax/ast.ts';
import { numFromInteger } from '../value/number.ts';
import type { Type } from '../value/type.ts';
import {
  numberValue,
  stringValue,
  typeOf,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { type Evaluation, evaluatePart, fail, withNames } from './evaluation.ts';
import * as messages from './messages.ts';

/** What a `for`, in an expression or a template, goes over. */
export interface Loop {
  readonly collection: Value;
  /** One evaluation for each element, with the loop's names set; `undefined` when the elements are not known. */
  readonly passes: readonly Evaluation[] | undefined;
  /** An evaluation in which the loop's names are unknown, to check what holds for any element. */
  readonly anyPass: Evaluation;
}

/** The names that a loop sets, as far as they are written. */
export interface LoopNames {
  readonly key: Identifier | undefined;
  readonly value: Identifier;
}

/** Evaluates the collection of a loop. `undefined` when it can be none, which is reported. */
export function openLoop(
  collection: Expression,
  names: LoopNames,
  whole: Range,
  at: Evaluation,
): Loop | undefined {
  const value = evaluatePart(collection, at);
  if (value.kind === 'null') {
    fail(at, messages.iterationOverNull(collection, whole), collection);
    return undefined;
  }
  const type = typeOf(value);
  if (!isIterable(type)) {
    fail(at, messages.notIterable(collection, whole, type), collection);
    return undefined;
  }
  const elements = keyedElementsOf(value);
  return {
    collection: value,
    // What is in a secret is one, so that no mistake made with it is told with its value.
    passes: elements?.map(([key, element]) =>
      pass(names, withMarksOf(key, value), withMarksOf(element, value), at),
    ),
    anyPass: pass(names, unknownValue(), unknownValue(), at),
  };
}

/** Keys and values of a known collection, tuple or object; `undefined` for anything else. */
export function keyedElementsOf(value: Value): readonly (readonly [Value, Value])[] | undefined {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items.map((item, index) => [numberValue(numFromInteger(index)), item]);
    case 'set':
      return value.items.map((item) => [item, item]);
    case 'map':
    case 'object':
      return [...value.entries].map(([name, entry]) => [stringValue(name), entry]);
    default:
      return undefined;
  }
}

/** True for types whose values have elements, and for the type that may turn out to be one. */
export function isIterable(type: Type): boolean {
  return type.kind !== 'string' && type.kind !== 'number' && type.kind !== 'bool';
}

function pass(names: LoopNames, key: Value, value: Value, at: Evaluation): Evaluation {
  const variables = new Map<string, Value>();
  if (names.key !== undefined) variables.set(names.key.name, key);
  variables.set(names.value.name, value);
  return withNames(at, variables);
}

import { Diagnostics } from '../diagnostic.ts';
import type { Splat } from '../syntax/ast.ts';
import { asElement, sharedType } from '../value/shared-type.ts';
import { listOf, type Type, tupleOf } from '../value/type.ts';
import {
  isNeverNull,
  listValue,
  tupleValue,
  typeOf,
  unknownNotNull,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { type Evaluation, evaluatePart, fail, withNames } from './evaluation.ts';
import { splatItemName } from './scope.ts';
import * as messages from './traversal-messages.ts';

/** `list[*].name`: the access done to every element. Anything but a sequence counts as a sequence of one. */
export function evaluateSplat(node: Splat, at: Evaluation): Value {
  const before = at.diagnostics.list.length;
  const source = evaluatePart(node.collection, at);
  if (at.diagnostics.list.length > before) return unknownValue();
  const type = typeOf(source);
  const isSequence = type.kind === 'list' || type.kind === 'set' || type.kind === 'tuple';
  if (source.kind === 'null') {
    if (!isSequence) return withMarksOf(tupleValue([]), source);
    return fail(at, messages.splatOfNull(node), node.collection);
  }
  if (type.kind === 'any') return withMarksOf(unknownValue(), source);
  const result = isSequence
    ? splatOfSequence(node, source, type, at)
    : splatOfOne(node, source, at);
  if (at.diagnostics.list.length === before) return withMarksOf(result, source);
  // What it would have been is known all the same, and a conditional asks for it.
  const silent = { ...at, diagnostics: new Diagnostics() };
  const mistaken = unknownSplat(node, isSequence ? type : tupleOf([type]), silent);
  return withMarksOf(isSequence || isNeverNull(source) ? mistaken : unknownValue(), source);
}

function splatOfOne(node: Splat, source: Value, at: Evaluation): Value {
  const item = each(node, source, at);
  // An unknown may turn out to be null, and then there would be no element.
  return isNeverNull(source) ? tupleValue([item]) : unknownValue();
}

function splatOfSequence(node: Splat, source: Value, type: Type, at: Evaluation): Value {
  return 'items' in source ? splatOfItems(node, source, at) : unknownSplat(node, type, at);
}

function splatOfItems(
  node: Splat,
  source: Extract<Value, { readonly kind: 'list' | 'set' | 'tuple' }>,
  at: Evaluation,
): Value {
  const results: Value[] = [];
  for (const item of source.items) {
    const before = at.diagnostics.list.length;
    results.push(each(node, withMarksOf(item, source), at));
    // What is wrong with one element mostly is with all; once is enough to say so.
    if (at.diagnostics.list.length > before) return unknownValue();
  }
  if (source.kind === 'tuple') return tupleValue(results);
  if (results.length === 0) return listValue(typeOfEach(node, source.element, at), []);
  const element = sharedType(results);
  if (element === undefined) return fail(at, messages.unevenSplat(node));
  return listValue(
    element,
    results.map((result) => asElement(result, element)),
  );
}

function unknownSplat(node: Splat, type: Type, at: Evaluation): Value {
  if (type.kind === 'tuple') {
    const types = type.elements.map((element) => typeOf(each(node, unknownValue(element), at)));
    return unknownNotNull(tupleOf(types));
  }
  if (!('element' in type)) return unknownValue();
  return unknownNotNull(listOf(typeOf(each(node, unknownValue(type.element), at))));
}

function typeOfEach(node: Splat, element: Type, at: Evaluation): Type {
  return typeOf(each(node, unknownValue(element), at));
}

function each(node: Splat, item: Value, at: Evaluation): Value {
  return evaluatePart(node.each, withNames(at, new Map([[splatItemName, item]])));
}

import { countGraphemes } from '../graphemes.ts';
import { equals } from '../value/equal.ts';
import { numFromInteger } from '../value/number.ts';
import { hasKnownLength } from '../value/set.ts';
import { anyType, boolType, numberType, type Type } from '../value/type.ts';
import {
  falseValue,
  numberValue,
  trueValue,
  typeOf,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { argumentAt, itemsOf, wholeAt, wrongKind } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { anyParameter, listParameter, numberParameter } from './parameter.ts';

/** Functions that ask collections something. */
export const collectionFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'length',
    doc: 'Counts the characters of a text or the elements of a collection.',
    parameters: [anyParameter('value', { takesUnknown: true, takesMarks: true })],
    result: numberType,
    call: length,
  }),
  defineFunction({
    name: 'element',
    doc: 'Gives the element at an index, counting on from the start again past the end.',
    parameters: [
      anyParameter('list', { takesMarks: true }),
      numberParameter('index', { takesMarks: true }),
    ],
    result: elementType,
    mayBeNull: true,
    call: element,
  }),
  defineFunction({
    name: 'contains',
    doc: 'Tells whether a value is an element of a list, set or tuple.',
    parameters: [anyParameter('list'), anyParameter('value', { nullable: true })],
    result: boolType,
    call: contains,
  }),
  defineFunction({
    name: 'index',
    doc: 'Gives the position of a value in a list or tuple.',
    parameters: [
      anyParameter('list'),
      anyParameter('value', { nullable: true, takesUnknown: true }),
    ],
    result: numberType,
    call: indexOf,
  }),
  defineFunction({
    name: 'alltrue',
    doc: 'Tells whether all elements are true; so they are when there are none.',
    parameters: [listParameter('list', boolType)],
    result: boolType,
    call: allTrue,
  }),
  defineFunction({
    name: 'anytrue',
    doc: 'Tells whether any element is true.',
    parameters: [listParameter('list', boolType)],
    result: boolType,
    call: anyTrue,
  }),
];

function length(args: readonly Value[]): Value {
  const value = argumentAt(args, 0);
  return withMarksOf(lengthOf(value), value);
}

function lengthOf(value: Value): Value {
  if (value.kind === 'string') return count(countGraphemes(value.value));
  if (!hasKnownLength(value)) return unknownValue(numberType);
  if ('items' in value) return count(value.items.length);
  if ('entries' in value) return count(value.entries.size);
  const type = typeOf(value);
  if (type.kind === 'tuple') return count(type.elements.length);
  if (type.kind === 'object') return count(type.attributes.size);
  if (type.kind === 'number' || type.kind === 'bool') {
    throw wrongKind('a string, a collection, a tuple or an object', value, 0);
  }
  return unknownValue(numberType);
}

function count(length: number): Value {
  return numberValue(numFromInteger(length));
}

function elementType(args: readonly Value[]): Type {
  const [list, index] = [argumentAt(args, 0), argumentAt(args, 1)];
  const type = typeOf(list);
  if (type.kind === 'list') return type.element;
  if (type.kind !== 'tuple') throw wrongKind('a list or tuple', list, 0);
  if (index.kind !== 'number') return anyType;
  return elementAt(type.elements, wholeAt(args, 1));
}

function element(args: readonly Value[]): Value {
  const [list, index] = [argumentAt(args, 0), argumentAt(args, 1)];
  if (list.kind !== 'list' && list.kind !== 'tuple') throw wrongKind('a list or tuple', list, 0);
  return withMarksOf(elementAt(list.items, wholeAt(args, 1)), list, index);
}

/** Negative indexes count from the end, any number of times round. */
function elementAt<T>(items: readonly T[], index: bigint): T {
  const found = items.length === 0 ? undefined : items.at(Number(index % BigInt(items.length)));
  if (found !== undefined) return found;
  throw new FunctionFailure('There is no element to take: this is empty.', 0);
}

function contains(args: readonly Value[]): Value {
  const [list, value] = [argumentAt(args, 0), argumentAt(args, 1)];
  const items = itemsOf(list);
  if (items === undefined) throw wrongKind('a list, set or tuple', list, 0);
  let isUncertain = false;
  for (const item of items) {
    const verdict = equals(item, value);
    if (verdict.kind === 'bool' && verdict.value) return trueValue;
    isUncertain ||= verdict.kind === 'unknown';
  }
  return isUncertain ? unknownValue(boolType) : falseValue;
}

function indexOf(args: readonly Value[]): Value {
  const [list, value] = [argumentAt(args, 0), argumentAt(args, 1)];
  if (list.kind !== 'list' && list.kind !== 'tuple') throw wrongKind('a list or tuple', list, 0);
  if (list.items.length === 0)
    throw new FunctionFailure('There is nothing to find: this is empty.', 0);
  for (const [index, item] of list.items.entries()) {
    const verdict = equals(item, value);
    if (verdict.kind === 'unknown') return unknownValue(numberType);
    if (verdict.kind === 'bool' && verdict.value) return count(index);
  }
  throw new FunctionFailure('The value is not an element of the list.', 1);
}

/** The first element that is not known to be true decides. */
function allTrue(args: readonly Value[]): Value {
  const decisive = (itemsOf(argumentAt(args, 0)) ?? []).find(
    (item) => item.kind !== 'bool' || !item.value,
  );
  if (decisive?.kind === 'unknown') return unknownValue(boolType);
  return decisive === undefined ? trueValue : falseValue;
}

function anyTrue(args: readonly Value[]): Value {
  const items = itemsOf(argumentAt(args, 0)) ?? [];
  if (items.some((item) => item.kind === 'bool' && item.value)) return trueValue;
  return items.some((item) => item.kind === 'unknown') ? unknownValue(boolType) : falseValue;
}

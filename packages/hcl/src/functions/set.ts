import { sameValue } from '../value/equal.ts';
import { hasKnownLength, setValue } from '../value/set.ts';
import { anyType, setOf, type Type, tupleOf } from '../value/type.ts';
import { unify } from '../value/unify.ts';
import {
  isWhollyKnown,
  listValue,
  tupleValue,
  typeOf,
  unknownValue,
  type Value,
} from '../value/value.ts';
import { convertFor, itemsOf, wrongKind } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { anyParameter } from './parameter.ts';

/** Functions that combine sets. */
export const setFunctions: readonly HclFunction[] = [
  setFunction('setunion', 'Gives the elements that are in any of the sets.', (sets) => sets.flat()),
  setFunction(
    'setintersection',
    'Gives the elements that are in all of the sets.',
    // What is unknown may turn out to be in all of them.
    (sets) => (sets.flat().every(isWhollyKnown) ? intersection(sets) : undefined),
  ),
  defineFunction({
    name: 'setproduct',
    doc: 'Gives every combination of one element of each list or set.',
    parameters: [],
    variadic: anyParameter('sets', { takesUnknown: true }),
    result: productType,
    call: product,
  }),
];

function setFunction(
  name: string,
  doc: string,
  combine: (sets: readonly (readonly Value[])[]) => readonly Value[] | undefined,
): HclFunction {
  const set = { name: 'sets', type: setOf(anyType) };
  return defineFunction({
    name,
    doc,
    parameters: [set],
    variadic: set,
    result: (args) => setOf(commonElement(args)),
    call: (args) => {
      const element = commonElement(args);
      const sets = args.map((arg, index) => itemsOf(convertFor(arg, setOf(element), index)) ?? []);
      const items = combine(sets);
      return items === undefined ? unknownValue(setOf(element)) : setValue(element, items);
    },
  });
}

function intersection([first = [], ...others]: readonly (readonly Value[])[]): readonly Value[] {
  return first.filter((item) => others.every((set) => set.some((each) => sameValue(item, each))));
}

/** Empty sets of nothing in particular have no say in it. */
function commonElement(sets: readonly Value[]): Type {
  const telling = sets.flatMap((set) => {
    const type = typeOf(set);
    const element = type.kind === 'set' ? type.element : anyType;
    return element.kind === 'any' && itemsOf(set)?.length === 0 ? [] : [element];
  });
  const common = telling.length === 0 ? anyType : unify(telling);
  if (common !== undefined) return common;
  throw new FunctionFailure('The elements of the sets have no type in common.');
}

type CollectionType = Extract<Type, { readonly kind: 'list' | 'set' }>;

function productType(args: readonly Value[]): CollectionType {
  if (args.length < 2) throw new FunctionFailure('Give at least two lists or sets.');
  const elements = args.map(elementOf);
  const hasSet = args.some((arg) => typeOf(arg).kind === 'set');
  return { kind: hasSet ? 'set' : 'list', element: tupleOf(elements) };
}

function elementOf(arg: Value, index: number): Type {
  const type = typeOf(arg);
  if (type.kind === 'list' || type.kind === 'set') return type.element;
  if (type.kind !== 'tuple') throw wrongKind('a list, set or tuple', arg, index);
  const common = type.elements.length === 0 ? anyType : unify(type.elements);
  if (common !== undefined) return common;
  throw new FunctionFailure('The elements have no type in common.', index);
}

function product(args: readonly Value[]): Value {
  if (args.some((arg) => typeOf(arg).kind === 'any')) return unknownValue();
  const type = productType(args);
  if (args.some((arg) => arg.kind === 'unknown' || !hasKnownLength(arg))) {
    return unknownProduct(args, type);
  }
  const parts = args.map((arg, index) => {
    const element = elementOf(arg, index);
    return (itemsOf(arg) ?? []).map((item) => convertFor(item, element, index));
  });
  const rows = parts.reduce<readonly (readonly Value[])[]>(
    (before, items) => before.flatMap((row) => items.map((item) => [...row, item])),
    [[]],
  );
  return collectionOf(type, rows.map(tupleValue));
}

/** Where no or one element at most can come out, that much is known. */
function unknownProduct(args: readonly Value[], type: CollectionType): Value {
  const most = args.map(mostElements).reduce((a, b) => a * b);
  if (most === 0) return collectionOf(type, []);
  return most === 1 ? collectionOf(type, [unknownValue(type.element)]) : unknownValue(type);
}

/** `NaN` when there is no limit, which no other argument can make one. */
function mostElements(arg: Value): number {
  const type = typeOf(arg);
  if (type.kind === 'tuple') return type.elements.length;
  return hasKnownLength(arg) ? (itemsOf(arg)?.length ?? Number.NaN) : Number.NaN;
}

function collectionOf(type: CollectionType, items: readonly Value[]): Value {
  return type.kind === 'set' ? setValue(type.element, items) : listValue(type.element, items);
}

import { sameValue } from '../value/equal.ts';
import { setValue } from '../value/set.ts';
import { anyType, listOf, setOf, type Type, tupleOf } from '../value/type.ts';
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
  setFunction('setunion', 'Gives the elements that are in any of the sets.', (a, b) => [
    ...a,
    ...b,
  ]),
  setFunction('setintersection', 'Gives the elements that are in all of the sets.', (a, b) =>
    a.filter((item) => b.some((other) => sameValue(item, other))),
  ),
  defineFunction({
    name: 'setproduct',
    doc: 'Gives every combination of one element of each list or set.',
    parameters: [],
    variadic: anyParameter('sets'),
    result: (args) => productType(args) ?? anyType,
    call: product,
  }),
];

function setFunction(
  name: string,
  doc: string,
  combine: (a: readonly Value[], b: readonly Value[]) => readonly Value[],
): HclFunction {
  const set = { name: 'sets', type: setOf(anyType) };
  return defineFunction({
    name,
    doc,
    parameters: [set],
    variadic: set,
    result: (args) => setOf(commonElement(args) ?? anyType),
    call: (args) => {
      const element = commonElement(args);
      if (element === undefined) {
        throw new FunctionFailure('The elements of the sets have no type in common.');
      }
      const sets = args.map((arg, index) => convertFor(arg, setOf(element), index));
      if (!sets.every(isWhollyKnown)) return unknownValue(setOf(element));
      const items = sets.map((each) => itemsOf(each) ?? []).reduce(combine);
      return setValue(element, items);
    },
  });
}

/** Empty sets of nothing in particular have no say in it. */
function commonElement(sets: readonly Value[]): Type | undefined {
  const elements = sets.map(typeOf).map((type) => (type.kind === 'set' ? type.element : anyType));
  const telling = elements.filter((element) => element.kind !== 'any');
  return telling.length === 0 ? anyType : unify(telling);
}

/** `undefined` when an argument is nothing that has elements, or a tuple whose elements have no type in common. */
function productType(args: readonly Value[]): Type | undefined {
  const elements: Type[] = [];
  for (const arg of args) {
    const element = elementOf(typeOf(arg));
    if (element === undefined) return undefined;
    elements.push(element);
  }
  const hasSet = args.some((arg) => typeOf(arg).kind === 'set');
  return hasSet ? setOf(tupleOf(elements)) : listOf(tupleOf(elements));
}

function elementOf(type: Type): Type | undefined {
  if (type.kind === 'list' || type.kind === 'set') return type.element;
  if (type.kind !== 'tuple') return undefined;
  return type.elements.length === 0 ? anyType : unify(type.elements);
}

function product(args: readonly Value[]): Value {
  if (args.length < 2) throw new FunctionFailure('Give at least two lists or sets.');
  const parts = args.map(partOf);
  const type = productType(args);
  const combinations = parts.reduce<readonly (readonly Value[])[]>(
    (rows, items) => rows.flatMap((row) => items.map((item) => [...row, item])),
    [[]],
  );
  const element = type !== undefined && 'element' in type ? type.element : anyType;
  const rows = combinations.map(tupleValue);
  if (type?.kind !== 'set') return listValue(element, rows);
  // How many elements a set with unknown ones has is not known.
  return rows.every(isWhollyKnown) ? setValue(element, rows) : unknownValue(type);
}

function partOf(arg: Value, index: number): readonly Value[] {
  const items = itemsOf(arg);
  if (items === undefined) throw wrongKind('a list, set or tuple', arg, index);
  const element = elementOf(typeOf(arg));
  if (element === undefined) {
    throw new FunctionFailure('The elements have no type in common.', index);
  }
  return items.map((item) => convertFor(item, element, index));
}

import { sameValue } from '../value/equal.ts';
import { hasKnownLength } from '../value/set.ts';
import { anyType, listOf, stringType, type Type, tupleOf } from '../value/type.ts';
import { unify } from '../value/unify.ts';
import {
  compareText,
  isWhollyKnown,
  listValue,
  tupleValue,
  typeOf,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { argumentAt, convertFor, countAt, itemsAt, itemsOf, wrongKind } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { anyParameter, listParameter, numberParameter } from './parameter.ts';

/** Functions that make lists out of lists. */
export const listFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'concat',
    doc: 'Puts lists and tuples together, one after the other.',
    parameters: [],
    variadic: anyParameter('lists', { takesMarks: true }),
    result: concatType,
    call: concat,
  }),
  defineFunction({
    name: 'flatten',
    doc: 'Replaces every list, set and tuple inside, at any depth, by its elements.',
    parameters: [anyParameter('list', { takesMarks: true })],
    result: anyType,
    call: flatten,
  }),
  defineFunction({
    name: 'reverse',
    doc: 'Turns the order of the elements round.',
    parameters: [anyParameter('list', { takesMarks: true })],
    result: reversedType,
    call: reverse,
  }),
  defineFunction({
    name: 'slice',
    doc: 'Cuts out the elements from a start index up to, but without, an end index.',
    parameters: [
      anyParameter('list', { takesMarks: true }),
      numberParameter('start'),
      numberParameter('end'),
    ],
    result: sliceType,
    call: slice,
  }),
  defineFunction({
    name: 'chunklist',
    doc: 'Cuts a list into lists of a size (0: no cut), the last one as long as what is left.',
    parameters: [listParameter('list', anyType, { takesMarks: true }), numberParameter('size')],
    result: (args) => listOf(typeOf(argumentAt(args, 0))),
    call: chunkList,
  }),
  defineFunction({
    name: 'distinct',
    doc: 'Keeps the first of equal elements.',
    parameters: [listParameter('list')],
    result: (args) => typeOf(argumentAt(args, 0)),
    call: distinct,
  }),
  defineFunction({
    name: 'compact',
    doc: 'Leaves out empty texts and nulls.',
    parameters: [listParameter('list', stringType)],
    result: listOf(stringType),
    call: (args) =>
      whenKnown(argumentAt(args, 0), (items) =>
        items.filter((item) => item.kind === 'string' && item.value !== ''),
      ),
  }),
  defineFunction({
    name: 'sort',
    doc: 'Puts texts in order, by their bytes.',
    parameters: [listParameter('list', stringType)],
    result: listOf(stringType),
    call: sort,
  }),
  defineFunction({
    name: 'coalescelist',
    doc: 'Gives the first list or tuple that is not empty.',
    parameters: [],
    variadic: anyParameter('lists', { nullable: true, takesUnknown: true, takesMarks: true }),
    result: anyType,
    call: coalesceList,
  }),
];

/** Lists whose elements have a type in common make a list, everything else a tuple. */
function concatType(args: readonly Value[]): Type {
  if (args.length === 0) throw new FunctionFailure('Give at least one list.');
  const elements = args.map(typeOf).flatMap((type) => (type.kind === 'list' ? [type.element] : []));
  const common = elements.length === args.length ? unify(elements) : undefined;
  if (common !== undefined) return listOf(common);
  const types = args.map(elementTypes);
  return types.includes(undefined) ? anyType : tupleOf(types.flatMap((each) => each ?? []));
}

/** The type of each element of a list or tuple; `undefined` when it is not known how many there are. */
function elementTypes(arg: Value, index: number): readonly Type[] | undefined {
  const type = typeOf(arg);
  if (type.kind === 'tuple') return type.elements;
  if (type.kind !== 'list') throw wrongKind('a list or tuple', arg, index);
  return arg.kind === 'list' ? arg.items.map(() => type.element) : undefined;
}

function concat(args: readonly Value[]): Value {
  const type = concatType(args);
  const items = args.flatMap((part, index) =>
    type.kind === 'list'
      ? itemsAt(args, index).map((item) => convertFor(item, type.element, index))
      : (itemsOf(part) ?? []),
  );
  const result = type.kind === 'list' ? listValue(type.element, items) : tupleValue(items);
  return withMarksOf(result, ...args);
}

function flatten(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const items = itemsOf(list);
  if (items === undefined) throw wrongKind('a list, set or tuple', list, 0);
  const containers: Value[] = [list];
  const flat = hasKnownLength(list) ? flattened(items, containers) : undefined;
  return withMarksOf(flat === undefined ? unknownValue() : tupleValue(flat), ...containers);
}

/** Collects the collections on the way in `containers`, for their marks. `undefined` when one of them is unknown. */
function flattened(items: readonly Value[], containers: Value[]): readonly Value[] | undefined {
  const result: Value[] = [];
  for (const item of items) {
    const inner = itemsOf(item);
    if (inner === undefined) {
      if (item.kind === 'unknown' && mayHaveItems(item.type)) return undefined;
      result.push(item);
      continue;
    }
    containers.push(item);
    const flat = hasKnownLength(item) ? flattened(inner, containers) : undefined;
    if (flat === undefined) return undefined;
    result.push(...flat);
  }
  return result;
}

function mayHaveItems(type: Type): boolean {
  return ['any', 'list', 'set', 'tuple'].includes(type.kind);
}

function reversedType(args: readonly Value[]): Type {
  const list = argumentAt(args, 0);
  const type = typeOf(list);
  if (type.kind === 'tuple') return tupleOf(type.elements.toReversed());
  if (type.kind === 'list' || type.kind === 'set') return listOf(type.element);
  throw wrongKind('a list, set or tuple', list, 0);
}

function reverse(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const type = reversedType(args);
  const reversed = itemsAt(args, 0).toReversed();
  const result = type.kind === 'list' ? listValue(type.element, reversed) : tupleValue(reversed);
  return withMarksOf(result, list);
}

function sliceType(args: readonly Value[]): Type {
  const list = argumentAt(args, 0);
  const type = typeOf(list);
  if (type.kind === 'set') {
    throw new FunctionFailure('The elements of a set have no order, so it has no slices.', 0);
  }
  if (type.kind !== 'list' && type.kind !== 'tuple') throw wrongKind('a list or tuple', list, 0);
  const [start, end] = sliceBounds(args, type.kind === 'tuple' ? type.elements : itemsOf(list));
  if (type.kind === 'list') return type;
  if (start === undefined || end === undefined) return anyType;
  return tupleOf(type.elements.slice(start, end));
}

/** Start and end, checked as far as they and the elements are known. */
function sliceBounds(
  args: readonly Value[],
  elements: readonly unknown[] | undefined,
): readonly [number | undefined, number | undefined] {
  const [start, end] = (['start', 'end'] as const).map((name, position) => {
    const index = position + 1;
    if (argumentAt(args, index).kind === 'unknown') return undefined;
    const bound = countAt(args, index);
    if (bound < 0) {
      throw new FunctionFailure(`The ${name} is ${bound}; it must not be negative.`, index);
    }
    if (elements === undefined || bound <= elements.length) return bound;
    const length = `but the length only ${elements.length}`;
    throw new FunctionFailure(`The ${name} is ${bound}, ${length}.`, index);
  });
  if (start !== undefined && end !== undefined && start > end) {
    throw new FunctionFailure(`The start ${start} comes after the end ${end}.`, 1);
  }
  return [start, end];
}

function slice(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const type = sliceType(args);
  const items = itemsAt(args, 0).slice(countAt(args, 1), countAt(args, 2));
  const result = type.kind === 'list' ? listValue(type.element, items) : tupleValue(items);
  return withMarksOf(result, list);
}

function chunkList(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const items = itemsAt(args, 0);
  const size = countAt(args, 1);
  if (size < 0) throw new FunctionFailure(`The size is ${size}; it must not be negative.`, 1);
  const type = typeOf(list);
  const element = type.kind === 'list' ? type.element : anyType;
  const step = size === 0 ? Math.max(1, items.length) : size;
  const chunks: Value[] = [];
  for (let start = 0; start < items.length; start += step) {
    chunks.push(listValue(element, items.slice(start, start + step)));
  }
  return withMarksOf(listValue(type, chunks), list);
}

function distinct(args: readonly Value[]): Value {
  return whenKnown(argumentAt(args, 0), (items) => {
    const texts = new Set<string>();
    const others: Value[] = [];
    return items.filter((item) => {
      if (item.kind === 'string') return !texts.has(item.value) && texts.add(item.value);
      const isNew = !others.some((other) => sameValue(other, item));
      if (isNew) others.push(item);
      return isNew;
    });
  });
}

/** The list with other items; unknown as long as any item is, since any could make a difference. */
function whenKnown(list: Value, change: (items: readonly Value[]) => readonly Value[]): Value {
  if (list.kind !== 'list' || !isWhollyKnown(list)) return unknownValue(typeOf(list));
  return listValue(list.element, change(list.items));
}

/** With unknown items the order cannot be told, but that there are so many. */
function sort(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const items = itemsAt(args, 0);
  const isKnown = isWhollyKnown(list);
  return listValue(stringType, isKnown ? sorted(items) : items.map(() => unknownValue(stringType)));
}

function sorted(items: readonly Value[]): readonly Value[] {
  const texts = items.map((item, index) => {
    if (item.kind === 'string') return item;
    throw new FunctionFailure(`Element ${index} is null; only texts can be sorted.`, 0);
  });
  return texts.sort((a, b) => compareText(a.value, b.value));
}

function coalesceList(args: readonly Value[]): Value {
  if (args.length === 0) throw new FunctionFailure('Give at least one list.');
  const firstUnknown = args.findIndex((arg) => arg.kind === 'unknown');
  for (const [index, arg] of args.entries()) {
    if (firstUnknown !== -1 && index >= firstUnknown) break;
    const { kind } = typeOf(arg);
    const isList = kind === 'list' || kind === 'tuple' || (arg.kind === 'null' && kind === 'any');
    if (!isList) throw wrongKind('a list or tuple', arg, index);
  }
  const inspected: Value[] = [];
  for (const arg of args) {
    inspected.push(arg);
    if (arg.kind === 'unknown') return withMarksOf(unknownValue(), ...inspected);
    if ('items' in arg && arg.items.length > 0) return withMarksOf(arg, ...inspected);
  }
  throw new FunctionFailure('All of the lists are empty or null.');
}

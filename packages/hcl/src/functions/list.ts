import { sameValue } from '../value/equal.ts';
import { anyType, listOf, sameType, stringType, type Type, tupleOf } from '../value/type.ts';
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
    result: (args) => reversedType(typeOf(argumentAt(args, 0))),
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
    result: (args) => {
      const type = typeOf(argumentAt(args, 0));
      return type.kind === 'list' ? type : anyType;
    },
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
    call: (args) => whenKnown(argumentAt(args, 0), sorted),
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

function concatType(args: readonly Value[]): Type {
  const types = args.map(typeOf);
  const elements = types.flatMap((type) => (type.kind === 'list' ? [type.element] : []));
  const common = elements.length === types.length ? unify(elements) : undefined;
  return common === undefined ? anyType : listOf(common);
}

/** Lists whose elements have a type in common make a list, everything else a tuple. */
function concat(args: readonly Value[]): Value {
  if (args.length === 0) throw new FunctionFailure('Give at least one list.');
  const parts = args.map((arg, index) => {
    if (arg.kind !== 'list' && arg.kind !== 'tuple') throw wrongKind('a list or tuple', arg, index);
    return arg;
  });
  const type = concatType(args);
  const items = parts.flatMap((part, index) =>
    type.kind === 'list'
      ? part.items.map((item) => convertFor(item, type.element, index))
      : part.items,
  );
  const result = type.kind === 'list' ? listValue(type.element, items) : tupleValue(items);
  return withMarksOf(result, ...args);
}

function flatten(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const items = itemsOf(list);
  if (items === undefined) throw wrongKind('a list, set or tuple', list, 0);
  const containers: Value[] = [list];
  const flat = flattened(items, containers);
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
    const flat = flattened(inner, containers);
    if (flat === undefined) return undefined;
    result.push(...flat);
  }
  return result;
}

function mayHaveItems(type: Type): boolean {
  return ['any', 'list', 'set', 'tuple'].includes(type.kind);
}

function reversedType(type: Type): Type {
  if (type.kind === 'tuple') return tupleOf(type.elements.toReversed());
  return type.kind === 'list' || type.kind === 'set' ? listOf(type.element) : anyType;
}

function reverse(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const items = itemsOf(list);
  if (items === undefined) throw wrongKind('a list, set or tuple', list, 0);
  const type = reversedType(typeOf(list));
  const reversed = items.toReversed();
  const result = type.kind === 'list' ? listValue(type.element, reversed) : tupleValue(reversed);
  return withMarksOf(result, list);
}

function slice(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  if (list.kind === 'set') {
    throw new FunctionFailure('The elements of a set have no order, so it has no slices.', 0);
  }
  if (list.kind !== 'list' && list.kind !== 'tuple') throw wrongKind('a list or tuple', list, 0);
  const [start, end] = [countAt(args, 1), countAt(args, 2)];
  const size = list.items.length;
  if (start < 0) throw new FunctionFailure(`The start is ${start}; it must not be negative.`, 1);
  if (start > size)
    throw new FunctionFailure(`The start is ${start}, but the length only ${size}.`, 1);
  if (end > size) throw new FunctionFailure(`The end is ${end}, but the length only ${size}.`, 2);
  if (start > end) throw new FunctionFailure(`The start ${start} comes after the end ${end}.`, 1);
  const items = list.items.slice(start, end);
  const result = list.kind === 'list' ? listValue(list.element, items) : tupleValue(items);
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

function sorted(items: readonly Value[]): readonly Value[] {
  const texts = items.map((item, index) => {
    if (item.kind === 'string') return item;
    throw new FunctionFailure(`Element ${index} is null; only texts can be sorted.`, 0);
  });
  return texts.sort((a, b) => compareText(a.value, b.value));
}

function coalesceList(args: readonly Value[]): Value {
  if (args.length === 0) throw new FunctionFailure('Give at least one list.');
  const inspected: Value[] = [];
  for (const [index, arg] of args.entries()) {
    inspected.push(arg);
    if (arg.kind === 'null') continue;
    if (arg.kind === 'unknown') return withMarksOf(unknownValue(sharedType(args)), ...inspected);
    if (arg.kind !== 'list' && arg.kind !== 'tuple') throw wrongKind('a list or tuple', arg, index);
    if (arg.items.length > 0) return withMarksOf(arg, ...inspected);
  }
  throw new FunctionFailure('All of the lists are empty or null.');
}

function sharedType(values: readonly Value[]): Type {
  const [first = anyType, ...others] = values.map(typeOf);
  return others.every((type) => sameType(type, first)) ? first : anyType;
}

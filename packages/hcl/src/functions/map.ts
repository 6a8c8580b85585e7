import {
  anyType,
  listOf,
  mapOf,
  objectOf,
  sameType,
  stringType,
  type Type,
  tupleOf,
} from '../value/type.ts';
import {
  compareText,
  isWhollyKnown,
  listValue,
  mapValue,
  nullValue,
  objectValue,
  stringValue,
  tupleValue,
  typeOf,
  unknownValue,
  type Value,
  withMarksOf,
} from '../value/value.ts';
import { argumentAt, convertFor, entriesOf, itemsAt, textAt, wrongKind } from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { anyParameter, listParameter, stringParameter } from './parameter.ts';

/** Functions of maps and objects. */
export const mapFunctions: readonly HclFunction[] = [
  defineFunction({
    name: 'keys',
    doc: 'Lists the keys of a map or the attribute names of an object, in order.',
    parameters: [anyParameter('map', { takesUnknown: true, takesMarks: true })],
    result: anyType,
    call: keys,
  }),
  defineFunction({
    name: 'values',
    doc: 'Lists the values of a map or object, in the order of their keys.',
    parameters: [anyParameter('map', { takesMarks: true })],
    result: valuesType,
    call: values,
  }),
  defineFunction({
    name: 'lookup',
    doc: 'Gives the value of a key, or the default where the map or object has no such key.',
    parameters: [
      anyParameter('map', { takesMarks: true }),
      stringParameter('key', { takesMarks: true }),
      anyParameter('default', { takesUnknown: true, takesMarks: true }),
    ],
    result: lookupType,
    mayBeNull: true,
    call: lookup,
  }),
  defineFunction({
    name: 'merge',
    doc: 'Puts maps and objects together; where they share a key the later one counts.',
    parameters: [],
    variadic: anyParameter('maps', { nullable: true, takesUnknown: true, takesMarks: true }),
    result: anyType,
    call: merge,
  }),
  defineFunction({
    name: 'zipmap',
    doc: 'Makes a map or object out of a list of keys and one of values.',
    parameters: [listParameter('keys', stringType), anyParameter('values', { takesMarks: true })],
    result: zipType,
    call: zipMap,
  }),
];

function keys(args: readonly Value[]): Value {
  const map = argumentAt(args, 0);
  return withMarksOf(keysOf(map), map);
}

function keysOf(map: Value): Value {
  const type = typeOf(map);
  if (type.kind === 'object')
    return tupleValue([...type.attributes.keys()].sort(compareText).map(stringValue));
  if (map.kind === 'map') return listValue(stringType, [...map.entries.keys()].map(stringValue));
  if (type.kind === 'map') return unknownValue(listOf(stringType));
  if (map.kind === 'unknown' && type.kind === 'any') return unknownValue();
  throw wrongKind('a map or object', map, 0);
}

function valuesType(args: readonly Value[]): Type {
  const map = argumentAt(args, 0);
  const type = typeOf(map);
  if (type.kind === 'object') {
    const attributes = [...type.attributes].sort(([a], [b]) => compareText(a, b));
    return tupleOf(attributes.map(([, attribute]) => attribute));
  }
  if (type.kind === 'map') return listOf(type.element);
  throw wrongKind('a map or object', map, 0);
}

function values(args: readonly Value[]): Value {
  const map = argumentAt(args, 0);
  const type = valuesType(args);
  const items = [...(entriesOf(map)?.values() ?? [])];
  return withMarksOf(
    type.kind === 'list' ? listValue(type.element, items) : tupleValue(items),
    map,
  );
}

function lookupType(args: readonly Value[]): Type {
  const [map, key] = [argumentAt(args, 0), argumentAt(args, 1)];
  const type = typeOf(map);
  if (type.kind === 'map') return type.element;
  if (type.kind !== 'object' || key.kind !== 'string') return anyType;
  return type.attributes.get(key.value) ?? typeOf(argumentAt(args, 2));
}

function lookup(args: readonly Value[]): Value {
  const [map, key, fallback] = [argumentAt(args, 0), argumentAt(args, 1), argumentAt(args, 2)];
  const entries = entriesOf(map);
  if (entries === undefined) throw wrongKind('a map or object', map, 0);
  const found = entries.get(textAt(args, 1));
  if (map.kind !== 'map') return withMarksOf(found ?? fallback, map, key);
  // The default must fit even where it is not needed, so that a mistake shows at once.
  const converted = convertFor(fallback, map.element, 2);
  return withMarksOf(found ?? converted, map, key);
}

function merge(args: readonly Value[]): Value {
  if (args.length === 0) return objectValue([]);
  for (const [index, arg] of args.entries()) {
    const kind = typeOf(arg).kind;
    if (kind !== 'map' && kind !== 'object' && kind !== 'any') {
      throw wrongKind('a map or object', arg, index);
    }
  }
  return withMarksOf(merged(args), ...args);
}

function merged(args: readonly Value[]): Value {
  const type = mergedType(args);
  if (args.some((arg) => arg.kind === 'unknown')) return unknownValue(type);
  if (args.every((arg) => arg.kind === 'null')) return nullValue(type);
  const entries = args.flatMap((arg) => [...(entriesOf(arg) ?? [])]);
  return type.kind === 'map' ? mapValue(type.element, entries) : objectValue(entries);
}

/** Arguments of one type keep it, all else makes an object; its attributes are known when all keys are. */
function mergedType(args: readonly Value[]): Type {
  const types = args.map((arg) => (arg.kind === 'null' ? typeOfNothing(arg.type) : typeOf(arg)));
  const [first = anyType] = types;
  if (types.some((type) => type.kind === 'any')) return anyType;
  if (types.every((type) => sameType(type, first))) return first;
  const attributes = args.map((arg, index) => attributesOf(arg, types[index] as Type));
  if (attributes.includes(undefined)) return anyType;
  return objectOf(new Map(attributes.flatMap((each) => [...(each ?? [])])));
}

/** A null object has no attributes. */
function typeOfNothing(type: Type): Type {
  return type.kind === 'object' ? objectOf({}) : type;
}

/** What an argument of `merge` adds to an object; `undefined` when its keys are not known. */
function attributesOf(arg: Value, type: Type): ReadonlyMap<string, Type> | undefined {
  if (type.kind === 'object') return type.attributes;
  if (arg.kind === 'null') return new Map();
  if (arg.kind !== 'map') return undefined;
  return new Map([...arg.entries.keys()].map((name) => [name, arg.element]));
}

function zipType(args: readonly Value[]): Type {
  const [names, given] = [argumentAt(args, 0), argumentAt(args, 1)];
  const type = typeOf(given);
  if (type.kind === 'list') return mapOf(type.element);
  if (type.kind !== 'tuple') throw wrongKind('a list or tuple', given, 1);
  if (!isWhollyKnown(names)) return anyType;
  return objectOf(new Map(zipped(itemsAt(args, 0), type.elements)));
}

function zipMap(args: readonly Value[]): Value {
  const given = argumentAt(args, 1);
  const type = zipType(args);
  if (!isWhollyKnown(argumentAt(args, 0))) return withMarksOf(unknownValue(type), given);
  const entries = zipped(itemsAt(args, 0), itemsAt(args, 1));
  const result = type.kind === 'map' ? mapValue(type.element, entries) : objectValue(entries);
  return withMarksOf(result, given);
}

function zipped<T>(keys: readonly Value[], items: readonly T[]): readonly (readonly [string, T])[] {
  if (keys.length !== items.length) {
    const counts = `The number of keys is ${keys.length}, that of values ${items.length}`;
    throw new FunctionFailure(`${counts}; they must be the same.`, 1);
  }
  return items.map((item, index) => {
    const key = argumentAt(keys, index);
    if (key.kind !== 'string') throw new FunctionFailure(`Key ${index} is null.`, 0);
    return [key.value, item];
  });
}

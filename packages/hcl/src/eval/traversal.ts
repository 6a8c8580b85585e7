import { over } from '../range.ts';
import type { GetAttribute, GetIndex } from '../syntax/ast.ts';
import { ConversionFailure, convert } from '../value/convert.ts';
import { isWhole, type Num, toDouble } from '../value/number.ts';
import { anyType, numberType, stringType, type Type } from '../value/type.ts';
import { typeOf, unknownValue, type Value, withMarksOf } from '../value/value.ts';
import { type Evaluation, evaluatePart, fail } from './evaluation.ts';
import type { Place } from './place.ts';
import type { Problem } from './problem.ts';
import * as messages from './traversal-messages.ts';

/** `object.name` */
export function attributeOf(node: GetAttribute, at: Evaluation): Value {
  const object = evaluatePart(node.object, at);
  const name = node.name.name;
  const place: Place = { range: over(node.dot, node.name.range), context: node.range };
  if (object.kind === 'null') return fail(at, messages.attributeOfNull(place, name), node.object);
  // Before its type is asked for: `local` has thousands of attributes, and most are asked for one by one.
  const known = entryOf(object, name);
  if (known !== undefined) return withMarksOf(known, object);
  const type = typeOf(object);
  // Where the name is missing the parser has said so.
  if (type.kind === 'any' || name === '') return withMarksOf(unknownValue(), object);
  if (type.kind === 'object' && !type.attributes.has(name)) {
    const root = node.object.kind === 'variable' ? node.object.name : undefined;
    return fail(at, messages.noSuchAttribute(place, name, namesIn(object, type), root));
  }
  if (type.kind !== 'object' && type.kind !== 'map') {
    return fail(at, messages.noAttributes(place, name, type), node.object);
  }
  const part = object.kind === 'unknown' ? unknownPart(type, name) : undefined;
  if (part !== undefined) return withMarksOf(part, object);
  return fail(at, messages.noSuchElement(place, name, namesIn(object, type)));
}

/** `collection[key]` and `collection.0` */
export function elementOf(node: GetIndex, at: Evaluation): Value {
  const collection = evaluatePart(node.collection, at);
  const key = evaluatePart(node.key, at);
  const place: Place = { range: over(node.open, node.close), context: node.range };
  if (collection.kind === 'null') return fail(at, messages.indexOfNull(place), node.collection);
  if (key.kind === 'null') return fail(at, messages.nullIndex(place), node.key);
  const known = key.kind === 'string' ? entryOf(collection, key.value) : undefined;
  if (known !== undefined) return withMarksOf(known, collection, key);
  const type = typeOf(collection);
  if (type.kind === 'any' || typeOf(key).kind === 'any') {
    return withMarksOf(unknownValue(), collection, key);
  }
  const found = find(collection, key, type, place);
  if ('found' in found) return withMarksOf(found.found, collection, key);
  return fail(at, found.problem, node.collection, node.key);
}

type Found = { readonly found: Value } | { readonly problem: Problem };

function find(collection: Value, key: Value, type: Type, place: Place): Found {
  switch (type.kind) {
    case 'list':
    case 'tuple':
      return findByNumber(collection, key, type, place);
    case 'map':
    case 'object':
      return findByName(collection, key, type, place);
    case 'set':
      return { problem: messages.indexOfSet(place) };
    default:
      return { problem: messages.noElements(place, type) };
  }
}

function findByNumber(collection: Value, key: Value, type: Type, place: Place): Found {
  const index = convertedKey(key, numberType);
  if (index === undefined) return { problem: messages.wrongIndexType(place, key, 'number') };
  const length = lengthOf(collection, type);
  if (index.kind !== 'number') {
    return { found: unknownValue(type.kind === 'list' ? type.element : anyType) };
  }
  const position = positionOf(index.value);
  if (position === undefined) return { problem: messages.badPosition(place, index) };
  if (length !== undefined && position >= length) {
    return { problem: messages.indexOutOfRange(place, index, length) };
  }
  if (collection.kind === 'list' || collection.kind === 'tuple') {
    return { found: collection.items[position] as Value };
  }
  const element = type.kind === 'tuple' ? type.elements[position] : elementType(type);
  return { found: unknownValue(element) };
}

function findByName(collection: Value, key: Value, type: Type, place: Place): Found {
  const name = convertedKey(key, stringType);
  if (name === undefined) return { problem: messages.wrongIndexType(place, key, 'string') };
  if (name.kind !== 'string') return { found: unknownValue(elementType(type)) };
  const part =
    collection.kind === 'unknown' ? unknownPart(type, name.value) : entryOf(collection, name.value);
  if (part !== undefined) return { found: part };
  return { problem: messages.noSuchKey(place, name, key, namesIn(collection, type)) };
}

function convertedKey(key: Value, type: Type): Value | undefined {
  try {
    return convert(key, type);
  } catch (error) {
    if (error instanceof ConversionFailure) return undefined;
    throw error;
  }
}

/** A whole number that is not negative; those too large for a position are past every end. */
function positionOf(index: Num): number | undefined {
  const position = toDouble(index);
  return isWhole(index) && position >= 0 ? position : undefined;
}

function lengthOf(collection: Value, type: Type): number | undefined {
  if (type.kind === 'tuple') return type.elements.length;
  return collection.kind === 'list' ? collection.items.length : undefined;
}

function unknownPart(type: Type, name: string): Value | undefined {
  if (type.kind !== 'object') return unknownValue(elementType(type));
  const attribute = type.attributes.get(name);
  return attribute && unknownValue(attribute);
}

function elementType(type: Type): Type {
  return 'element' in type ? type.element : anyType;
}

function entryOf(value: Value, name: string): Value | undefined {
  return 'entries' in value ? value.entries.get(name) : undefined;
}

/** The names that may be told: not those of a secret. */
function namesIn(value: Value, type: Type): readonly string[] {
  if (value.sensitive) return [];
  if (type.kind === 'object') return [...type.attributes.keys()];
  return 'entries' in value ? [...value.entries.keys()] : [];
}

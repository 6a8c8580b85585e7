import { remembered } from '../remembered.ts';
import { normalText } from '../younger-characters.ts';
import type { Num } from './number.ts';
import {
  anyType,
  boolType,
  listOf,
  mapOf,
  numberType,
  objectOf,
  setOf,
  stringType,
  type Type,
  tupleOf,
} from './type.ts';

/**
 * A value in cty's terms: plain immutable data, one union on `kind`. Every value may carry the
 * sensitive mark; the mark on a collection says that the whole is secret, the mark on an element that
 * the element is. Operations hand marks on (`withMarksOf`).
 */
export type Value =
  | StringValue
  | NumberValue
  | BoolValue
  | ListValue
  | SetValue
  | MapValue
  | ObjectValue
  | TupleValue
  | NullValue
  | UnknownValue;

interface Marked {
  /** Present and true when the value is a secret. */
  readonly sensitive?: true;
}

/** Text in Unicode normal form C. */
export interface StringValue extends Marked {
  readonly kind: 'string';
  readonly value: string;
}

/** A number of arbitrary precision. */
export interface NumberValue extends Marked {
  readonly kind: 'number';
  readonly value: Num;
}

export interface BoolValue extends Marked {
  readonly kind: 'bool';
  readonly value: boolean;
}

/** Elements all of type `element`. */
export interface ListValue extends Marked {
  readonly kind: 'list';
  readonly element: Type;
  readonly items: readonly Value[];
}

/** Distinct elements in cty's set order. Build one with `setValue` of `set.ts`, which orders and dedupes. */
export interface SetValue extends Marked {
  readonly kind: 'set';
  readonly element: Type;
  readonly items: readonly Value[];
}

/** Entries all of type `element`, in key order. */
export interface MapValue extends Marked {
  readonly kind: 'map';
  readonly element: Type;
  readonly entries: ReadonlyMap<string, Value>;
}

/** Attributes each of its own type, in name order. */
export interface ObjectValue extends Marked {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, Value>;
}

/** Elements each of its own type. */
export interface TupleValue extends Marked {
  readonly kind: 'tuple';
  readonly items: readonly Value[];
}

/** A null of a type. */
export interface NullValue extends Marked {
  readonly kind: 'null';
  readonly type: Type;
}

/** A value of a type that is to be known later. */
export interface UnknownValue extends Marked {
  readonly kind: 'unknown';
  readonly type: Type;
  /** It will not turn out to be null. */
  readonly notNull?: true;
}

/** A string, brought to normal form C as cty does. */
export function stringValue(text: string): StringValue {
  return { kind: 'string', value: normalText(text) };
}

export function numberValue(value: Num): NumberValue {
  return { kind: 'number', value };
}

export function boolValue(value: boolean): BoolValue {
  return value ? trueValue : falseValue;
}

export const trueValue: BoolValue = { kind: 'bool', value: true };
export const falseValue: BoolValue = { kind: 'bool', value: false };

export function listValue(element: Type, items: readonly Value[]): ListValue {
  return { kind: 'list', element, items };
}

export function tupleValue(items: readonly Value[]): TupleValue {
  return { kind: 'tuple', items };
}

export function mapValue(element: Type, entries: Iterable<readonly [string, Value]>): MapValue {
  return { kind: 'map', element, entries: sorted(entries) };
}

export function objectValue(
  entries: Iterable<readonly [string, Value]> | Readonly<Record<string, Value>>,
): ObjectValue {
  const pairs = Symbol.iterator in entries ? entries : Object.entries(entries);
  return { kind: 'object', entries: sorted(pairs as Iterable<readonly [string, Value]>) };
}

export function nullValue(type: Type = anyType): NullValue {
  return { kind: 'null', type };
}

export function unknownValue(type: Type = anyType): UnknownValue {
  return { kind: 'unknown', type };
}

/** An unknown that will not turn out to be null; of a type that is not known that is not said either. */
export function unknownNotNull(type: Type): UnknownValue {
  return type.kind === 'any' ? unknownValue() : { kind: 'unknown', type, notNull: true };
}

/** True when the value is not null, and, if unknown, will not turn out to be. */
export function isNeverNull(value: Value): boolean {
  return value.kind === 'unknown' ? value.notNull === true : value.kind !== 'null';
}

/** The type of a value; exact, so the type of a tuple names each element's. */
export function typeOf(value: Value): Type {
  switch (value.kind) {
    case 'string':
      return stringType;
    case 'number':
      return numberType;
    case 'bool':
      return boolType;
    case 'null':
    case 'unknown':
      return value.type;
    default:
      return compoundType(value);
  }
}

type CompoundValue = ListValue | SetValue | MapValue | ObjectValue | TupleValue;

// What values are built from was asked before: without memory, a chain of values would be walked anew for
// each of its links.
const compoundType = remembered((value: CompoundValue): Type => {
  switch (value.kind) {
    case 'list':
      return listOf(value.element);
    case 'set':
      return setOf(value.element);
    case 'map':
      return mapOf(value.element);
    case 'tuple':
      return tupleOf(value.items.map(typeOf));
    case 'object':
      return objectOf(new Map([...value.entries].map(([name, entry]) => [name, typeOf(entry)])));
  }
});

/** The value with the sensitive mark on the whole of it. */
export function markSensitive<V extends Value>(value: V): V {
  return value.sensitive ? value : { ...value, sensitive: true };
}

/** The value, sensitive if any of the operands is. */
export function withMarksOf(value: Value, ...operands: readonly Value[]): Value {
  return operands.some((operand) => operand.sensitive) ? markSensitive(value) : value;
}

/** True when the value or anything inside it is sensitive. */
export function containsSensitive(value: Value): boolean {
  return value.sensitive === true || (isCompound(value) && holdsSensitive(value));
}

const holdsSensitive = remembered((value: CompoundValue) =>
  childrenOf(value).some(containsSensitive),
);

/** True when nothing in the value is unknown. */
export function isWhollyKnown(value: Value): boolean {
  return isCompound(value) ? holdsOnlyKnown(value) : value.kind !== 'unknown';
}

const holdsOnlyKnown = remembered((value: CompoundValue) => childrenOf(value).every(isWhollyKnown));

/** How deep lists and objects stand in one another: 0 for a plain value, 1 for a list of such. */
export function depthOf(value: Value): number {
  return isCompound(value) ? depthOfCompound(value) : 0;
}

const depthOfCompound = remembered(
  (value: CompoundValue) =>
    1 + childrenOf(value).reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0),
);

function isCompound(value: Value): value is CompoundValue {
  return 'items' in value || 'entries' in value;
}

/** Elements, entries or attributes; empty for everything else. */
export function childrenOf(value: Value): readonly Value[] {
  if (value.kind === 'list' || value.kind === 'set' || value.kind === 'tuple') return value.items;
  if (value.kind === 'map' || value.kind === 'object') return [...value.entries.values()];
  return [];
}

/** Entries by the order of their names' UTF-8 bytes, which is code point order; later entries of a name win. */
function sorted(entries: Iterable<readonly [string, Value]>): ReadonlyMap<string, Value> {
  const given = new Map(entries);
  return isSorted(given.keys()) ? given : new Map([...given].sort(([a], [b]) => compareText(a, b)));
}

function isSorted(names: Iterable<string>): boolean {
  let last = '';
  for (const name of names) {
    if (compareText(last, name) > 0) return false;
    last = name;
  }
  return true;
}

/** Compares by code point, as Go compares strings by byte. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x !== y) return isSurrogate(x) === isSurrogate(y) ? x - y : isSurrogate(x) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

import { sameNum } from './number.ts';
import { boolType, sameType, type Type } from './type.ts';
import {
  boolValue,
  childrenOf,
  containsSensitive,
  isNeverNull,
  type MapValue,
  markSensitive,
  type ObjectValue,
  type SetValue,
  typeOf,
  unknownNotNull,
  type Value,
} from './value.ts';

/**
 * `a == b`: true, false, or an unknown bool. Nothing is converted: values of different types are
 * different, nulls are all equal. The result is sensitive when anything that took part is.
 */
export function equals(a: Value, b: Value): Value {
  const result = verdict(a, b);
  const value = result === undefined ? unknownNotNull(boolType) : boolValue(result);
  return isMarkedBy(a, b) ? markSensitive(value) : value;
}

/**
 * True when both have the same type and content all the way down; unknowns of one type count as the
 * same. Marks do not matter.
 */
export function sameValue(a: Value, b: Value): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'string':
    case 'bool':
      return a.value === (b as typeof a).value;
    case 'number':
      return sameNum(a.value, (b as typeof a).value);
    case 'null':
    case 'unknown':
      return sameType(a.type, (b as typeof a).type);
    case 'map':
    case 'object':
      return (
        (a.kind !== 'map' || sameType(a.element, (b as MapValue).element)) &&
        everyEntry(a, b as MapValue | ObjectValue, sameValue)
      );
    default:
      return sameType(typeOf(a), typeOf(b)) && everyItem(childrenOf(a), childrenOf(b), sameValue);
  }
}

/** A null beside something else decides by itself: what is inside the other does not take part. */
function isMarkedBy(a: Value, b: Value): boolean {
  if ((a.kind === 'null') !== (b.kind === 'null')) {
    return a.sensitive === true || b.sensitive === true;
  }
  return containsSensitive(a) || containsSensitive(b);
}

/** `undefined` when it depends on something unknown. */
function verdict(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown') return verdictOnUnknown(a, b);
  if (a.kind === 'null' || b.kind === 'null') return a.kind === b.kind;
  const [left, right] = [typeOf(a), typeOf(b)];
  if (hasUnknownType(a) || hasUnknownType(b)) {
    return fits(left, right) || fits(right, left) ? undefined : false;
  }
  return sameType(left, right) && verdictOnContent(a, b);
}

function verdictOnUnknown(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' && b.kind === 'unknown') return undefined;
  const [known, unknown] = a.kind === 'unknown' ? [b, a] : [a, b];
  // A null of any type could turn out equal; so could anything to a type that is not known yet.
  if (known.kind === 'null') return isNeverNull(unknown) ? false : undefined;
  if (hasAny(typeOf(unknown))) return undefined;
  return sameType(typeOf(known), typeOf(unknown)) ? undefined : false;
}

function verdictOnContent(a: Value, b: Value): boolean | undefined {
  switch (a.kind) {
    case 'set':
      return verdictOnSets(a, b as SetValue);
    case 'map':
    case 'object':
      return verdictOnEntries(a, b as MapValue | ObjectValue);
    case 'list':
    case 'tuple':
      return verdictOnItems(a.items, (b as typeof a).items);
    default:
      return sameValue(a, b);
  }
}

function verdictOnSets(a: SetValue, b: SetValue): boolean | undefined {
  if ([...a.items, ...b.items].some((item) => item.kind === 'unknown')) return undefined;
  return a.items.length === b.items.length && verdictOnItems(a.items, b.items);
}

function verdictOnEntries(
  a: MapValue | ObjectValue,
  b: MapValue | ObjectValue,
): boolean | undefined {
  if (a.entries.size !== b.entries.size) return false;
  const names = [...a.entries.keys()];
  if (!names.every((name) => b.entries.has(name))) return false;
  return verdictOnItems(
    names.map((name) => a.entries.get(name) as Value),
    names.map((name) => b.entries.get(name) as Value),
  );
}

function verdictOnItems(a: readonly Value[], b: readonly Value[]): boolean | undefined {
  if (a.length !== b.length) return false;
  const verdicts = a.map((item, index) => verdict(item, b[index] as Value));
  // One certain difference decides, whatever the unknown parts turn out to be.
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function everyItem(
  a: readonly Value[],
  b: readonly Value[],
  test: (a: Value, b: Value) => boolean,
): boolean {
  return a.length === b.length && a.every((item, index) => test(item, b[index] as Value));
}

function everyEntry(
  a: MapValue | ObjectValue,
  b: MapValue | ObjectValue,
  test: (a: Value, b: Value) => boolean,
): boolean {
  if (a.entries.size !== b.entries.size) return false;
  for (const [name, entry] of a.entries) {
    const other = b.entries.get(name);
    if (other === undefined || !test(entry, other)) return false;
  }
  return true;
}

/** True when the value's type is not settled: something in it is an unknown of a type with `any`. */
function hasUnknownType(value: Value): boolean {
  if (value.kind === 'unknown') return hasAny(value.type);
  return childrenOf(value).some(hasUnknownType);
}

function hasAny(type: Type): boolean {
  switch (type.kind) {
    case 'any':
      return true;
    case 'list':
    case 'set':
    case 'map':
      return hasAny(type.element);
    case 'tuple':
      return type.elements.some(hasAny);
    case 'object':
      return [...type.attributes.values()].some(hasAny);
    default:
      return false;
  }
}

/** True when `given` is `wanted` with something filled in for each `any`. */
function fits(given: Type, wanted: Type): boolean {
  if (wanted.kind === 'any') return true;
  switch (given.kind) {
    case 'list':
    case 'set':
    case 'map':
      return wanted.kind === given.kind && fits(given.element, wanted.element);
    case 'tuple':
      return (
        wanted.kind === 'tuple' &&
        given.elements.length === wanted.elements.length &&
        given.elements.every((element, index) => fits(element, wanted.elements[index] as Type))
      );
    case 'object':
      return wanted.kind === 'object' && attributesFit(given.attributes, wanted.attributes);
    default:
      return sameType(given, wanted);
  }
}

function attributesFit(
  given: ReadonlyMap<string, Type>,
  wanted: ReadonlyMap<string, Type>,
): boolean {
  if (given.size !== wanted.size) return false;
  return [...given].every(([name, type]) => {
    const other = wanted.get(name);
    return other !== undefined && fits(type, other);
  });
}

import { ConversionFailure } from './convert.ts';
import { setValue } from './set.ts';
import type { Type } from './type.ts';
import { unifyValues } from './unify.ts';
import {
  listValue,
  mapValue,
  objectValue,
  tupleValue,
  unknownNotNull,
  type Value,
  withMarksOf,
} from './value.ts';

/**
 * The default values that `optional(T, default)` gives inside a type. `children` are named after an
 * object's attributes and a tuple's element numbers; what all elements of a collection share is under
 * the empty name.
 */
export interface TypeDefaults {
  readonly type: Type;
  /** Defaults of an object's attributes. */
  readonly values: ReadonlyMap<string, Value>;
  readonly children: ReadonlyMap<string, TypeDefaults>;
}

/**
 * The value with defaults put where an attribute is missing or null, at every depth. The value need not
 * fit the type yet: convert the result, which reports what does not.
 */
export function applyDefaults(value: Value, defaults: TypeDefaults | undefined): Value {
  if (defaults === undefined || (defaults.values.size === 0 && defaults.children.size === 0)) {
    return value;
  }
  return withMarksOf(completed(value, defaults), value);
}

function completed(value: Value, defaults: TypeDefaults): Value {
  switch (value.kind) {
    case 'list':
    case 'set':
    case 'tuple':
      return completedItems(value, defaults);
    case 'map':
    case 'object':
      return completedEntries(value, defaults);
    default:
      return value;
  }
}

function completedItems(
  value: Extract<Value, { readonly kind: 'list' | 'set' | 'tuple' }>,
  defaults: TypeDefaults,
): Value {
  const items = value.items.map((item, index) =>
    applyDefaults(item, childOf(defaults, defaults.type.kind === 'tuple' ? String(index) : '')),
  );
  if (value.kind === 'tuple') return tupleValue(items);
  if (items.length === 0) return value;
  const unified = unifiedOrNot(items);
  if (unified === undefined) return tupleValue(items);
  return value.kind === 'set'
    ? setValue(unified.type, unified.values)
    : listValue(unified.type, unified.values);
}

function completedEntries(
  value: Extract<Value, { readonly kind: 'map' | 'object' }>,
  defaults: TypeDefaults,
): Value {
  const entries = new Map<string, Value>();
  const isObject = defaults.type.kind === 'object';
  for (const [name, entry] of value.entries) {
    entries.set(name, applyDefaults(entry, childOf(defaults, isObject ? name : '')));
  }
  for (const [name, fallback] of defaults.values) {
    const given = entries.get(name);
    if (given === undefined || given.kind === 'null') {
      entries.set(name, applyDefaults(fallback, defaults.children.get(name)));
    } else if (given.kind === 'unknown' && fallback.kind !== 'null') {
      // Should it turn out to be null, the default takes its place.
      entries.set(name, withMarksOf(unknownNotNull(given.type), given));
    }
  }
  if (value.kind === 'object') return objectValue(entries);
  if (entries.size === 0) return value;
  const unified = unifiedOrNot([...entries.values()]);
  if (unified === undefined) return objectValue(entries);
  return mapValue(
    unified.type,
    [...entries.keys()].map((name, index) => [name, unified.values[index] as Value]),
  );
}

function childOf(defaults: TypeDefaults, name: string): TypeDefaults | undefined {
  return defaults.children.get(name);
}

/** Values that cannot be brought to one type stay in a structure, which the conversion to come will judge. */
function unifiedOrNot(values: readonly Value[]): ReturnType<typeof unifyValues> {
  try {
    return unifyValues(values);
  } catch (error) {
    if (error instanceof ConversionFailure) return undefined;
    throw error;
  }
}

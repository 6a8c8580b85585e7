/**
 * A value as templates see it. `undefined` is no value at all (a missing key), `null` is Go's nil, a
 * `bigint` is an int, a `number` a float64. Lists and maps hold plain JavaScript values: what is taken
 * out of them goes through `toGoValue` again.
 */
export type GoValue =
  | undefined
  | null
  | string
  | boolean
  | bigint
  | number
  | readonly unknown[]
  | GoMap;

/** A map with string keys. */
export type GoMap = { readonly [key: string]: unknown };

/** Any JavaScript value as templates see it: whole numbers become ints. */
export function toGoValue(value: unknown): GoValue {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : value;
    case 'string':
    case 'boolean':
    case 'bigint':
    case 'undefined':
      return value;
    case 'object':
      return value instanceof Map
        ? (Object.fromEntries(value) as GoMap)
        : (value as readonly unknown[] | GoMap | null);
    default:
      throw new TypeError(`A template can't use a ${typeof value}.`);
  }
}

/** True for a list. */
export function isList(value: GoValue): value is readonly unknown[] {
  return Array.isArray(value);
}

/** True for a map. */
export function isMap(value: GoValue): value is GoMap {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** Nil or no value. */
export function isNothing(value: GoValue): value is null | undefined {
  return value === null || value === undefined;
}

/** What a map holds under `key`; no value when it has none. */
export function entryOf(map: GoMap, key: string): GoValue {
  return Object.hasOwn(map, key) ? toGoValue(map[key]) : undefined;
}

/** A map's keys in the order in which Go visits them: by their bytes. */
export function sortedKeys(map: GoMap): readonly string[] {
  return Object.keys(map).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** The name of the Go type that the value would have in Packer's data. */
export function typeName(value: GoValue): string {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    default:
      if (isNothing(value)) {
        return '<nil>';
      }
      return isList(value) ? '[]interface {}' : 'map[string]interface {}';
  }
}

/** What `if` makes of it: zero, empty and nothing are false. */
export function isTrue(value: GoValue): boolean {
  if (isNothing(value)) {
    return false;
  }
  return isList(value)
    ? value.length > 0
    : isMap(value)
      ? Object.keys(value).length > 0
      : Boolean(value);
}

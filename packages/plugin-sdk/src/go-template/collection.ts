import type { TemplateFunction } from './function.ts';
import { entryOf, type GoValue, isList, isMap, isNothing, toGoValue, typeName } from './value.ts';

/** `index len slice`. Strings count in bytes, as in Go. */
export const collections: Readonly<Record<string, TemplateFunction>> = {
  index: {
    parameters: ['any', 'any'],
    variadic: true,
    call(item, ...keys) {
      if (isNothing(item)) {
        throw new Error('index of untyped nil');
      }
      return keys.reduce(elementOf, item);
    },
  },
  len: {
    parameters: ['any'],
    call(item) {
      const length = isMap(item) ? Object.keys(item).length : sequenceLength(item);
      if (length === undefined) {
        throw new Error(isNothing(item) ? 'len of nil pointer' : `len of type ${typeName(item)}`);
      }
      return BigInt(length);
    },
  },
  slice: {
    parameters: ['any', 'any'],
    variadic: true,
    call: sliceOf,
  },
};

function elementOf(item: GoValue, key: GoValue): GoValue {
  if (isNothing(item)) {
    throw new Error('index of nil pointer');
  }
  if (isMap(item)) {
    if (typeof key !== 'string') {
      const given = isNothing(key) ? 'value is nil' : `value has type ${typeName(key)}`;
      throw new Error(`${given}; should be ${isNothing(key) ? 'of type ' : ''}string`);
    }
    return entryOf(item, key);
  }
  const length = sequenceLength(item);
  if (length === undefined) {
    throw new Error(`can't index item of type ${typeName(item)}`);
  }
  const position = indexWithin(key, length);
  if (position === length) {
    throw new Error(`index out of range: ${position}`);
  }
  return isList(item)
    ? toGoValue(item[position])
    : BigInt(Buffer.from(item as string)[position] ?? 0);
}

function sliceOf(item: GoValue, ...bounds: readonly GoValue[]): GoValue {
  if (isNothing(item)) {
    throw new Error('slice of untyped nil');
  }
  if (bounds.length > 3) {
    throw new Error(`too many slice indexes: ${bounds.length}`);
  }
  const length = sequenceLength(item);
  if (length === undefined) {
    throw new Error(`can't slice item of type ${typeName(item)}`);
  }
  if (bounds.length === 3 && typeof item === 'string') {
    throw new Error('cannot 3-index slice a string');
  }
  const [from = 0, to = length, limit = length] = bounds.map((bound) => indexWithin(bound, length));
  for (const [low, high] of [
    [from, to],
    [to, limit],
  ] as const) {
    if (low > high) {
      throw new Error(`invalid slice index: ${low} > ${high}`);
    }
  }
  return isList(item)
    ? item.slice(from, to)
    : Buffer.from(item as string)
        .subarray(from, to)
        .toString();
}

/** Elements of a list or bytes of a string. */
function sequenceLength(item: GoValue): number | undefined {
  return isList(item)
    ? item.length
    : typeof item === 'string'
      ? Buffer.byteLength(item)
      : undefined;
}

function indexWithin(index: GoValue, length: number): number {
  if (typeof index !== 'bigint') {
    const given = isNothing(index) ? 'nil' : `type ${typeName(index)}`;
    throw new Error(`cannot index slice/array with ${given}`);
  }
  if (index < 0n || index > BigInt(length)) {
    throw new Error(`index out of range: ${index}`);
  }
  return Number(index);
}

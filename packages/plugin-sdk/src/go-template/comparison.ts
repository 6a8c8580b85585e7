import { showValue } from './format-value.ts';
import type { TemplateFunction } from './function.ts';
import { type GoValue, isList, isMap, isNothing, typeName } from './value.ts';

/** `eq ne lt le gt ge` */
export const comparisons: Readonly<Record<string, TemplateFunction>> = {
  eq: {
    parameters: ['any', 'any'],
    variadic: true,
    call(first, ...others) {
      if (others.length === 0) {
        throw new Error('missing argument for comparison');
      }
      return others.some((other) => areEqual(first, other));
    },
  },
  ne: ordering((a, b) => !areEqual(a, b)),
  lt: ordering(isLess),
  le: ordering((a, b) => isLess(a, b) || areEqual(a, b)),
  gt: ordering((a, b) => !(isLess(a, b) || areEqual(a, b))),
  ge: ordering((a, b) => !isLess(a, b)),
};

function ordering(compare: (a: GoValue, b: GoValue) => boolean): TemplateFunction {
  return { parameters: ['any', 'any'], call: compare };
}

/** Values of different types are never compared; nothing equals nothing alone. */
function areEqual(a: GoValue, b: GoValue): boolean {
  if (isNothing(a) || isNothing(b)) {
    return isNothing(a) && isNothing(b);
  }
  if (typeName(a) !== typeName(b)) {
    const types = `${typeName(a)} and ${typeName(b)}`;
    throw new Error(`incompatible types for comparison: ${types}`);
  }
  if (isList(b) || isMap(b)) {
    throw new Error(`non-comparable type ${showValue(b)}: ${typeName(b)}`);
  }
  return a === b;
}

function isLess(a: GoValue, b: GoValue): boolean {
  for (const value of [a, b]) {
    if (!['string', 'bigint', 'number', 'boolean'].includes(typeof value)) {
      throw new Error('invalid type for comparison');
    }
  }
  if (typeof a !== typeof b) {
    throw new Error(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
  }
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  }
  if (typeof a === 'boolean') {
    throw new Error('invalid type for comparison');
  }
  return (a as bigint) < (b as bigint);
}

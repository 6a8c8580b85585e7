import { convert } from './convert.ts';
import { anyType, type Type } from './type.ts';
import { unify } from './type-rules.ts';
import { typeOf, unknownValue, type Value, withMarksOf } from './value.ts';

export { unify } from './type-rules.ts';

/** Values brought to the one type that all of them can have. */
export interface Unified {
  readonly type: Type;
  readonly values: readonly Value[];
}

/**
 * Brings the values to one type. `undefined` when there is none, or no values. Where a value of unknown
 * type stands among structures nothing can be said of the result: then all are unknown. Throws
 * `ConversionFailure` when the types agree and a value does not, such as "x" among numbers.
 */
export function unifyValues(values: readonly Value[]): Unified | undefined {
  const type = unify(values.map(typeOf));
  if (type === undefined) return undefined;
  if (type.kind === 'any' && values.some((value) => typeOf(value).kind !== 'any')) {
    return { type, values: values.map((value) => withMarksOf(unknownValue(anyType), value)) };
  }
  return { type, values: values.map((value) => convert(value, type)) };
}

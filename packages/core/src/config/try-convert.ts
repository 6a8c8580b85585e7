import { ConversionFailure, convert, type Type, type Value } from '@bake/hcl';

/** The value converted to a type, or the value itself where it cannot be. */
export function tryConvert(value: Value, type: Type): Value {
  try {
    return convert(value, type);
  } catch (error) {
    if (error instanceof ConversionFailure) return value;
    throw error;
  }
}

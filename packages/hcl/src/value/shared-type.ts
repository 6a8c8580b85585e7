import { anyType, sameType, type Type } from './type.ts';
import { typeOf, type Value } from './value.ts';

/** The type that all values have, those of which nothing is known aside; `undefined` when they differ. */
export function sharedType(values: readonly Value[]): Type | undefined {
  const types = values.map(typeOf).filter((type) => type.kind !== 'any');
  const first = types[0];
  if (first === undefined) return anyType;
  return types.every((type) => sameType(type, first)) ? first : undefined;
}

/** The value as an element of a collection: an untyped null or unknown takes the type of the elements. */
export function asElement(value: Value, element: Type): Value {
  const isUntyped =
    (value.kind === 'null' || value.kind === 'unknown') && value.type.kind === 'any';
  return isUntyped ? { ...value, type: element } : value;
}

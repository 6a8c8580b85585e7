import { normalText } from '../younger-characters.ts';
import { numFromDouble, numFromInteger, toDouble } from './number.ts';
import {
  boolValue,
  nullValue,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  type Value,
} from './value.ts';

/** A value that is not known yet was asked for as plain data. */
export class NotKnown extends Error {
  override readonly name = 'NotKnown';
}

/**
 * The value as plain JavaScript: numbers as the nearest doubles, lists, sets and tuples as arrays, maps
 * and objects as objects. Marks are lost. Throws `NotKnown` when any part is unknown.
 */
export function toJs(value: Value): unknown {
  switch (value.kind) {
    case 'string':
    case 'bool':
      return value.value;
    case 'number':
      return toDouble(value.value);
    case 'null':
      return null;
    case 'unknown':
      throw new NotKnown('the value is not known yet');
    case 'map':
    case 'object':
      return Object.fromEntries([...value.entries].map(([name, entry]) => [name, toJs(entry)]));
    default:
      return value.items.map(toJs);
  }
}

/**
 * Plain JavaScript data as a value: arrays become tuples, objects objects, `undefined` properties are
 * left out. Throws a `TypeError` for what has no value, such as a function, and `NoSuchNumber` for NaN.
 */
export function fromJs(data: unknown): Value {
  if (data === null || data === undefined) return nullValue();
  switch (typeof data) {
    case 'string':
      return stringValue(data);
    case 'boolean':
      return boolValue(data);
    case 'number':
      return numberValue(Number.isSafeInteger(data) ? data : numFromDouble(data));
    case 'bigint':
      return numberValue(numFromInteger(data));
    case 'object':
      return fromObject(data);
    default:
      throw new TypeError(`a ${typeof data} has no value in the template language`);
  }
}

function fromObject(data: object): Value {
  if (Array.isArray(data)) return tupleValue(data.map(fromJs));
  const entries = Object.entries(data).filter(([, entry]) => entry !== undefined);
  return objectValue(entries.map(([name, entry]) => [normalText(name), fromJs(entry)]));
}

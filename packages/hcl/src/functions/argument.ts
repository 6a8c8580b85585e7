import { ConversionFailure, convert, showPath } from '../value/convert.ts';
import { formatNum, isWhole, type Num, toBigInt } from '../value/number.ts';
import type { Type } from '../value/type.ts';
import { typeOf, type Value } from '../value/value.ts';
import { FunctionFailure } from './define-function.ts';

/** The argument at an index. Throws a plain `Error` when there is none: the parameters promise it. */
export function argumentAt(args: readonly Value[], index: number): Value {
  const value = args[index];
  if (value === undefined) throw new Error(`The function was called without argument ${index}.`);
  return value;
}

/** Text of a known string argument. */
export function textAt(args: readonly Value[], index: number): string {
  const value = argumentAt(args, index);
  if (value.kind !== 'string') throw new Error(`Argument ${index} is no string.`);
  return value.value;
}

/** Number of a known number argument. */
export function numAt(args: readonly Value[], index: number): Num {
  const value = argumentAt(args, index);
  if (value.kind !== 'number') throw new Error(`Argument ${index} is no number.`);
  return value.value;
}

/** A number argument that must be whole, of any size. Throws `FunctionFailure` otherwise. */
export function integerAt(args: readonly Value[], index: number): bigint {
  const num = numAt(args, index);
  if (isWhole(num)) return toBigInt(num);
  throw new FunctionFailure(`A whole number is needed, not ${formatNum(num)}.`, index);
}

/** A number argument that must be whole and fit 64 bits. Throws `FunctionFailure` otherwise. */
export function wholeAt(args: readonly Value[], index: number): bigint {
  const whole = integerAt(args, index);
  if (BigInt.asIntN(64, whole) !== whole) {
    throw new FunctionFailure(`${whole} is too large: at most 64 bits can be used here.`, index);
  }
  return whole;
}

/** Like `wholeAt`, as a plain number; exact up to 2^53, which no length or position exceeds. */
export function countAt(args: readonly Value[], index: number): number {
  return Number(wholeAt(args, index));
}

/** Elements of a list, set or tuple; `undefined` for every other value. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  return value.kind === 'list' || value.kind === 'set' || value.kind === 'tuple'
    ? value.items
    : undefined;
}

/** Elements of a known list argument. */
export function itemsAt(args: readonly Value[], index: number): readonly Value[] {
  const items = itemsOf(argumentAt(args, index));
  if (items === undefined) throw new Error(`Argument ${index} has no elements.`);
  return items;
}

/** Entries of a map or attributes of an object; `undefined` for every other value. */
export function entriesOf(value: Value): ReadonlyMap<string, Value> | undefined {
  return value.kind === 'map' || value.kind === 'object' ? value.entries : undefined;
}

/** The value as one of `type`. Throws `FunctionFailure`, blaming the argument, when it can't be. */
export function convertFor(value: Value, type: Type, argument: number): Value {
  try {
    return convert(value, type);
  } catch (error) {
    if (!(error instanceof ConversionFailure)) throw error;
    const place = error.path.length === 0 ? '' : ` at ${showPath(error.path)}`;
    throw new FunctionFailure(`The value does not fit${place}: ${error.message}.`, argument);
  }
}

/** The failure of an argument of a kind that the function can't work on; `wanted` is like `a list or tuple`. */
export function wrongKind(wanted: string, given: Value, argument: number): FunctionFailure {
  return new FunctionFailure(`This must be ${wanted}, not ${kindPhrase(typeOf(given))}.`, argument);
}

function kindPhrase(type: Type): string {
  if (type.kind === 'any') return 'a value of unknown type';
  return type.kind === 'object' ? 'an object' : `a ${type.kind}`;
}

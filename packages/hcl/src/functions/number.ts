import {
  absolute,
  add,
  ceil,
  compareNums,
  floor,
  isInfinite,
  NoSuchNumber,
  type Num,
  numFromDouble,
  numFromInteger,
  toDouble,
} from '../value/number.ts';
import { numberType } from '../value/type.ts';
import { isWhollyKnown, numberValue, typeOf, unknownValue, type Value } from '../value/value.ts';
import {
  argumentAt,
  convertFor,
  countAt,
  itemsOf,
  numAt,
  textAt,
  wholeAt,
  wrongKind,
} from './argument.ts';
import { defineFunction, FunctionFailure, type HclFunction } from './define-function.ts';
import { logarithm } from './exponential.ts';
import { anyParameter, numberParameter } from './parameter.ts';
import { power } from './power.ts';

/** Functions that make numbers out of numbers. */
export const numberFunctions: readonly HclFunction[] = [
  roundingFunction('abs', 'Gives the number without its sign.', absolute),
  roundingFunction('ceil', 'Rounds up to a whole number.', ceil),
  roundingFunction('floor', 'Rounds down to a whole number.', floor),
  extremeFunction('max', 'Gives the largest of the numbers.', 1),
  extremeFunction('min', 'Gives the smallest of the numbers.', -1),
  doubleFunction(
    'log',
    'Gives the logarithm of a number to a base.',
    'base',
    (number, base) => logarithm(number) / logarithm(base),
  ),
  doubleFunction('pow', 'Raises a number to a power.', 'power', power),
  defineFunction({
    name: 'signum',
    doc: 'Gives -1, 0 or 1: the sign of a whole number.',
    parameters: [numberParameter('number')],
    result: numberType,
    call: (args) => {
      const whole = wholeAt(args, 0);
      return numberValue(whole === 0n ? 0 : whole < 0n ? -1 : 1);
    },
  }),
  defineFunction({
    name: 'parseint',
    doc: 'Reads a whole number written in a base from 2 to 62.',
    parameters: [anyParameter('text'), numberParameter('base')],
    result: (args) => {
      const text = argumentAt(args, 0);
      if (typeOf(text).kind !== 'string') throw wrongKind('a string', text, 0);
      return numberType;
    },
    call: parseInteger,
  }),
  defineFunction({
    name: 'sum',
    doc: 'Adds up the numbers of a list, set or tuple.',
    parameters: [anyParameter('numbers')],
    result: numberType,
    call: sum,
  }),
];

function roundingFunction(name: string, doc: string, round: (num: Num) => Num): HclFunction {
  return defineFunction({
    name,
    doc,
    parameters: [numberParameter('number')],
    result: numberType,
    call: (args) => numberValue(round(numAt(args, 0))),
  });
}

function extremeFunction(name: string, doc: string, direction: 1 | -1): HclFunction {
  return defineFunction({
    name,
    doc,
    parameters: [],
    variadic: numberParameter('numbers'),
    result: numberType,
    call: (args) => {
      if (args.length === 0) throw new FunctionFailure('Give at least one number.');
      const nums = args.map((_, index) => numAt(args, index));
      return numberValue(nums.reduce((a, b) => (compareNums(b, a) === direction ? b : a)));
    },
  });
}

function doubleFunction(
  name: string,
  doc: string,
  second: string,
  compute: (a: number, b: number) => number,
): HclFunction {
  return defineFunction({
    name,
    doc,
    parameters: [numberParameter('number'), numberParameter(second)],
    result: numberType,
    call: (args) => {
      const [a, b] = [doubleAt(args, 0), doubleAt(args, 1)];
      const result = compute(a, b);
      if (Number.isNaN(result)) {
        throw new FunctionFailure(`There is no such number: ${name} of ${a} and ${b}.`);
      }
      return numberValue(numFromDouble(result));
    },
  });
}

/** A number argument as a double. Throws `FunctionFailure` when it is finite, but beyond what a double holds. */
function doubleAt(args: readonly Value[], index: number): number {
  const num = numAt(args, index);
  const double = toDouble(num);
  if (Number.isFinite(double) || isInfinite(num)) return double;
  throw new FunctionFailure('The number is too large: it must be below 1.8e308.', index);
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function parseInteger(args: readonly Value[]): Value {
  const text = argumentAt(args, 0);
  if (text.kind !== 'string') throw wrongKind('a string', text, 0);
  const base = countAt(args, 1);
  if (base < 2 || base > 62) {
    throw new FunctionFailure(`The base is ${base}; it must be from 2 to 62.`, 1);
  }
  const parsed = integerIn(textAt(args, 0), base);
  if (parsed === undefined) {
    const shown = JSON.stringify(text.value);
    throw new FunctionFailure(`${shown} is not a whole number in base ${base}.`, 0);
  }
  return numberValue(numFromInteger(parsed));
}

/** Small and capital letters are one up to base 36; from there capitals are the higher digits. */
function integerIn(text: string, base: number): bigint | undefined {
  const match = /^([+-]?)([0-9a-zA-Z]+)$/.exec(text);
  if (match === null) return undefined;
  let result = 0n;
  for (const character of match[2] ?? '') {
    const digit = digits.indexOf(base <= 36 ? character.toLowerCase() : character);
    if (digit >= base) return undefined;
    result = result * BigInt(base) + BigInt(digit);
  }
  return match[1] === '-' ? -result : result;
}

function sum(args: readonly Value[]): Value {
  const list = argumentAt(args, 0);
  const items = itemsOf(list);
  if (items === undefined) throw wrongKind('a list, set or tuple of numbers', list, 0);
  if (items.length === 0) throw new FunctionFailure('There is nothing to add up: it is empty.', 0);
  if (!isWhollyKnown(list)) return unknownValue(numberType);
  return numberValue(items.map(addend).reduce(addUp));
}

function addend(item: Value, index: number): Num {
  const converted = item.kind === 'null' ? item : convertFor(item, numberType, 0);
  if (converted.kind !== 'number') throw new FunctionFailure(`Element ${index} is null.`, 0);
  return converted.value;
}

function addUp(a: Num, b: Num): Num {
  try {
    return add(a, b);
  } catch (error) {
    if (error instanceof NoSuchNumber) {
      throw new FunctionFailure('Infinities of both signs have no sum.', 0);
    }
    throw error;
  }
}

import {
  type BigFloat,
  bitLength,
  compare,
  infinity,
  integerPrecision,
  isInteger,
  isZero,
  nearestDouble,
  product,
  quotient,
  rounded,
  sum,
  textPrecision,
  truncated,
  zero,
} from './big-float.ts';
import { formatDecimal, formatDouble, formatSignificant, parseDecimal } from './number-text.ts';

/**
 * A number of arbitrary precision, with the arithmetic of Go's big.Float as cty uses it. Opaque: use the
 * functions of this file. A plain number is a safe integer of the precision that text is parsed at.
 */
export type Num = number | BigFloat;

/** `0 / 0`, `Inf - Inf`, `0 * Inf`, `Inf / Inf`: there is no such number. */
export class NoSuchNumber extends Error {
  override readonly name = 'NoSuchNumber';
}

/**
 * Reads decimal text: digits with an optional fraction, exponent and sign, or `Inf`. `undefined` for
 * anything else, such as spaces, `0x10`, `1_000` or an exponent beyond a million.
 */
export function parseNum(text: string): Num | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const parsed = parseDecimal(text);
  return parsed === undefined ? undefined : compact(parsed);
}

/** An integer that code computed, such as a length: of as many bits as it needs, at least 64. */
export function numFromInteger(n: number | bigint): Num {
  const big = BigInt(n);
  const size = big < 0n ? -big : big;
  return rounded(big < 0n, size, 0, Math.max(integerPrecision, bitLength(size)));
}

/** A double that code computed, of 53 bits. Throws `NoSuchNumber` for NaN. */
export function numFromDouble(n: number): Num {
  if (Number.isNaN(n)) throw new NoSuchNumber('not a number');
  const negative = n < 0 || Object.is(n, -0);
  if (!Number.isFinite(n)) return infinity(negative, 53);
  let size = Math.abs(n);
  let exponent = 0;
  while (!Number.isInteger(size)) {
    size *= 2;
    exponent -= 1;
  }
  return rounded(negative, BigInt(size), exponent, 53);
}

/** `a + b`. Throws `NoSuchNumber` for infinities of opposite sign. */
export function add(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number') {
    const fast = a + b;
    if (Number.isSafeInteger(fast)) return fast;
  }
  return checked(sum(widened(a), widened(b)), 'an infinity less an infinity is no number');
}

/** `a - b`. Throws `NoSuchNumber` for infinities of equal sign. */
export function subtract(a: Num, b: Num): Num {
  return add(a, negate(b));
}

/** `a * b`. Throws `NoSuchNumber` for zero times infinity. */
export function multiply(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number') {
    const fast = a * b;
    if (Number.isSafeInteger(fast)) return fast;
  }
  return checked(product(widened(a), widened(b)), 'zero times infinity is no number');
}

/** `a / b`; `x / 0` is an infinity. Throws `NoSuchNumber` for `0 / 0` and for infinity by infinity. */
export function divide(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number' && b !== 0) {
    const fast = a / b;
    if (Number.isSafeInteger(fast)) return fast;
  }
  const why = 'zero divided by zero, or infinity by infinity, is no number';
  return checked(quotient(widened(a), widened(b)), why);
}

/**
 * Remainder of the division that cuts the fraction off, with the sign of `a`; `x % 0` is `x`. Throws
 * `NoSuchNumber` for infinities.
 */
export function remainder(a: Num, b: Num): Num {
  if (typeof a === 'number' && typeof b === 'number' && b !== 0) {
    // Go has no negative zero here: it subtracts equals.
    return (a % b) + 0;
  }
  const x = widened(a);
  const y = widened(b);
  if (x.infinite || y.infinite) throw new NoSuchNumber('infinity has no remainder');
  if (isZero(y)) return a;
  const whole = truncated(quotient(x, y) as BigFloat);
  const size = whole < 0n ? -whole : whole;
  const times = rounded(whole < 0n, size, 0, x.precision);
  const part = product(times, y) as BigFloat;
  const taken = rounded(!part.negative, part.mantissa, part.exponent, x.precision);
  const rest = sum(x, taken) as BigFloat;
  return compact(rounded(rest.negative, rest.mantissa, rest.exponent, x.precision));
}

/** `-a`; zero becomes negative zero, which prints as `-0` and equals zero. */
export function negate(a: Num): Num {
  return typeof a === 'number' ? -a : { ...a, negative: !a.negative };
}

/** The number without its sign. */
export function absolute(a: Num): Num {
  return typeof a === 'number' ? Math.abs(a) : { ...a, negative: false };
}

/** Which is larger, exactly: 1 when `a` is. */
export function compareNums(a: Num, b: Num): -1 | 0 | 1 {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  return compare(widened(a), widened(b));
}

/**
 * Equality in cty's sense: fractions are equal when they print alike, so that one parsed from text and
 * one computed at another precision can be.
 */
export function sameNum(a: Num, b: Num): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  if (isWhole(a) || isWhole(b) || isInfinite(a) || isInfinite(b)) return compareNums(a, b) === 0;
  return formatNum(a) === formatNum(b);
}

/** True for a finite number without a fraction. */
export function isWhole(n: Num): boolean {
  return typeof n === 'number' || isInteger(n);
}

export function isInfinite(n: Num): boolean {
  return typeof n !== 'number' && n.infinite;
}

/** The integer. Throws a `RangeError` when the number is not whole. */
export function toBigInt(n: Num): bigint {
  if (typeof n === 'number') return BigInt(n);
  if (!isInteger(n)) throw new RangeError(`${formatNum(n)} is not a whole number`);
  return truncated(n);
}

/** The nearest double; an infinity when the number is too large for one. */
export function toDouble(n: Num): number {
  return typeof n === 'number' ? n : nearestDouble(n);
}

/** The largest whole number that is not above `n`; infinities stay, a negative zero becomes zero. */
export function floor(n: Num): Num {
  if (typeof n === 'number') return n + 0;
  if (n.infinite || isInteger(n)) return n;
  return numFromInteger(n.negative ? truncated(n) - 1n : truncated(n));
}

/** The smallest whole number that is not below `n`; infinities stay, a negative zero becomes zero. */
export function ceil(n: Num): Num {
  if (typeof n === 'number') return n + 0;
  if (n.infinite || isInteger(n)) return n;
  return numFromInteger(n.negative ? truncated(n) : truncated(n) + 1n);
}

/** The number as text when it becomes a string: shortest, never with an exponent: `1e3` is `1000`. */
export function formatNum(n: Num): string {
  if (typeof n === 'number') return Object.is(n, -0) ? '-0' : String(n);
  return formatDecimal(n);
}

/** The number as Packer's console shows it: whole up to 64 bits, else as a double: `1e+20`. */
export function formatNumForConsole(n: Num): string {
  if (isWhole(n)) {
    const whole = toBigInt(n);
    if (BigInt.asIntN(64, whole) === whole) return whole.toString();
  }
  return formatDouble(toDouble(n));
}

/** The number in ten digits, the key that cty orders numbers inside compound set elements by. */
export function setKeyOfNum(n: Num): string {
  return formatSignificant(widened(n), 10);
}

/** The number's text together with its precision, so that `restoreNum` gives exactly the same number. */
export function saveNum(n: Num): readonly [text: string, precision: number] {
  return [formatNum(n), widened(n).precision];
}

/** The number that `saveNum` saved; `undefined` when the text is no number. */
export function restoreNum(text: string, precision: number): Num | undefined {
  const parsed = parseDecimal(text, precision);
  return parsed === undefined ? undefined : compact(parsed);
}

function widened(n: Num): BigFloat {
  if (typeof n !== 'number') return n;
  if (n === 0) return zero(Object.is(n, -0), textPrecision);
  return rounded(n < 0, BigInt(Math.abs(n)), 0, textPrecision);
}

/** Back to a plain number where it is one: small and of the precision of text. */
function compact(x: BigFloat): Num {
  if (x.precision !== textPrecision || x.infinite || x.exponent < 0) return x;
  if (isZero(x)) return x.negative ? -0 : 0;
  if (bitLength(x.mantissa) + x.exponent > 53) return x;
  return Number(truncated(x));
}

function checked(result: BigFloat | undefined, why: string): Num {
  if (result === undefined) throw new NoSuchNumber(why);
  return compact(result);
}

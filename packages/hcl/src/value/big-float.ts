/**
 * A binary floating-point number of chosen precision, as Go's `big.Float` has it: the value is
 * `mantissa * 2^exponent` with the sign. Zero and infinity have a sign too.
 */
export interface BigFloat {
  readonly negative: boolean;
  /** Zero, or odd: trailing zero bits live in the exponent, so equal values look equal. */
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly infinite: boolean;
  /** Bits that results of operations on this number are rounded to. */
  readonly precision: number;
}

/** The precision of everything that was parsed from text. */
export const textPrecision = 512;
/** The least precision of an integer that came from code, such as a length. */
export const integerPrecision = 64;

/**
 * `±mantissa * 2^exponent` rounded half to even. `inexact` says that the true value is a little larger
 * in size than the mantissa tells, which matters to a tie.
 */
export function rounded(
  negative: boolean,
  mantissa: bigint,
  exponent: number,
  precision: number,
  inexact = false,
): BigFloat {
  if (mantissa === 0n) return zero(negative, precision);
  const excess = bitLength(mantissa) - precision;
  if (excess <= 0) return normal(negative, mantissa, exponent, precision);
  const shift = BigInt(excess);
  const kept = mantissa >> shift;
  const rest = mantissa & ((1n << shift) - 1n);
  const half = 1n << (shift - 1n);
  const up = rest > half || (rest === half && (inexact || (kept & 1n) === 1n));
  return normal(negative, up ? kept + 1n : kept, exponent + excess, precision);
}

/** Zero with a sign. */
export function zero(negative: boolean, precision: number): BigFloat {
  return { negative, mantissa: 0n, exponent: 0, infinite: false, precision };
}

/** Infinity with a sign. */
export function infinity(negative: boolean, precision: number): BigFloat {
  return { negative, mantissa: 0n, exponent: 0, infinite: true, precision };
}

/** Sum, at the larger precision of the two. Infinities of opposite sign have none: `undefined`. */
export function sum(a: BigFloat, b: BigFloat): BigFloat | undefined {
  const precision = Math.max(a.precision, b.precision);
  if (a.infinite || b.infinite) {
    if (a.infinite && b.infinite && a.negative !== b.negative) return undefined;
    return infinity(a.infinite ? a.negative : b.negative, precision);
  }
  const exponent = Math.min(a.exponent, b.exponent);
  const total = signedAt(a, exponent) + signedAt(b, exponent);
  if (total === 0n) return zero(isZero(a) && isZero(b) && a.negative && b.negative, precision);
  return rounded(total < 0n, magnitude(total), exponent, precision);
}

/** Product, with the bits it needs up to 512, at least the larger precision. `0 * Inf` has none: `undefined`. */
export function product(a: BigFloat, b: BigFloat): BigFloat | undefined {
  const negative = a.negative !== b.negative;
  const precision = Math.max(a.precision, b.precision);
  if (a.infinite || b.infinite) {
    return isZero(a) || isZero(b) ? undefined : infinity(negative, precision);
  }
  const exact = rounded(
    negative,
    a.mantissa * b.mantissa,
    a.exponent + b.exponent,
    Math.max(precision, textPrecision),
  );
  return { ...exact, precision: Math.max(precision, bitLength(exact.mantissa)) };
}

/** Quotient at the larger precision; `x / 0` is an infinity; `0 / 0` and `Inf / Inf` have none: `undefined`. */
export function quotient(a: BigFloat, b: BigFloat): BigFloat | undefined {
  const negative = a.negative !== b.negative;
  const precision = Math.max(a.precision, b.precision);
  if ((isZero(a) && isZero(b)) || (a.infinite && b.infinite)) return undefined;
  if (a.infinite || isZero(b)) return infinity(negative, precision);
  if (isZero(a) || b.infinite) return zero(negative, precision);
  return dividedExactly(
    { negative, mantissa: a.mantissa, exponent: a.exponent - b.exponent },
    b.mantissa,
    precision,
  );
}

/** `numerator / divisor`, rounded to `precision` once. */
export function dividedExactly(
  numerator: Pick<BigFloat, 'negative' | 'mantissa' | 'exponent'>,
  divisor: bigint,
  precision: number,
): BigFloat {
  // Two bits more than wanted, so that the rest only has to break ties.
  const wanted = precision + 2 - (bitLength(numerator.mantissa) - bitLength(divisor));
  const shift = Math.max(0, wanted);
  const shifted = numerator.mantissa << BigInt(shift);
  return rounded(
    numerator.negative,
    shifted / divisor,
    numerator.exponent - shift,
    precision,
    shifted % divisor !== 0n,
  );
}

/** -1, 0 or 1; both zeros are equal. */
export function compare(a: BigFloat, b: BigFloat): -1 | 0 | 1 {
  const order = signOf(a) - signOf(b);
  if (order !== 0) return order < 0 ? -1 : 1;
  if (a.infinite || b.infinite) return compareInfinite(a, b);
  const exponent = Math.min(a.exponent, b.exponent);
  const x = signedAt(a, exponent);
  const y = signedAt(b, exponent);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** True for a finite number without a fraction. */
export function isInteger(x: BigFloat): boolean {
  return !x.infinite && x.exponent >= 0;
}

/** The integer part, towards zero; `x` must be finite. */
export function truncated(x: BigFloat): bigint {
  const size =
    x.exponent >= 0 ? x.mantissa << BigInt(x.exponent) : x.mantissa >> BigInt(-x.exponent);
  return x.negative ? -size : size;
}

/** The nearest double, half to even; too large a number gives an infinity. */
export function nearestDouble(x: BigFloat): number {
  const sign = x.negative ? -1 : 1;
  if (x.infinite) return sign * Number.POSITIVE_INFINITY;
  if (isZero(x)) return sign * 0;
  // Below the normal range a double has fewer bits: the last one stands for 2^-1074.
  const bits = Math.min(53, bitLength(x.mantissa) + x.exponent + 1074);
  if (bits < 0) return sign * 0;
  if (bits === 0) return sign * (x.mantissa === 1n ? 0 : Number.MIN_VALUE);
  const near = rounded(false, x.mantissa, x.exponent, bits);
  if (bitLength(near.mantissa) + near.exponent > 1024) return sign * Number.POSITIVE_INFINITY;
  // In two factors, since 2^exponent alone can be out of range; each step is exact.
  const half = Math.trunc(near.exponent / 2);
  return sign * Number(near.mantissa) * 2 ** half * 2 ** (near.exponent - half);
}

/** Number of bits of a number that is not negative; 0 for 0. */
export function bitLength(size: bigint): number {
  if (size === 0n) return 0;
  const digits = size.toString(16);
  return digits.length * 4 - (Math.clz32(Number.parseInt(digits.charAt(0), 16)) - 28);
}

export function isZero(x: BigFloat): boolean {
  return x.mantissa === 0n && !x.infinite;
}

function normal(
  negative: boolean,
  mantissa: bigint,
  exponent: number,
  precision: number,
): BigFloat {
  let size = mantissa;
  let power = exponent;
  for (const step of [512, 64, 8, 1]) {
    const mask = (1n << BigInt(step)) - 1n;
    while ((size & mask) === 0n) {
      size >>= BigInt(step);
      power += step;
    }
  }
  return { negative, mantissa: size, exponent: power, infinite: false, precision };
}

/** The signed mantissa that the number has when its exponent is `exponent`, which must not be larger than its own. */
function signedAt(x: BigFloat, exponent: number): bigint {
  // A zero has no exponent worth shifting to.
  const size = x.mantissa === 0n ? 0n : x.mantissa << BigInt(x.exponent - exponent);
  return x.negative ? -size : size;
}

function compareInfinite(a: BigFloat, b: BigFloat): -1 | 0 | 1 {
  if (a.infinite && b.infinite) return 0;
  // Both have the same sign here, so the infinite one is further out.
  return a.infinite === a.negative ? -1 : 1;
}

function signOf(x: BigFloat): number {
  if (isZero(x)) return 0;
  return x.negative ? -1 : 1;
}

function magnitude(x: bigint): bigint {
  return x < 0n ? -x : x;
}

/**
 * The exponential function and the logarithm, to the last digit as Go has them on x86-64 (with fused multiply-add): a template can see that
 * digit, and JavaScript's own functions give another one for some numbers.
 */

/** `e` to the power of `x`, for an `x` between -700 and 700. */
export function exponential(x: number): number {
  const exponent = nearestEven(x * Math.LOG2E);
  // What is left is made small enough for a short series; squaring four times makes up for it.
  const rest = fused(-exponent, ln2.lower, fused(-exponent, ln2.upper, x)) / 16;
  let series = 1 / 40320;
  for (const divisor of [5040, 720, 120, 24, 6, 2, 1]) series = fused(series, rest, 1 / divisor);
  let lessOne = rest * series;
  for (let squaring = 0; squaring < 3; squaring += 1) lessOne *= lessOne + 2;
  return scale(fused(lessOne + 2, lessOne, 1), exponent);
}

/** The natural logarithm. */
export function logarithm(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return Math.log(x);
  let [fraction, exponent] = split(x);
  if (fraction < Math.SQRT1_2) {
    fraction *= 2;
    exponent -= 1;
  }
  const above = fraction - 1;
  const s = above / (2 + above);
  const square = s * s;
  const fourth = square * square;
  const odd = square * polynomial(fourth, oddTerms);
  const even = fourth * polynomial(fourth, evenTerms);
  const half = 0.5 * above * above;
  const small = s * (odd + even + half) + exponent * ln2Parts.lower;
  return exponent * ln2Parts.upper - (half - small - above);
}

/** A finite number as a fraction of size [0.5, 1) and a power of two. */
export function split(x: number): [fraction: number, exponent: number] {
  let exponent = 0;
  let fraction = x;
  while (Math.abs(fraction) >= 1) {
    fraction /= 2;
    exponent += 1;
  }
  while (Math.abs(fraction) < 0.5) {
    fraction *= 2;
    exponent -= 1;
  }
  return [fraction, exponent];
}

/** `x * 2^exponent`, in steps that a power of two fits in. */
export function scale(x: number, exponent: number): number {
  let result = x;
  let rest = Math.max(-5000, Math.min(5000, exponent));
  for (; rest > 1000; rest -= 1000) result *= 2 ** 1000;
  for (; rest < -1000; rest += 1000) result *= 2 ** -1000;
  return result * 2 ** rest;
}

/** The natural logarithm of 2 in two parts: a whole number times the upper one is exact. */
const ln2 = {
  upper: 0.693147180559663,
  lower: 2.8235290563031577e-13,
};
/** The same, parted as the makers of the series for the logarithm (Sun) did. */
const ln2Parts = { upper: 0.6931471803691238, lower: 1.9082149292705877e-10 };

/** That series: a polynomial in even and odd powers, the highest first. */
const oddTerms = [0.14798198605116586, 0.1818357216161805, 0.2857142874366239, 0.6666666666666735];
const evenTerms = [0.15313837699209373, 0.22222198432149784, 0.3999999999940942];

function polynomial(x: number, terms: readonly number[]): number {
  return terms.reduce((sum, term) => sum * x + term);
}

function nearestEven(x: number): number {
  const below = Math.floor(x);
  const isTie = x - below === 0.5;
  return isTie ? below + (below % 2 === 0 ? 0 : 1) : Math.round(x);
}

/** `a * b + c`, rounded once. */
function fused(a: number, b: number, c: number): number {
  if (Math.abs(a * b) < Math.abs(c) * 2 ** -120) return c;
  const [first, second, third] = [whole(a), whole(b), whole(c)];
  const exponent = first.exponent + second.exponent;
  const lowest = Math.min(exponent, third.exponent);
  const product = (first.mantissa * second.mantissa) << BigInt(exponent - lowest);
  return scale(Number(product + (third.mantissa << BigInt(third.exponent - lowest))), lowest);
}

/** A finite number as a whole number times a power of two. */
function whole(x: number): { readonly mantissa: bigint; readonly exponent: number } {
  if (x === 0) return { mantissa: 0n, exponent: 0 };
  const [fraction, exponent] = split(x);
  return { mantissa: BigInt(fraction * 2 ** 53), exponent: exponent - 53 };
}

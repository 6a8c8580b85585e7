import { exponential, logarithm, scale, split } from './exponential.ts';

/**
 * `x` to the power of `y` by Go's method: whole powers by repeated squaring of the fraction part. It
 * differs from `Math.pow` in the last digit, which a template can see.
 */
export function power(x: number, y: number): number {
  const special = specialPower(x, y);
  if (special !== undefined) return special;
  let whole = Math.trunc(Math.abs(y));
  let fraction = Math.abs(y) - whole;
  if (fraction > 0 && x < 0) return Number.NaN;
  let result = 1;
  if (fraction > 0) {
    if (fraction > 0.5) {
      fraction -= 1;
      whole += 1;
    }
    result = exponential(fraction * logarithm(x));
  }
  const scaled = timesWholePower(result, x, whole);
  return y < 0
    ? scale(1 / scaled.fraction, -scaled.exponent)
    : scale(scaled.fraction, scaled.exponent);
}

/** Cases that the method can't or need not compute. */
function specialPower(x: number, y: number): number | undefined {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  // JavaScript has no such number.
  if (x === -1 && !Number.isFinite(y)) return 1;
  // Zeros, infinities and powers so large that the result is one of them.
  const isExtreme = x === 0 || !Number.isFinite(x) || !Number.isFinite(y) || Math.abs(y) >= 2 ** 63;
  if (isExtreme) return x ** y;
  if (y === 0.5) return Math.sqrt(x);
  return y === -0.5 ? 1 / Math.sqrt(x) : undefined;
}

/** `factor` times `x` to a whole power, as `fraction * 2^exponent`. */
function timesWholePower(
  factor: number,
  x: number,
  whole: number,
): { readonly fraction: number; readonly exponent: number } {
  let result = factor;
  let resultExponent = 0;
  let [fraction, exponent] = split(x);
  for (let rest = BigInt(whole); rest !== 0n; rest >>= 1n) {
    if (Math.abs(exponent) > 4096) {
      // Far beyond what a double can hold; squaring on would only overflow the exponent.
      resultExponent += exponent;
      break;
    }
    if ((rest & 1n) === 1n) {
      result *= fraction;
      resultExponent += exponent;
    }
    fraction *= fraction;
    exponent *= 2;
    if (fraction < 0.5) {
      fraction += fraction;
      exponent -= 1;
    }
  }
  return { fraction: result, exponent: resultExponent };
}

import {
  type BigFloat,
  bitLength,
  dividedExactly,
  infinity,
  isInteger,
  isZero,
  rounded,
  textPrecision,
  truncated,
  zero,
} from './big-float.ts';

/** Decimal digits without leading or trailing zeros, and where the point stands: `0.digits * 10^point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/**
 * Exponents beyond this would need gigabytes to write out. Go takes them and then hangs; nobody means
 * them, so here such a text is not a number.
 */
const largestExponent = 1_000_000;

const grammar = /^([+-]?)(?:(\d+)(?:\.(\d*))?|\.(\d+))(?:([eEpP])([+-]?\d+))?$/;

/**
 * Reads a number in the grammar of Go's `big.ParseFloat` with base 10; `undefined` when it is none. An
 * exponent after `p` is one of two.
 */
export function parseDecimal(
  text: string,
  precision: number = textPrecision,
): BigFloat | undefined {
  const infinite = /^([+-]?)(?:Inf|inf)$/.exec(text);
  if (infinite !== null) return infinity(infinite[1] === '-', precision);
  const match = grammar.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = match[4] ?? '', , marker = 'e', exponent = '0'] = match;
  const negative = sign === '-';
  const size = BigInt(whole + fraction);
  if (size === 0n) return zero(negative, precision);
  const power = Number(exponent);
  if (Math.abs(power) > largestExponent) return undefined;
  const isBinary = marker === 'p' || marker === 'P';
  const tens = (isBinary ? 0 : power) - fraction.length;
  const twos = tens + (isBinary ? power : 0);
  if (tens >= 0) return rounded(negative, size * 5n ** BigInt(tens), twos, precision);
  const numerator = { negative, mantissa: size, exponent: twos };
  return dividedExactly(numerator, 5n ** BigInt(-tens), precision);
}

/** The shortest text without exponent that parses back to the same number at its precision. */
export function formatDecimal(x: BigFloat): string {
  const sign = x.negative ? '-' : '';
  if (x.infinite) return x.negative ? '-Inf' : '+Inf';
  if (isZero(x)) return `${sign}0`;
  if (isInteger(x) && bitLength(x.mantissa) + x.exponent <= x.precision) {
    const whole = truncated(x).toString();
    return whole;
  }
  return sign + fixed(shortest(x));
}

/** The number rounded to `count` significant digits as Go's `%.*g` writes it, which is how cty orders compound set elements. */
export function formatSignificant(x: BigFloat, count: number): string {
  if (x.infinite || isZero(x)) return formatDecimal(x);
  const decimal = roundAt(exactDecimal(x.mantissa, x.exponent), count);
  const sign = x.negative ? '-' : '';
  const exponent = decimal.point - 1;
  const threshold =
    count > decimal.digits.length && decimal.digits.length >= decimal.point
      ? decimal.digits.length
      : count;
  return sign + (exponent < -4 || exponent >= threshold ? scientific(decimal) : fixed(decimal));
}

/** A double as Go's `%g` writes it: shortest digits, exponent from a million up and below 0.0001. */
export function formatDouble(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? '+Inf' : '-Inf';
  if (x === 0) return Object.is(x, -0) ? '-0' : '0';
  const [mantissa = '', power = '0'] = Math.abs(x).toExponential().split('e');
  const decimal = { digits: mantissa.replace('.', ''), point: Number(power) + 1 };
  const exponent = decimal.point - 1;
  const text = exponent < -4 || exponent >= 6 ? scientific(decimal) : fixed(decimal);
  return x < 0 ? `-${text}` : text;
}

/**
 * The fewest digits that lie nearer to `x` than half a unit in its last place: digits are taken from
 * the exact value until they part from those of both bounds.
 */
function shortest(x: BigFloat): Decimal {
  // One bit more than the precision: the last one is then half a unit.
  const shift = x.precision + 1 - bitLength(x.mantissa);
  const mantissa = x.mantissa << BigInt(shift);
  const exponent = x.exponent - shift;
  const exact = exactDecimal(mantissa, exponent);
  const lower = exactDecimal(mantissa - 1n, exponent).digits;
  const upper = exactDecimal(mantissa + 1n, exponent).digits;
  // A bound itself rounds to x only when x is the even one of the two neighbours.
  const inclusive = (mantissa & 2n) === 0n;
  for (let index = 0; index < exact.digits.length; index += 1) {
    const digit = digitAt(exact.digits, index);
    const high = digitAt(upper, index);
    const mayDrop = digitAt(lower, index) !== digit || (inclusive && index + 1 === lower.length);
    const mayRaise = digit !== high && (inclusive || digit + 1 < high || index + 1 < upper.length);
    if (mayDrop && mayRaise) return roundAt(exact, index + 1);
    if (mayDrop) return trimmed(exact.digits.slice(0, index + 1), exact.point);
    if (mayRaise) return raisedAt(exact, index + 1);
  }
  return exact;
}

function exactDecimal(mantissa: bigint, exponent: number): Decimal {
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return trimmed(digits, digits.length);
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return trimmed(digits, digits.length + exponent);
}

/** Rounds to `count` digits, half to even. */
function roundAt(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  const next = digitAt(digits, count);
  const isTie = next === 5 && count + 1 === digits.length;
  const up = isTie ? digitAt(digits, count - 1) % 2 === 1 : next >= 5;
  return up ? raisedAt(decimal, count) : trimmed(digits.slice(0, count), point);
}

function raisedAt({ digits, point }: Decimal, count: number): Decimal {
  const raised = (BigInt(digits.slice(0, count)) + 1n).toString();
  return trimmed(raised, point + (raised.length - count));
}

function trimmed(digits: string, point: number): Decimal {
  return { digits: digits.replace(/0+$/, ''), point };
}

function digitAt(digits: string, index: number): number {
  return index < digits.length ? digits.charCodeAt(index) - 48 : 0;
}

function fixed({ digits, point }: Decimal): string {
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return digits + '0'.repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function scientific({ digits, point }: Decimal): string {
  const exponent = point - 1;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
}

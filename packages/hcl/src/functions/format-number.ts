import type { BigFloat } from '../value/big-float.ts';
import { formatNum, isInfinite, isWhole, type Num, toBigInt } from '../value/number.ts';
import type { Verb } from './format-spec.ts';

/** A finite number without its sign: `0.digits * 10^point`, no zeros at either end of the digits. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** The number as `%v` shows it: its shortest digits, with an exponent from 1e6 up and 1e-5 down. */
export function generalText(num: Num): string {
  if (isInfinite(num)) return formatNum(num);
  return (isNegative(num) ? '-' : '') + general(shortest(num), undefined);
}

/** The number by one of the verbs `b d o x X`. `undefined` when it is not whole. */
export function integerText(num: Num, verb: Verb): string | undefined {
  if (!isWhole(num)) return undefined;
  const whole = toBigInt(num);
  if (whole === 0n && verb.precision === 0) return '';
  const size = (whole < 0n ? -whole : whole).toString(bases[verb.letter] ?? 10);
  const digits = (verb.letter === 'X' ? size.toUpperCase() : size).padStart(
    verb.precision ?? 0,
    '0',
  );
  const prefix = verb.flags.has('#') ? (prefixes[verb.letter] ?? '') : '';
  const mayPadWithZeros = verb.precision === undefined;
  return padded(signFor(whole < 0n, verb) + prefix, digits, verb, mayPadWithZeros);
}

const bases: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };
const prefixes: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

/** The number by one of the verbs `e E f g G`. */
export function fractionText(num: Num, verb: Verb): string {
  if (isInfinite(num)) return infinityText(num, verb);
  const text = magnitude(num, verb.letter.toLowerCase(), verb.precision);
  const cased = verb.letter === 'E' || verb.letter === 'G' ? text.toUpperCase() : text;
  return padded(signFor(isNegative(num), verb), cased, verb, true);
}

function magnitude(num: Num, letter: string, precision: number | undefined): string {
  if (letter === 'g') {
    if (precision === undefined) return general(shortest(num), undefined);
    return general(roundedTo(exact(num), Math.max(1, precision)), Math.max(1, precision));
  }
  const places = precision ?? 6;
  const decimal = exact(num);
  return letter === 'e'
    ? scientific(roundedTo(decimal, places + 1), places)
    : fixed(roundedTo(decimal, decimal.point + places), places);
}

function infinityText(num: Num, verb: Verb): string {
  const positive = verb.flags.has(' ') ? ' ' : '+';
  return padded(isNegative(num) ? '-' : positive, 'Inf', verb, false);
}

function signFor(negative: boolean, verb: Verb): string {
  if (negative) return '-';
  if (verb.flags.has('+')) return '+';
  return verb.flags.has(' ') ? ' ' : '';
}

function padded(sign: string, digits: string, verb: Verb, mayPadWithZeros: boolean): string {
  const width = verb.width ?? 0;
  if (verb.flags.has('-')) return (sign + digits).padEnd(width);
  if (verb.flags.has('0') && mayPadWithZeros)
    return sign + digits.padStart(width - sign.length, '0');
  return (sign + digits).padStart(width);
}

/** With an exponent where it is less than -4 or as large as the precision (6 when that is free). */
function general(decimal: Decimal, precision: number | undefined): string {
  const { digits, point } = decimal;
  const limit = precision ?? 6;
  const isFull = precision !== undefined && limit > digits.length && digits.length >= point;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= (isFull ? digits.length : limit)) {
    return scientific(decimal, digits.length - 1);
  }
  return fixed(decimal, Math.max(0, digits.length - point));
}

function scientific({ digits, point }: Decimal, places: number): string {
  const exponent = digits === '' ? 0 : point - 1;
  const all = digits.padEnd(places + 1, '0');
  const fraction = places > 0 ? `.${all.slice(1)}` : '';
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${all.charAt(0)}${fraction}e${exponent < 0 ? '-' : '+'}${size}`;
}

function fixed({ digits, point }: Decimal, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (places === 0) return whole;
  const fraction = point < 0 ? '0'.repeat(-point) + digits : digits.slice(Math.max(0, point));
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`;
}

/** At most `count` digits, rounded half to even; none or fewer leaves zero or a single digit by rounding up. */
function roundedTo(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point: 0 };
  const kept = BigInt(`0${digits.slice(0, count)}`);
  const rest = digits.slice(count);
  const isUp = rest === '5' ? kept % 2n === 1n : rest >= '5';
  if (!isUp) return decimalOf(digits.slice(0, count), point);
  const raised = (kept + 1n).toString().padStart(count, '0');
  return decimalOf(raised, point + raised.length - count);
}

/** The digits that identify the number at its precision. */
function shortest(num: Num): Decimal {
  const [whole = '', fraction = ''] = formatNum(num).replace('-', '').split('.');
  return decimalOf(whole + fraction, whole.length);
}

/** All digits of the number's binary value. */
function exact(num: Num): Decimal {
  if (typeof num === 'number') {
    const digits = String(Math.abs(num));
    return decimalOf(digits, digits.length);
  }
  const { mantissa, exponent }: BigFloat = num;
  if (exponent >= 0) {
    const digits = (mantissa << BigInt(exponent)).toString();
    return decimalOf(digits, digits.length);
  }
  const digits = (mantissa * 5n ** BigInt(-exponent)).toString();
  return decimalOf(digits, digits.length + exponent);
}

function decimalOf(digits: string, point: number): Decimal {
  const significant = digits.replace(/^0+/, '');
  const trimmed = significant.replace(/0+$/, '');
  return trimmed === ''
    ? { digits: '', point: 0 }
    : { digits: trimmed, point: point - (digits.length - significant.length) };
}

function isNegative(num: Num): boolean {
  return typeof num === 'number' ? num < 0 || Object.is(num, -0) : num.negative;
}

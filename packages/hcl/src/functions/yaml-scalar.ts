import { infinity } from '../value/big-float.ts';
import { parseNum } from '../value/number.ts';
import { boolValue, nullValue, numberValue, stringValue, type Value } from '../value/value.ts';
import { FunctionFailure } from './define-function.ts';
import { base64Bytes } from './encoding.ts';
import { daysIn, formatRfc3339, type Moment } from './moment.ts';

const tagPrefix = 'tag:yaml.org,2002:';

/**
 * What a YAML scalar stands for in Go's cty YAML package 1.0.1, which Packer is built with. It follows YAML
 * 1.1 in taking `yes`, `on`, `y` and their like for bools and `1_000` and `0b11` for numbers, but not `0x1F`
 * without a tag, and turns times into RFC 3339. `tag` is the explicit tag, if any; what is not `isPlain`, but
 * in quotes or a block without a tag, is text. Throws `FunctionFailure`, which blames argument 0.
 */
export function resolveScalar(text: string, tag: string | undefined, isPlain: boolean): Value {
  const kind = tag?.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : tag;
  if (kind !== undefined && !known.includes(kind)) {
    throw new FunctionFailure(`The tag "${tag}" can't be read here, or not of a text.`, 0);
  }
  if (kind === 'binary') base64Bytes(text, 0);
  if (kind === 'str' || kind === 'binary') return stringValue(text);
  // The first character alone decides whether a tag counts for a text in quotes.
  const mayBeBare = /^(?:$|[-+.\dyntfo~])/i.test(text);
  if (!isPlain && (mayBeBare || kind === undefined)) return stringValue(text);
  return (mayBeBare ? bareValue(text, kind) : undefined) ?? taggedValue(text, kind);
}

const known = ['str', 'binary', 'bool', 'int', 'float', 'null', 'timestamp'];

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...spellings(boolValue(true), 'y', 'yes', 'true', 'on'),
  ...spellings(boolValue(false), 'n', 'no', 'false', 'off'),
  ...spellings(nullValue(), 'null'),
  ...spellings(numberValue(infinity(false, 512)), '.inf', '+.inf'),
  ...spellings(numberValue(infinity(true, 512)), '-.inf'),
  ['', nullValue()],
  ['~', nullValue()],
]);

/** Small, with a capital, and in capitals. */
function spellings(
  value: Value,
  ...names: readonly string[]
): readonly (readonly [string, Value])[] {
  return names.flatMap((name) =>
    [name, name.replace(/[a-z]/, (first) => first.toUpperCase()), name.toUpperCase()].map(
      (spelling) => [spelling, value] as const,
    ),
  );
}

/** What the text is without regard to its tag, but that times are looked for only where they may be. */
function bareValue(text: string, kind: string | undefined): Value | undefined {
  const value = words.get(text) ?? timeValue(text, kind);
  if (value !== undefined) return value;
  if (kind === undefined && /^\.(?:nan|NaN|NAN)$/.test(text)) {
    throw new FunctionFailure('There is a ".nan" in it, which is no number here.', 0);
  }
  if (text.startsWith('.')) return numeric(text);
  if (!/^[-+\d]/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  return numeric(plain) ?? (/^-?0b/.test(plain) ? number(text) : undefined);
}

function taggedValue(text: string, kind: string | undefined): Value {
  switch (kind) {
    case undefined:
      return stringValue(text);
    case 'null':
      return nullValue();
    case 'int':
    case 'float':
      return number(text);
    default:
      throw new FunctionFailure(`"${text}" can't be read as "!!${kind}".`, 0);
  }
}

/** What is said to be a number may be written in more ways. */
function number(text: string): Value {
  const plain = text.replaceAll('_', '');
  const value = numeric(plain) ?? prefixed(plain);
  if (value !== undefined) return value;
  throw new FunctionFailure(`"${text}" is no number, or too large for one.`, 0);
}

/** A whole number of up to 64 bits in hexadecimal, octal or binary digits. */
function prefixed(text: string): Value | undefined {
  const match = /^([-+]?)(0(?:[xX][\da-fA-F]+|[oO][0-7]+|[bB][01]+))$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', digits = ''] = match;
  const whole = sign === '-' ? 0n - BigInt(digits) : BigInt(digits);
  const isFitting = sign === '' ? whole < 2n ** 64n : BigInt.asIntN(64, whole) === whole;
  return isFitting ? numeric(String(whole)) : undefined;
}

function numeric(text: string): Value | undefined {
  const num = parseNum(text);
  return num === undefined ? undefined : numberValue(num);
}

const time =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(Z|[+-]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?)?$/;

/** Dates, with or without a time, some of them in a looser form than RFC 3339, into which they are brought. */
function timeValue(text: string, kind: string | undefined): Value | undefined {
  if (kind !== undefined && kind !== 'timestamp') return undefined;
  const match = time.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, zone = 'Z', hour2, minute2, second2] = match;
  const moment: Moment = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour ?? hour2 ?? 0),
    minute: Number(minute ?? minute2 ?? 0),
    second: Number(second ?? second2 ?? 0),
    nanosecond: 0,
    offset: zone === 'Z' ? 0 : offsetOf(zone),
  };
  return isPossible(moment) ? stringValue(formatRfc3339(moment)) : undefined;
}

function offsetOf(zone: string): number {
  const size = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4));
  return zone.startsWith('-') ? 0 - size : size;
}

function isPossible({ year, month, day, hour, minute, second }: Moment): boolean {
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  return isDate && hour < 24 && minute < 60 && second < 60;
}

import { parseNum } from '../value/number.ts';
import { boolValue, nullValue, numberValue, stringValue, type Value } from '../value/value.ts';
import { FunctionFailure } from './define-function.ts';
import { base64Bytes } from './encoding.ts';
import { daysIn, formatRfc3339, type Moment } from './moment.ts';

const tagPrefix = 'tag:yaml.org,2002:';

/**
 * What a YAML scalar stands for in Go's cty YAML package, which follows YAML 1.1 in taking `yes`, `on`,
 * `y` and their like for bools, YAML 1.2 in what is a number, and turns times into RFC 3339. `tag` is the
 * explicit tag, if any; what is not `isPlain`, but in quotes or a block without a tag, is text. Throws `FunctionFailure`, which blames argument 0.
 */
export function resolveScalar(text: string, tag: string | undefined, isPlain: boolean): Value {
  const kind = tag?.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : tag;
  if (kind !== undefined && !known.includes(kind)) {
    throw new FunctionFailure(`The tag "${tag}" can't be read here, or not of a text.`, 0);
  }
  if (kind === 'binary') base64Bytes(text, 0);
  if (kind === 'str' || kind === 'binary' || !isPlain) return stringValue(text);
  if (kind === 'null') return nullValue();
  const value = wordValue(text) ?? timeValue(text, kind) ?? numberOf(text, kind);
  if (value === undefined && kind !== undefined) {
    throw new FunctionFailure(`"${text}" can't be read as "!!${kind}".`, 0);
  }
  return value ?? stringValue(text);
}

const known = ['str', 'binary', 'bool', 'int', 'float', 'null', 'timestamp'];

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...spellings(boolValue(true), 'y', 'yes', 'true', 'on'),
  ...spellings(boolValue(false), 'n', 'no', 'false', 'off'),
  ...spellings(nullValue(), 'null'),
  ['', nullValue()],
  ['~', nullValue()],
]);

/** Small, with a capital, and in capitals. */
function spellings(
  value: Value,
  ...names: readonly string[]
): readonly (readonly [string, Value])[] {
  return names.flatMap((name) =>
    [name, name.charAt(0).toUpperCase() + name.slice(1), name.toUpperCase()].map(
      (spelling) => [spelling, value] as const,
    ),
  );
}

function wordValue(text: string): Value | undefined {
  return words.get(text);
}

const integer = /^(?:[-+]?\d+|0o[0-7]+|0x[\da-fA-F]+)$/;
const float = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

function numberOf(text: string, kind: string | undefined): Value | undefined {
  const special = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text);
  if (special !== null) return numeric(special[1] === '-' ? '-Inf' : 'Inf');
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) {
    throw new FunctionFailure('There is a ".nan" in it, which is no number here.', 0);
  }
  const isTagged = kind === 'int' || kind === 'float';
  if (!isTagged && !integer.test(text) && !float.test(text)) return undefined;
  // What is said to be a number may be written in more ways.
  const plain = text.replaceAll('_', '');
  const number = numeric(plain) ?? prefixed(plain);
  if (number !== undefined) return number;
  throw new FunctionFailure(`"${text}" is no number, or too large for one.`, 0);
}

/** A whole number of up to 64 bits in hexadecimal, octal or binary digits. */
function prefixed(text: string): Value | undefined {
  const match = /^([-+]?)(0(?:[xX][\da-fA-F]+|[oO][0-7]+|[bB][01]+))$/.exec(text);
  const size = BigInt(match?.[2] ?? -1);
  const isFitting = size >= 0n && size < 2n ** (match?.[1] === '' ? 64n : 63n);
  return isFitting ? numeric(`${match?.[1]}${size}`) : undefined;
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

/**
 * The value of a number as Go reads it without knowing the type that is wanted: a `bigint` for an int,
 * a `number` for a float64. Gives a sentence when it is neither.
 */
export function numberValue(text: string): bigint | number | { readonly problem: string } {
  const digits = text.replace(/_/g, '');
  const looksFloat = /[.eEpP]/.test(digits) && !/^[+-]?0[xX][^.pP]*$/.test(digits);
  if (digits.endsWith('i')) {
    return { problem: `complex numbers are not supported: ${JSON.stringify(text)}` };
  }
  if (looksFloat) {
    const value = floatValue(digits);
    return Number.isNaN(value) ? { problem: illegal(text) } : value;
  }
  const value = integerValue(digits);
  if (value === undefined) {
    return { problem: illegal(text) };
  }
  const overflows = value > 9223372036854775807n || value < -9223372036854775808n;
  return overflows ? { problem: `integer overflow: ${JSON.stringify(text)}` } : value;
}

/** The code point of a character constant, quotes included, or a sentence that says what is wrong. */
export function characterValue(text: string): bigint | { readonly problem: string } {
  const value = unquote(text.slice(1, -1), "'");
  const characters = value === undefined ? [] : [...value];
  const code = characters[0]?.codePointAt(0);
  return characters.length === 1 && code !== undefined
    ? BigInt(code)
    : { problem: `malformed character constant: ${text}` };
}

/** The text of a string or raw string, quotes included in `text`; `undefined` if an escape is wrong. */
export function stringValue(text: string): string | undefined {
  return text.startsWith('`')
    ? text.slice(1, -1).replace(/\r/g, '')
    : unquote(text.slice(1, -1), '"');
}

function illegal(text: string): string {
  return `illegal number syntax: ${JSON.stringify(text)}`;
}

function integerValue(digits: string): bigint | undefined {
  const sign = digits.startsWith('-') ? -1n : 1n;
  const unsigned = digits.replace(/^[+-]/, '');
  const octal = /^0[0-7]+$/.test(unsigned) ? `0o${unsigned.slice(1)}` : unsigned;
  const wellFormed = /^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.test(octal);
  return wellFormed ? sign * BigInt(octal) : undefined;
}

function floatValue(digits: string): number {
  const hex = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)$/.exec(digits);
  if (hex === null) {
    return /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/.test(digits)
      ? Number(digits)
      : Number.NaN;
  }
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex;
  const mantissa = Number.parseInt(`${whole}${fraction}`, 16) * 16 ** -fraction.length;
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** Number(exponent);
}

const simpleEscapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '\\': 92,
};

const escapePattern =
  /\\(?:(?<simple>[abtnvfr\\'"])|x(?<hex>[0-9a-fA-F]{2})|(?<octal>[0-7]{3})|u(?<short>[0-9a-fA-F]{4})|U(?<long>[0-9a-fA-F]{8})|)/gu;

/** Takes Go's escapes out; `\x` and octal ones are bytes, so the result is put together as bytes. */
function unquote(body: string, quote: '"' | "'"): string | undefined {
  const pieces: Buffer[] = [];
  let last = 0;
  for (const found of body.matchAll(escapePattern)) {
    const bytes = escapedBytes(found.groups ?? {}, quote);
    if (bytes === undefined) {
      return undefined;
    }
    pieces.push(Buffer.from(body.slice(last, found.index)), bytes);
    last = found.index + found[0].length;
  }
  pieces.push(Buffer.from(body.slice(last)));
  return Buffer.concat(pieces).toString();
}

interface EscapeGroups {
  readonly simple?: string;
  readonly hex?: string;
  readonly octal?: string;
  readonly short?: string;
  readonly long?: string;
}

/** `undefined` when Go has no such escape. */
function escapedBytes(groups: EscapeGroups, quote: '"' | "'"): Buffer | undefined {
  const { simple, hex, octal, short, long } = groups;
  if (simple !== undefined) {
    return simpleBytes(simple, quote);
  }
  const codePoint = short ?? long;
  if (codePoint !== undefined) {
    return codePointBytes(Number.parseInt(codePoint, 16));
  }
  const byte = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
  return byte <= 255 ? Buffer.of(byte) : undefined;
}

/** `\'` stands in characters only, `\"` in strings only. */
function simpleBytes(char: string, quote: '"' | "'"): Buffer | undefined {
  if (char === '"' || char === "'") {
    return char === quote ? Buffer.from(char) : undefined;
  }
  return Buffer.of(simpleEscapes[char] ?? 0);
}

function codePointBytes(code: number): Buffer | undefined {
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code > 0x10ffff || isSurrogate ? undefined : Buffer.from(String.fromCodePoint(code));
}

/** Go's notations for a float, named as its verbs: with exponent, without, the shorter of them, of base 2. */
export type FloatNotation = 'e' | 'f' | 'g' | 'b' | 'x';

/**
 * A float in the notation of Go's `%e`, `%f`, `%g`, `%b` and `%x`. Without a precision `g` and `x` show as many
 * digits as tell it from its neighbours, `e` and `f` six.
 */
export function floatText(
  value: number,
  notation: FloatNotation,
  precision: number | undefined,
): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  }
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + sizeText(Math.abs(value), notation, precision);
}

function sizeText(size: number, notation: FloatNotation, precision: number | undefined): string {
  switch (notation) {
    case 'e':
      return exponential(size, precision ?? 6);
    case 'f':
      return fixed(size, precision ?? 6);
    case 'g':
      return general(size, precision);
    case 'b':
      return binary(size);
    default:
      return hexadecimal(size, precision);
  }
}

function exponential(size: number, precision: number): string {
  return padExponent(roundedExponential(size, precision));
}

/** `toExponential`, but halves go to the even digit as in Go, where JavaScript goes up. */
function roundedExponential(size: number, precision: number): string {
  const digits = Math.min(precision, 100);
  const [mantissa = '', exponent = ''] = size
    .toExponential(Math.min(digits + spareDigits, 100))
    .split('e');
  const even = halfwayDown(mantissa, digits);
  return even === undefined ? size.toExponential(digits) : `${even}e${exponent}`;
}

/** More digits than a float can still tell apart from a half. */
const spareDigits = 25;

/** The digits cut off at `precision`, if what follows is exactly a half and the last one kept is even. */
function halfwayDown(digits: string, precision: number): string | undefined {
  const cut = digits.indexOf('.') + precision + 1;
  const kept = digits.slice(0, cut).replace(/\.$/, '');
  return /^50*$/.test(digits.slice(cut)) && /[02468]$/.test(kept) ? kept : undefined;
}

/** Go writes two digits of exponent at least. */
function padExponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function fixed(size: number, precision: number): string {
  if (size < 1e21) {
    const digits = Math.min(precision, 100);
    const long = size.toFixed(Math.min(digits + spareDigits, 100));
    return halfwayDown(long, digits) ?? size.toFixed(digits);
  }
  return BigInt(size).toString() + (precision > 0 ? `.${'0'.repeat(precision)}` : '');
}

/** Exponents below -4 and from the precision on (6 without one) are written out. */
function general(size: number, precision: number | undefined): string {
  const digits = precision === undefined ? undefined : Math.max(precision, 1) - 1;
  const text = digits === undefined ? size.toExponential() : roundedExponential(size, digits);
  const [mantissa = '', exponentText = '0'] = text.split('e');
  const exponent = Number(exponentText);
  const trimmed = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  const limit = digits === undefined ? 6 : digits + 1;
  if (exponent < -4 || exponent >= limit) {
    return padExponent(`${trimmed}e${exponentText}`);
  }
  const significant = trimmed.replace('.', '');
  if (exponent < 0) {
    return `0.${'0'.repeat(-exponent - 1)}${significant}`;
  }
  const whole = significant.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = significant.slice(exponent + 1);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** The 53 bits of a float as a whole number, and the power of two that it is to be multiplied by. */
function bitsOf(size: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, size);
  const fraction = bits.getBigUint64(0) & 0xf_ffff_ffff_ffffn;
  const biased = Number(bits.getBigUint64(0) >> 52n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1075 };
}

function binary(size: number): string {
  const { mantissa, exponent } = bitsOf(size);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** One hexadecimal digit, always 1 but for zero, the fraction, and the power of two. */
function hexadecimal(size: number, precision: number | undefined): string {
  const { mantissa, exponent } = rounded(normalized(size), Math.min(precision ?? 13, 13));
  const digits = mantissa.toString(16).padStart(14, '0').slice(1);
  const fraction =
    precision === undefined
      ? digits.replace(/0+$/, '')
      : digits.slice(0, precision).padEnd(precision, '0');
  const power = size === 0 ? 0 : exponent + 52;
  const powerText = `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  return `0x${size === 0 ? 0 : 1}${fraction === '' ? '' : `.${fraction}`}p${powerText}`;
}

type Bits = ReturnType<typeof bitsOf>;

/** Bits with the highest of the 53 set, which very small floats do not have. */
function normalized(size: number): Bits {
  let { mantissa, exponent } = bitsOf(size);
  for (; size !== 0 && mantissa < 1n << 52n; exponent -= 1) mantissa <<= 1n;
  return { mantissa, exponent };
}

/** Bits with so many hexadecimal digits of fraction, a half rounded to the even one. */
function rounded({ mantissa, exponent }: Bits, digits: number): Bits {
  const unit = 1n << BigInt(52 - 4 * digits);
  const rest = mantissa % unit;
  const isUp = 2n * rest > unit || (2n * rest === unit && (mantissa / unit) % 2n === 1n);
  const result = mantissa - rest + (isUp ? unit : 0n);
  return result === 1n << 53n
    ? { mantissa: result >> 1n, exponent: exponent + 1 }
    : { mantissa: result, exponent };
}

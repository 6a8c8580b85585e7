/**
 * A float in the notation of Go's `%e`, `%f` and `%g`. Without a precision `g` shows as many digits as
 * tell it from its neighbours, the others six.
 */
export function floatText(
  value: number,
  notation: 'e' | 'f' | 'g',
  precision: number | undefined,
): string {
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  }
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  switch (notation) {
    case 'e':
      return sign + exponential(size, precision ?? 6);
    case 'f':
      return sign + fixed(size, precision ?? 6);
    default:
      return sign + general(size, precision);
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

import { type FloatNotation, floatText } from './float-text.ts';
import { quoteGo } from './quote.ts';
import {
  entryOf,
  type GoValue,
  isList,
  isMap,
  isNothing,
  sortedKeys,
  toGoValue,
  typeName,
} from './value.ts';

/** One verb of a format with its flags: `%-8.3f`. */
export interface Directive {
  readonly verb: string;
  readonly plus?: boolean;
  readonly minus?: boolean;
  readonly sharp?: boolean;
  readonly space?: boolean;
  readonly zero?: boolean;
  readonly width?: number | undefined;
  readonly precision?: number | undefined;
}

/** A value as `%v` shows it. */
export function showValue(value: GoValue): string {
  return formatValue(value, { verb: 'v' });
}

/** A value formatted by one directive, as Go's fmt does it. */
export function formatValue(value: GoValue, directive: Directive): string {
  if (directive.verb === 'T') {
    return pad(typeName(value), directive);
  }
  if (isNothing(value)) {
    return directive.verb === 'v' ? pad('<nil>', directive) : badVerb(value, directive);
  }
  return formatPresent(value, directive) ?? badVerb(value, directive);
}

/** `undefined` when the verb does not fit the value. */
function formatPresent(value: NonNullable<GoValue>, directive: Directive): string | undefined {
  switch (typeof value) {
    case 'boolean':
      return /[tv]/.test(directive.verb) ? pad(String(value), directive) : undefined;
    case 'bigint':
      return formatInteger(value, directive);
    case 'number':
      return formatFloat(value, directive);
    case 'string':
      return formatString(value, directive);
    default:
      return formatContainer(value, directive);
  }
}

/** `%!d(string=x)`: how Go says that a verb does not fit. */
function badVerb(value: GoValue, directive: Directive): string {
  const shown = isNothing(value)
    ? ''
    : `=${formatValue(value, { ...directive, verb: 'v', sharp: false })}`;
  return `%!${directive.verb}(${typeName(value)}${shown})`;
}

function formatContainer(value: GoValue, directive: Directive): string {
  const goSyntax = directive.verb === 'v' && directive.sharp === true;
  const element = (item: GoValue): string => {
    if (isNothing(item)) {
      return goSyntax ? 'interface {}(nil)' : '<nil>';
    }
    return formatValue(item, directive);
  };
  const parts = isMap(value)
    ? sortedKeys(value).map(
        (key) => `${formatValue(key, directive)}:${element(entryOf(value, key))}`,
      )
    : isList(value)
      ? value.map((item) => element(toGoValue(item)))
      : [];
  if (goSyntax) {
    return `${typeName(value)}{${parts.join(', ')}}`;
  }
  return isMap(value) ? `map[${parts.join(' ')}]` : `[${parts.join(' ')}]`;
}

function formatString(value: string, directive: Directive): string | undefined {
  const { verb, precision, sharp, plus, space } = directive;
  const text = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 'v':
      return pad(sharp ? quoteGo(text) : text, directive);
    case 's':
      return pad(text, directive);
    case 'q': {
      const raw = sharp && !/[`\p{Cc}\u{feff}]/u.test(text.replace(/\t/g, ''));
      return pad(raw ? `\`${text}\`` : quoteGo(text, '"', plus), directive);
    }
    case 'x':
    case 'X': {
      const pairs = [...Buffer.from(value).subarray(0, precision)].map((byte) =>
        byte.toString(16).padStart(2, '0'),
      );
      const prefix = sharp && pairs.length > 0 ? '0x' : '';
      const hex = prefix + pairs.join(space ? ` ${prefix}` : '');
      return pad(verb === 'X' ? hex.toUpperCase() : hex, directive);
    }
    default:
      return undefined;
  }
}

const bases: Readonly<Record<string, { radix: number; prefix: string }>> = {
  b: { radix: 2, prefix: '0b' },
  o: { radix: 8, prefix: '0' },
  O: { radix: 8, prefix: '' },
  d: { radix: 10, prefix: '' },
  v: { radix: 10, prefix: '' },
  x: { radix: 16, prefix: '0x' },
  X: { radix: 16, prefix: '0x' },
};

function formatInteger(value: bigint, directive: Directive): string | undefined {
  const { verb, sharp, precision } = directive;
  if (/[cqU]/.test(verb)) {
    return pad(formatRune(value, directive), directive);
  }
  const base = bases[verb];
  if (base === undefined) {
    return undefined;
  }
  if (value === 0n && precision === 0) {
    return pad('', { ...directive, zero: false });
  }
  const size = value < 0n ? -value : value;
  const digits = size.toString(base.radix).padStart(precision ?? 0, '0');
  const prefix = verb === 'O' ? '0o' : sharp ? base.prefix : '';
  const sign = signOf(value < 0n, directive);
  const widthLeft = (directive.width ?? 0) - sign.length;
  const zeros = directive.zero && !directive.minus && precision === undefined ? widthLeft : 0;
  const body = prefix + digits.padStart(zeros, '0');
  return pad(sign + (verb === 'X' ? body.toUpperCase() : body), { ...directive, zero: false });
}

/** A number taken as a character. */
function formatRune(value: bigint, { verb, sharp, plus, precision = 4 }: Directive): string {
  const valid = value >= 0n && value <= 0x10ffffn && (value < 0xd800n || value > 0xdfffn);
  const char = valid ? String.fromCodePoint(Number(value)) : '\ufffd';
  switch (verb) {
    case 'c':
      return char;
    case 'q':
      return quoteGo(char, "'", plus);
    default: {
      const code = `U+${BigInt.asUintN(64, value).toString(16).toUpperCase().padStart(Math.max(4, precision), '0')}`;
      return sharp ? `${code} '${char}'` : code;
    }
  }
}

function formatFloat(value: number, directive: Directive): string | undefined {
  const { verb, precision } = directive;
  const notation = verb === 'v' ? 'g' : verb === 'X' ? 'x' : verb;
  if (!/^[befgxEFG]$/.test(notation)) {
    return undefined;
  }
  const text = floatText(value, notation.toLowerCase() as FloatNotation, precision);
  const negative = text.startsWith('-');
  const plain = text.replace(/^[+-]/, '');
  const body = /[EGX]/.test(verb) ? plain.toUpperCase() : plain;
  const sign = signOf(negative, directive) || (text.startsWith('+') ? '+' : '');
  const zeros =
    directive.zero && !directive.minus && Number.isFinite(value) ? (directive.width ?? 0) : 0;
  const padded = sign + body.padStart(zeros - sign.length, '0');
  return pad(padded, { ...directive, zero: false });
}

function signOf(negative: boolean, { plus, space }: Directive): string {
  return negative ? '-' : plus ? '+' : space ? ' ' : '';
}

/** Fills up to the width, counted in characters. */
function pad(text: string, { width = 0, minus, zero }: Directive): string {
  const fill = (zero && !minus ? '0' : ' ').repeat(Math.max(0, width - [...text].length));
  return minus ? text + fill : fill + text;
}

import { FunctionFailure } from './define-function.ts';

/** One `%...` of a format text. */
export interface Verb {
  /** As written: `%-5.2f`. */
  readonly text: string;
  readonly letter: string;
  /** Which of the values it shows, counted from 0. */
  readonly value: number;
  readonly flags: ReadonlySet<string>;
  /** Least width, in characters. */
  readonly width?: number;
  readonly precision?: number;
}

/** A format text cut into literal texts and verbs, and how many values it uses. */
export interface FormatSpec {
  readonly parts: readonly (string | Verb)[];
  readonly valueCount: number;
}

const letters = 'vtbdoxXeEfgGsq';
/** More would not be a width or precision, but a slip that fills the memory. */
const mostCharacters = 1_000_000;

/**
 * Reads a format text: `%`, then flags out of `#0-+` and space, a width, a precision after a dot, the
 * number of a value in brackets, and a letter; `%%` is a percent sign. Throws `FunctionFailure`, which
 * blames argument 0.
 */
export function parseFormat(format: string): FormatSpec {
  const parts: (string | Verb)[] = [];
  let next = 0;
  let valueCount = 0;
  for (let position = 0; position < format.length; ) {
    const percent = format.indexOf('%', position);
    const end = percent === -1 ? format.length : percent;
    if (end > position) parts.push(format.slice(position, end));
    if (percent === -1) break;
    if (format.charAt(percent + 1) === '%') {
      parts.push('%');
      position = percent + 2;
      continue;
    }
    const verb = verbAt(format, percent, next);
    parts.push(verb);
    position = percent + verb.text.length;
    next = verb.value + 1;
    valueCount = Math.max(valueCount, next);
  }
  return { parts, valueCount };
}

function verbAt(format: string, start: number, next: number): Verb {
  const grammar = /%([#0\-+ ]*)([1-9]\d*)?(\.\d*)?(?:\[([1-9]\d*)\])?/y;
  grammar.lastIndex = start;
  const match = grammar.exec(format);
  const [text = '', flags = '', width, precision, value] = match ?? [];
  const letter = String.fromCodePoint(format.codePointAt(start + text.length) ?? 0);
  if (!/^[a-zA-Z]$/.test(letter)) throw unreadable(format, start, text);
  if (!letters.includes(letter)) {
    const known = [...letters].join(', ');
    throw new FunctionFailure(`"${text}${letter}" has no meaning; the letters are ${known}.`, 0);
  }
  if (Number(width ?? 0) > mostCharacters || Number((precision ?? '').slice(1)) > mostCharacters) {
    const message = `"${text}${letter}" asks for more than ${mostCharacters} characters.`;
    throw new FunctionFailure(message, 0);
  }
  return {
    text: text + letter,
    letter,
    value: value === undefined ? next : Number(value) - 1,
    flags: new Set(flags),
    ...(width === undefined ? {} : { width: Number(width) }),
    ...(precision === undefined ? {} : { precision: Number(precision.slice(1)) }),
  };
}

function unreadable(format: string, start: number, text: string): FunctionFailure {
  const rest = format.slice(start);
  if (text.length === rest.length) {
    const advice = 'write "%%" for a percent sign';
    return new FunctionFailure(`The format ends within "${text}"; ${advice}.`, 0);
  }
  const character = String.fromCodePoint(rest.codePointAt(text.length) ?? 0);
  return new FunctionFailure(`"${character}" can't stand after "${text}" in a format.`, 0);
}

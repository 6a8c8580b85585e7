import { FunctionFailure } from './define-function.ts';
import {
  type Moment,
  monthNames,
  offsetText,
  twelveHour,
  weekdayNames,
  weekdayOf,
  zeroPadded,
} from './moment.ts';

/**
 * Writes the moment in the form that `formatdate` takes: runs of a letter are verbs, text in single
 * quotes and everything that is no letter stands for itself. Throws `FunctionFailure`, which blames
 * argument 0.
 */
export function formatDate(format: string, moment: Moment): string {
  // At the end of a format Packer takes two quotes, which stand for one, for the end of a text, too.
  const pieces = format.match(/''|'[^'](?:[^']|'')*(?:'(?!')|(?<='')$)|([a-zA-Z])\1*|./gsu) ?? [];
  return pieces.map((piece) => pieceText(piece, moment)).join('');
}

function pieceText(piece: string, moment: Moment): string {
  if (piece === "'") {
    throw new FunctionFailure('A text in single quotes is never closed.', 0);
  }
  if (piece === "''") return "'";
  if (piece.startsWith("'")) return piece.slice(1, -1).replaceAll("''", "'");
  if (!/^[a-zA-Z]/.test(piece)) return piece;
  const verbs = verbsOf(piece.charAt(0));
  const write = verbs?.[piece];
  if (write !== undefined) return write(moment);
  const candidates = verbs === undefined ? '' : ` There are ${Object.keys(verbs).join(', ')}.`;
  throw new FunctionFailure(
    `"${piece}" is no part of a date.${candidates} Put literal text in single quotes.`,
    0,
  );
}

type Writer = (moment: Moment) => string;

function verbsOf(letter: string): Readonly<Record<string, Writer>> | undefined {
  return Object.hasOwn(verbsByLetter, letter) ? verbsByLetter[letter] : undefined;
}

const verbsByLetter: Readonly<Record<string, Readonly<Record<string, Writer>>>> = {
  Y: {
    YY: ({ year }) => zeroPadded(year % 100, 2),
    YYYY: ({ year }) => zeroPadded(year, 4),
  },
  M: {
    ...numbered('M', 'month'),
    MMM: (moment) => monthName(moment).slice(0, 3),
    MMMM: monthName,
  },
  D: numbered('D', 'day'),
  E: {
    EEE: (moment) => weekdayName(moment).slice(0, 3),
    EEEE: weekdayName,
  },
  h: numbered('h', 'hour'),
  H: {
    H: ({ hour }) => String(twelveHour(hour)),
    HH: ({ hour }) => zeroPadded(twelveHour(hour), 2),
  },
  A: { AA: ({ hour }) => (hour < 12 ? 'AM' : 'PM') },
  a: { aa: ({ hour }) => (hour < 12 ? 'am' : 'pm') },
  m: numbered('m', 'minute'),
  s: numbered('s', 'second'),
  Z: {
    Z: ({ offset }) => (offset === 0 ? 'Z' : offsetText(offset, ':')),
    ZZZ: ({ offset }) => (offset === 0 ? 'UTC' : offsetText(offset, '')),
    ZZZZ: ({ offset }) => offsetText(offset, ''),
    ZZZZZ: ({ offset }) => offsetText(offset, ':'),
  },
};

function numbered(
  letter: string,
  part: 'month' | 'day' | 'hour' | 'minute' | 'second',
): Readonly<Record<string, Writer>> {
  return {
    [letter]: (moment) => String(moment[part]),
    [letter.repeat(2)]: (moment) => zeroPadded(moment[part], 2),
  };
}

function monthName({ month }: Moment): string {
  return monthNames[month - 1] ?? '';
}

function weekdayName(moment: Moment): string {
  return weekdayNames[weekdayOf(moment)] ?? '';
}

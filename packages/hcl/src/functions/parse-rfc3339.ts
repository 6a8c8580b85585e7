import { FunctionFailure } from './define-function.ts';
import { daysIn, type Moment } from './moment.ts';

/**
 * How closely a text must follow RFC 3339. Packer's own function is `loose`: it reads times as Go does,
 * which takes an hour of one digit, a comma before the fraction and offsets of up to 24:60, and it takes
 * a space for the T. cty's is `strict`.
 */
export type Rfc3339Reading = 'strict' | 'loose';

/**
 * Reads `2006-01-02T15:04:05Z` with an optional fraction. Throws `FunctionFailure`, which blames the
 * argument.
 */
export function parseRfc3339(text: string, reading: Rfc3339Reading, argument: number): Moment {
  const match = grammars[reading].exec(text);
  const [, year, month, day, hour, minute, second, fraction, zone = ''] = match ?? [];
  if (match === null) {
    const advice = 'Write it like "2006-01-02T15:04:05Z" or "2006-01-02T15:04:05+07:00"';
    throw new FunctionFailure(`"${text}" is no date and time in RFC 3339. ${advice}.`, argument);
  }
  const [offsetHours = 0, offsetMinutes = 0] =
    zone === 'Z' ? [] : zone.slice(1).split(':').map(Number);
  const size = offsetHours * 60 + offsetMinutes;
  const moment: Moment = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    nanosecond: Number((fraction ?? '').slice(0, 9).padEnd(9, '0')),
    offset: zone.startsWith('-') ? 0 - size : size,
  };
  const [mostHours, mostMinutes] = reading === 'strict' ? [23, 59] : [24, 60];
  const isOffset = offsetHours <= mostHours && offsetMinutes <= mostMinutes;
  const wrong = impossiblePart(moment) ?? (isOffset ? undefined : 'offset');
  if (wrong === undefined) return moment;
  throw new FunctionFailure(`"${text}" is no date and time: there is no such ${wrong}.`, argument);
}

const grammars: Readonly<Record<Rfc3339Reading, RegExp>> = {
  strict: /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/,
  loose: /^(\d{4})-(\d\d)-(\d\d)[T ](\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/,
};

function impossiblePart({ year, month, day, hour, minute, second }: Moment): string | undefined {
  if (month < 1 || month > 12) return 'month';
  if (day < 1 || day > daysIn(year, month)) return 'day';
  if (hour > 23) return 'hour';
  if (minute > 59) return 'minute';
  return second > 59 ? 'second' : undefined;
}

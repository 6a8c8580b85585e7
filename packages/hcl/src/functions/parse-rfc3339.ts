import { FunctionFailure } from './define-function.ts';
import { daysIn, type Moment } from './moment.ts';

/** What may stand between date and time: Packer's own function also takes a space. */
export type DateTimeSeparator = 'T' | 'T or space';

/**
 * Reads `2006-01-02T15:04:05Z` with an optional fraction, as Go does. Throws `FunctionFailure`, which
 * blames the argument.
 */
export function parseRfc3339(text: string, separator: DateTimeSeparator, argument: number): Moment {
  const match = grammar.exec(text);
  const [, year, month, day, between, hour, minute, second, fraction, zone = ''] = match ?? [];
  if (match === null || (between === ' ' && separator === 'T')) {
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
  const wrong =
    impossiblePart(moment) ?? (offsetHours > 24 || offsetMinutes > 60 ? 'offset' : undefined);
  if (wrong === undefined) return moment;
  throw new FunctionFailure(`"${text}" is no date and time: there is no such ${wrong}.`, argument);
}

const grammar =
  /^(\d{4})-(\d\d)-(\d\d)([T ])(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)$/;

function impossiblePart({ year, month, day, hour, minute, second }: Moment): string | undefined {
  if (month < 1 || month > 12) return 'month';
  if (day < 1 || day > daysIn(year, month)) return 'day';
  if (hour > 23) return 'hour';
  if (minute > 59) return 'minute';
  return second > 59 ? 'second' : undefined;
}

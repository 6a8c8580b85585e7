import {
  type Moment,
  monthNames,
  offsetText,
  twelveHour,
  weekdayNames,
  weekdayOf,
  yearDayOf,
  zeroPadded,
} from './moment.ts';

/**
 * Writes the moment in the form of Go's reference time, `Mon Jan 2 15:04:05 MST 2006`: whatever part of
 * that time stands in the layout is replaced, all else stays. Times in UTC only, whose zone is "UTC".
 */
export function formatGoLayout(layout: string, moment: Moment): string {
  return layout.replace(chunk, (found, underscore?: string, fraction?: string) => {
    // `_2006` is an underscore before a year, not a padded day before `006`.
    if (underscore !== undefined) return `_${zeroPadded(moment.year, 4)}`;
    if (fraction !== undefined) return fractionText(fraction, moment.nanosecond);
    return writers.get(found)?.(moment) ?? found;
  });
}

/** Alternatives in the order in which Go would find them; names only where no small letter follows. */
const chunk = new RegExp(
  [
    '(_2006)',
    'January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST',
    '002|0[1-6]|15|1|2006|2|__2|_2|3|4|5|PM|pm',
    '[-Z]07:00:00|[-Z]07:00|[-Z]070000|[-Z]0700|[-Z]07',
    '([.,](?:0+|9+)(?!\\d))',
  ].join('|'),
  'g',
);

const writers: ReadonlyMap<string, (moment: Moment) => string> = new Map([
  ['January', (moment: Moment) => monthName(moment)],
  ['Jan', (moment) => monthName(moment).slice(0, 3)],
  ['1', ({ month }) => String(month)],
  ['01', ({ month }) => zeroPadded(month, 2)],
  ['Monday', weekdayName],
  ['Mon', (moment) => weekdayName(moment).slice(0, 3)],
  ['2', ({ day }) => String(day)],
  ['_2', ({ day }) => String(day).padStart(2)],
  ['02', ({ day }) => zeroPadded(day, 2)],
  ['__2', (moment) => String(yearDayOf(moment)).padStart(3)],
  ['002', (moment) => zeroPadded(yearDayOf(moment), 3)],
  ['15', ({ hour }) => zeroPadded(hour, 2)],
  ['3', ({ hour }) => String(twelveHour(hour))],
  ['03', ({ hour }) => zeroPadded(twelveHour(hour), 2)],
  ['4', ({ minute }) => String(minute)],
  ['04', ({ minute }) => zeroPadded(minute, 2)],
  ['5', ({ second }) => String(second)],
  ['05', ({ second }) => zeroPadded(second, 2)],
  ['2006', ({ year }) => zeroPadded(year, 4)],
  ['06', ({ year }) => zeroPadded(year % 100, 2)],
  ['PM', ({ hour }) => (hour < 12 ? 'AM' : 'PM')],
  ['pm', ({ hour }) => (hour < 12 ? 'am' : 'pm')],
  ['MST', () => 'UTC'],
  ['-07:00:00', ({ offset }) => `${offsetText(offset, ':')}:00`],
  ['-07:00', ({ offset }) => offsetText(offset, ':')],
  ['-070000', ({ offset }) => `${offsetText(offset, '')}00`],
  ['-0700', ({ offset }) => offsetText(offset, '')],
  ['-07', ({ offset }) => offsetText(offset, '').slice(0, 3)],
  // In UTC all forms with a Z are just that.
  ...['Z07:00:00', 'Z07:00', 'Z070000', 'Z0700', 'Z07'].map((zone) => [zone, () => 'Z'] as const),
]);

/** Zeros ask for so many digits, nines for no more than so many and none at the end that is zero. */
function fractionText(asked: string, nanosecond: number): string {
  const digits = zeroPadded(nanosecond, 9)
    .slice(0, asked.length - 1)
    .padEnd(asked.length - 1, '0');
  if (asked.charAt(1) === '0') return asked.charAt(0) + digits;
  const significant = digits.replace(/0+$/, '');
  return significant === '' ? '' : asked.charAt(0) + significant;
}

function monthName({ month }: Moment): string {
  return monthNames[month - 1] ?? '';
}

function weekdayName(moment: Moment): string {
  return weekdayNames[weekdayOf(moment)] ?? '';
}

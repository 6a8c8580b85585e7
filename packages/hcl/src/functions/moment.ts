/** A moment as a clock at some offset from UTC shows it. */
export interface Moment {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** Minutes east of UTC. */
  readonly offset: number;
}

/** English names, from January. */
export const monthNames: readonly string[] = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** English names, from Sunday. */
export const weekdayNames: readonly string[] = [
  'Sunday',
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
];

/** The moment of a `Date`, in UTC. */
export function momentOf(date: Date): Moment {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond: date.getUTCMilliseconds() * 1_000_000,
    offset: 0,
  };
}

/** Whole seconds since 1970 in UTC. */
export function unixSeconds(moment: Moment): number {
  const { hour, minute, second, offset } = moment;
  return dayNumber(moment) * 86_400 + hour * 3600 + (minute - offset) * 60 + second;
}

/** 0 for Sunday. */
export function weekdayOf(moment: Moment): number {
  // 1 January 1970 was a Thursday.
  return (((dayNumber(moment) + 4) % 7) + 7) % 7;
}

/** 1 for 1 January. */
export function yearDayOf(moment: Moment): number {
  return dayNumber(moment) - dayNumber({ year: moment.year, month: 1, day: 1 }) + 1;
}

/** The week of ISO 8601 and the year that it counts to: that of the week's Thursday. */
export function isoWeekOf(moment: Moment): { readonly year: number; readonly week: number } {
  const monday = dayNumber(moment) - ((weekdayOf(moment) + 6) % 7);
  const { year, month, day } = momentOf(new Date((monday + 3) * 86_400_000));
  const thursday = dayNumber({ year, month, day });
  return { year, week: Math.floor((thursday - dayNumber({ year, month: 1, day: 1 })) / 7) + 1 };
}

/** How many days the month has. */
export function daysIn(year: number, month: number): number {
  return dayNumber({ year, month: month + 1, day: 1 }) - dayNumber({ year, month, day: 1 });
}

/** The number with leading zeros up to `width` digits. */
export function zeroPadded(number: number, width: number): string {
  const sign = number < 0 ? '-' : '';
  return sign + String(Math.abs(number)).padStart(width, '0');
}

/** The moment in RFC 3339, to the second: `2006-01-02T15:04:05Z`. */
export function formatRfc3339(moment: Moment): string {
  const { year, month, day, hour, minute, second, offset } = moment;
  const date = [zeroPadded(year, 4), zeroPadded(month, 2), zeroPadded(day, 2)].join('-');
  const time = [hour, minute, second].map((part) => zeroPadded(part, 2)).join(':');
  return `${date}T${time}${offset === 0 ? 'Z' : offsetText(offset, ':')}`;
}

/** An offset as `+0530`, with the separator between hours and minutes. */
export function offsetText(offset: number, separator: string): string {
  const size = Math.abs(offset);
  const hours = zeroPadded(Math.trunc(size / 60), 2);
  return `${offset < 0 ? '-' : '+'}${hours}${separator}${zeroPadded(size % 60, 2)}`;
}

/** The hour as a clock with twelve of them shows it. */
export function twelveHour(hour: number): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}

/** Days since 1 January 1970. */
function dayNumber({ year, month, day }: Pick<Moment, 'year' | 'month' | 'day'>): number {
  // Years below 100 would be taken for 19xx by the constructor.
  return new Date(0).setUTCFullYear(year, month - 1, day) / 86_400_000;
}

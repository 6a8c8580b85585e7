const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
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

/** Pieces of Go's reference time, longer ones before those that they begin with. */
const piece =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|_2006|__2|_2|002|01|02|03|04|05|06|15|PM|pm|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,](?:0+|9+)(?!\d)|[1-5]/g;

/** A moment in UTC, written by a Go layout such as `2006-01-02T15:04:05Z07:00`. */
export function formatGoTime(layout: string, time: Date): string {
  return layout.replace(piece, (found) => {
    if (/^[.,]/.test(found)) {
      return fraction(found, time);
    }
    if (found === '_2006') {
      return `_${time.getUTCFullYear()}`;
    }
    return pieces[found]?.(time) ?? found;
  });
}

const hour12 = (time: Date): number => time.getUTCHours() % 12 || 12;
const two = (value: number): string => String(value).padStart(2, '0');

function dayOfYear(time: Date): number {
  return Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
}

const pieces: Readonly<Record<string, (time: Date) => string>> = {
  January: (time) => months[time.getUTCMonth()] ?? '',
  Jan: (time) => months[time.getUTCMonth()]?.slice(0, 3) ?? '',
  '1': (time) => String(time.getUTCMonth() + 1),
  '01': (time) => two(time.getUTCMonth() + 1),
  Monday: (time) => days[time.getUTCDay()] ?? '',
  Mon: (time) => days[time.getUTCDay()]?.slice(0, 3) ?? '',
  '2': (time) => String(time.getUTCDate()),
  _2: (time) => String(time.getUTCDate()).padStart(2),
  '02': (time) => two(time.getUTCDate()),
  __2: (time) => String(dayOfYear(time)).padStart(3),
  '002': (time) => String(dayOfYear(time)).padStart(3, '0'),
  '15': (time) => two(time.getUTCHours()),
  '3': (time) => String(hour12(time)),
  '03': (time) => two(hour12(time)),
  '4': (time) => String(time.getUTCMinutes()),
  '04': (time) => two(time.getUTCMinutes()),
  '5': (time) => String(time.getUTCSeconds()),
  '05': (time) => two(time.getUTCSeconds()),
  '2006': (time) => String(time.getUTCFullYear()).padStart(4, '0'),
  '06': (time) => two(time.getUTCFullYear() % 100),
  PM: (time) => (time.getUTCHours() < 12 ? 'AM' : 'PM'),
  pm: (time) => (time.getUTCHours() < 12 ? 'am' : 'pm'),
  MST: () => 'UTC',
  '-0700': () => '+0000',
  '-07:00': () => '+00:00',
  '-07': () => '+00',
  '-070000': () => '+000000',
  '-07:00:00': () => '+00:00:00',
  Z0700: () => 'Z',
  'Z07:00': () => 'Z',
  Z07: () => 'Z',
  Z070000: () => 'Z',
  'Z07:00:00': () => 'Z',
};

/** Zeros keep all digits of the fraction, nines drop trailing zeros. */
function fraction(found: string, time: Date): string {
  const digits = String(time.getUTCMilliseconds())
    .padStart(3, '0')
    .padEnd(9, '0')
    .slice(0, found.length - 1);
  if (found.charAt(1) === '0') {
    return found.charAt(0) + digits;
  }
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? '' : found.charAt(0) + kept;
}

/** The conversions that Packer's `strftime` knows, as Go layouts. */
const conversions: Readonly<Record<string, string>> = {
  a: 'Mon',
  A: 'Monday',
  b: 'Jan',
  B: 'January',
  d: '02',
  H: '15',
  I: '03',
  L: '.000',
  m: '01',
  M: '04',
  p: 'PM',
  S: '05',
  y: '06',
  Y: '2006',
  z: '-0700',
  Z: 'MST',
};

/** A moment in UTC, written by a `strftime` format; conversions that Packer does not know stay as they are. */
export function formatStrftime(format: string, time: Date): string {
  return format.replace(/%(.)/gs, (found, conversion: string) => {
    const layout = conversions[conversion];
    return conversion === '%' ? '%' : layout === undefined ? found : formatGoTime(layout, time);
  });
}

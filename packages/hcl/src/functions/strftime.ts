import { FunctionFailure } from './define-function.ts';
import { formatGoLayout } from './go-time-layout.ts';
import { isoWeekOf, type Moment, weekdayOf, yearDayOf, zeroPadded } from './moment.ts';

/**
 * Writes the moment in the form that C's `strftime` takes. Throws `FunctionFailure`, which blames
 * argument 0, for a letter that has no meaning.
 */
export function formatStrftime(format: string, moment: Moment): string {
  return format.replace(/%(.?)/gsu, (_, letter: string) => {
    const text = specification(letter, moment);
    if (text !== undefined) return text;
    const what = letter === '' ? 'The format ends with a "%"' : `"%${letter}" has no meaning`;
    throw new FunctionFailure(`${what}; write "%%" for a percent sign.`, 0);
  });
}

function specification(letter: string, moment: Moment): string | undefined {
  const layout = layouts.get(letter);
  return layout === undefined ? computed(letter, moment) : formatGoLayout(layout, moment);
}

/** Letters that are one of Go's layouts. */
const layouts: ReadonlyMap<string, string> = new Map([
  ['A', 'Monday'],
  ['a', 'Mon'],
  ['B', 'January'],
  ['b', 'Jan'],
  ['c', 'Mon Jan _2 15:04:05 2006'],
  ['D', '01/02/06'],
  ['d', '02'],
  ['e', '_2'],
  ['F', '2006-01-02'],
  ['H', '15'],
  ['h', 'Jan'],
  ['I', '03'],
  ['j', '002'],
  ['M', '04'],
  ['m', '01'],
  ['p', 'PM'],
  ['R', '15:04'],
  ['r', '03:04:05 PM'],
  ['S', '05'],
  ['T', '15:04:05'],
  ['v', '_2-Jan-2006'],
  ['X', '15:04:05'],
  ['x', '01/02/06'],
  ['Y', '2006'],
  ['y', '06'],
  ['Z', 'MST'],
  ['z', '-0700'],
]);

function computed(letter: string, moment: Moment): string | undefined {
  switch (letter) {
    case '%':
      return '%';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'C':
      return zeroPadded(Math.trunc(moment.year / 100), 2);
    case 'k':
      return String(moment.hour).padStart(2);
    case 'l':
      return formatGoLayout('3', moment).padStart(2);
    case 'u':
      return String(weekdayOf(moment) || 7);
    case 'w':
      return String(weekdayOf(moment));
    case 'U':
      return weekFrom(moment, 0);
    case 'W':
      return weekFrom(moment, 1);
    case 'V':
      return zeroPadded(isoWeekOf(moment).week, 2);
    default:
      return undefined;
  }
}

/** Weeks of the year counted from the first one that starts on the weekday (0: Sunday). */
function weekFrom(moment: Moment, weekday: number): string {
  const daysIntoWeek = (weekdayOf(moment) - weekday + 7) % 7;
  return zeroPadded(Math.floor((yearDayOf(moment) - 1 - daysIntoWeek + 7) / 7), 2);
}

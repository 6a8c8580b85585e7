import { formatGoLayout } from './go-time-layout.ts';
import type { Moment } from './moment.ts';

/** The conversions that Packer knows (from jehiah/go-strftime), as Go layouts. */
const conversions: ReadonlyMap<string, string> = new Map([
  ['a', 'Mon'],
  ['A', 'Monday'],
  ['b', 'Jan'],
  ['B', 'January'],
  ['d', '02'],
  ['H', '15'],
  ['I', '03'],
  ['L', '.000'],
  ['m', '01'],
  ['M', '04'],
  ['p', 'PM'],
  ['S', '05'],
  ['y', '06'],
  ['Y', '2006'],
  ['z', '-0700'],
  ['Z', 'MST'],
]);

/** A moment in UTC, written by a `strftime` format; conversions that Packer does not know stay as they are. */
export function formatStrftime(format: string, moment: Moment): string {
  return format.replace(/%(.)/gs, (found, conversion: string) => {
    if (conversion === '%') return '%';
    const layout = conversions.get(conversion);
    return layout === undefined ? found : formatGoLayout(layout, moment);
  });
}

import { formatGoLayout, momentOf } from '@bake/hcl/go-text';

/** A moment in UTC, written by a Go layout such as `2006-01-02T15:04:05Z07:00`. */
export function formatGoTime(layout: string, time: Date): string {
  return formatGoLayout(layout, momentOf(time));
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

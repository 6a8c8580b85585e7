/** In microseconds; no years: Packer counts them, but no build takes one. */
const units = [
  ['week', 604_800_000_000],
  ['day', 86_400_000_000],
  ['hour', 3_600_000_000],
  ['minute', 60_000_000],
  ['second', 1_000_000],
  ['millisecond', 1000],
  ['microsecond', 1],
] as const;

/** A time as Packer's summary has it, its two largest units: `3 seconds 21 milliseconds`. */
export function elapsed(milliseconds: number): string {
  const parts: string[] = [];
  let rest = Math.round(milliseconds * 1000);
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}${count === 1 ? '' : 's'}`);
  }
  return parts.slice(0, 2).join(' ') || '0 microseconds';
}

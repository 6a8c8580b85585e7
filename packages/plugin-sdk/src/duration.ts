const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const whole = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const piece = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds of a duration as Go writes it (`1h30m`, `-5s`, `0`); `undefined` if it is none. */
export function parseDuration(text: string): number | undefined {
  if (!whole.test(text)) return undefined;
  let milliseconds = 0;
  for (const [, amount, unit] of text.matchAll(piece)) {
    milliseconds += Number(amount) * (units[unit as string] as number);
  }
  return text.startsWith('-') ? -milliseconds : milliseconds;
}

/** A duration as Go prints it: `10s`, `5m0s`, `1h0m0s`, `300ms`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 0) return `-${formatDuration(-milliseconds)}`;
  if (milliseconds < 1000) return milliseconds === 0 ? '0s' : `${milliseconds}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const seconds = (milliseconds % 60_000) / 1000;
  const large = hours > 0 ? `${hours}h${minutes}m` : minutes > 0 ? `${minutes}m` : '';
  return `${large}${seconds}s`;
}

/** What a timer takes at most: longer delays would make it fire at once. */
const longestDelay = 2 ** 31 - 1;

/** A delay for `setTimeout`, in milliseconds: of what is longer than 24 days, as much as a timer can wait. */
export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, longestDelay);
}

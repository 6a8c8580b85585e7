import { drawConduct, type LineConduct, Random } from '@bake/plugin-sdk/testing';

/** What goes wrong in a run, if anything. */
export type Trouble =
  | { readonly kind: 'none' }
  | { readonly kind: 'line'; readonly conduct: LineConduct }
  | { readonly kind: 'signal'; readonly signal: 'SIGSTOP' | 'SIGKILL'; readonly after: number }
  | { readonly kind: 'disk full' };

/** One run, as its seed has it. */
export interface FaultCase {
  readonly seed: number;
  readonly trouble: Trouble;
  /** How many connections have the trouble before all is well; `Infinity` for all. */
  readonly lasts: number;
  readonly method: 'scp' | 'sftp';
  /** Milliseconds; 0 for none. */
  readonly readTimeout: number;
  /** Milliseconds. */
  readonly keepAlive: number;
  readonly fileSize: number;
  readonly isStream: boolean;
  readonly isThroughBastion: boolean;
}

/** Draws a run. */
export function faultCase(seed: number): FaultCase {
  const random = new Random(seed);
  // Seeds that follow one another begin alike.
  for (let n = 0; n < 4; n += 1) random.next();
  const drawn = trouble(random);
  return {
    seed,
    trouble: drawn,
    lasts: random.pick([1, 1, 2, Number.POSITIVE_INFINITY]),
    method: random.pick(['scp', 'sftp']),
    // A machine that is slow to answer because the tests keep it busy is not in trouble.
    readTimeout: drawn.kind === 'none' ? 0 : random.pick([0, 1500, 1500, 1500]),
    keepAlive: random.pick([200, 5000]),
    fileSize: random.size(1, 300_000),
    isStream: random.next() < 0.5,
    isThroughBastion: random.next() < 0.15,
  };
}

function trouble(random: Random): Trouble {
  const dice = random.next();
  if (dice < 0.08) return { kind: 'none' };
  if (dice < 0.16) return { kind: 'disk full' };
  if (dice < 0.3) {
    return {
      kind: 'signal',
      signal: random.pick(['SIGSTOP', 'SIGKILL']),
      after: random.size(30, 1500),
    };
  }
  return { kind: 'line', conduct: drawConduct(random) };
}

/** A case in words, to be read in a report. */
export function describeCase({ seed, trouble, lasts, ...rest }: FaultCase): string {
  return `BAKE_FAULT_SEED=${seed} BAKE_FAULTS=1: ${JSON.stringify(trouble)} on ${lasts} connections, ${JSON.stringify(rest)}`;
}

import type { Listener } from '../events/event-stream.ts';
import type { Registry } from '../plugins/registry.ts';

/** What to do with what a failed build made: `cleanup` removes it, `abort` leaves its machine for inspection. */
export type OnError = 'cleanup' | 'abort';

/** How a plan is to be run. */
export interface RunOptions {
  readonly registry: Registry;
  /** Builds at a time; below 1 is any number. */
  readonly parallelBuilds: number;
  readonly onError: OnError;
  readonly force: boolean;
  readonly debug: boolean;
  /** Aborting it cancels: builds stop, clean up, and no further one starts. */
  readonly signal: AbortSignal;
  readonly listener: Listener;
  /** What configs that are evaluated during the run see as the environment (`~` in paths). */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

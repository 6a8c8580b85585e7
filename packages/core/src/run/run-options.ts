import type { CheckpointStore } from '../cache/checkpoint-store.ts';
import type { BuildExplanation } from '../cache/explanation.ts';
import type { Listener } from '../events/event-stream.ts';
import type { Registry } from '../plugins/registry.ts';
import type { ReadAnswer } from './asker.ts';

/**
 * What to do with what a failed build made: `cleanup` removes it, `abort` leaves its machine for inspection,
 * `run-cleanup-provisioner` does so after the error-cleanup-provisioner, `ask` lets the person who watches
 * choose, or have the failed step done again.
 */
export const onErrorChoices = ['cleanup', 'abort', 'ask', 'run-cleanup-provisioner'] as const;

/** One of `onErrorChoices`. */
export type OnError = (typeof onErrorChoices)[number];

/** What checkpoints there are, and how much they may take up. */
export interface CacheOptions {
  readonly store: CheckpointStore;
  /** Bytes; what is too much is removed at the end, what was used least first. */
  readonly limit: number;
  /** Builds end when it is known what they would take from the cache: nothing is made. Gets to hear of each. */
  readonly explain?: (explanation: BuildExplanation) => void;
}

/** How a plan is to be run. */
export interface RunOptions {
  readonly registry: Registry;
  /** Builds at a time; below 1 is any number. */
  readonly parallelBuilds: number;
  readonly onError: OnError;
  readonly force: boolean;
  /** One build at a time, which stops after every step and before every provisioner until it is told to go on. */
  readonly debug: boolean;
  /** The first build that fails cancels the others. */
  readonly failFast: boolean;
  /** Aborting it cancels: builds stop, clean up, and no further one starts. */
  readonly signal: AbortSignal;
  /** Aborted when the process is about to end whatever happens: what was not undone is then said at once. */
  readonly abandon: AbortSignal;
  /** How to ask; left out when nobody watches. Every question is then answered by its default. */
  readonly readAnswer?: ReadAnswer;
  readonly listener: Listener;
  /** Folder for what outlives the process: the journal of what builds make. */
  readonly stateDir: string;
  /** Go on from checkpoints of earlier builds, and make some; without, there is no cache. */
  readonly cache?: CacheOptions;
  /** What configs that are evaluated during the run see as the environment (`~` in paths, where Vault is). */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

import type { Traces } from './journal.ts';

/** What of this machine goes into a provisioner's work beside its config: the cache tells by it whether that work is still good. */
export interface Inputs {
  /**
   * Files and folders that it reads, absolute or relative to the working folder; what is not set is none. Content, names and modes
   * count.
   */
  readonly files?: readonly (string | undefined)[];
  /**
   * Why its work cannot come from a checkpoint, as the end of a sentence (`it runs on this machine`): it and all provisioners
   * after it then run in every build.
   */
  readonly unkept?: string;
}

/** How a builder keeps states of its machine, from which later builds go on. */
export interface Checkpoints {
  /** What finds a checkpoint that is being made, should the process die meanwhile; `id` is new for each. */
  traces(id: string): Traces;
  /**
   * Makes one of the machine as it is, and resolves when it is whole. Rejects with a `Failure` that says why there can be
   * none; the build goes on without. Once begun it must end, or be gone, when it rejects with the signal's reason. `isLast` says
   * that no provisioner comes after it.
   */
  take(id: string, signal: AbortSignal, isLast: boolean): Promise<TakenCheckpoint>;
}

/** A checkpoint that is whole. */
export interface TakenCheckpoint {
  /** What finds it again, and proves that it is the same one. The builder's `remains.checkpoint` removes it by them. */
  readonly traces: Traces;
  /** What it takes up, in bytes, beside those before it. */
  readonly bytes: number;
}

/** What a builder's machine starts of. */
export interface MachineStart {
  /**
   * All that makes machines differ for provisioners, by name: the source by its identity (a digest and not a name), options that
   * they notice. JSON; the cache keeps it as keyed hashes only. The cache adds the builder, its version and the source block's name.
   */
  readonly source: Readonly<Record<string, unknown>>;
  /** Values of `build.*` that are known by now and will be the same in the next build. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Whether a checkpoint is still there, whole and within reach. */
  holds(traces: Traces, signal: AbortSignal): Promise<boolean>;
}

/** The checkpoint to start the machine of. */
export interface ResumePoint {
  readonly traces: Traces;
  /** It holds the work of all provisioners: the machine need not run. */
  readonly isComplete: boolean;
}

/** The cache of a build (`-cache`). */
export interface BuildCache {
  /** A folder for the builder's own files. It may not be there yet. */
  readonly folder: string;
  /**
   * Finds the last checkpoint that still holds; `undefined` if there is none. Call it once, when the source is known and before there is a machine.
   * `provision` then leaves out what the checkpoint holds, and makes further ones if the machine has `checkpoints`.
   */
  resume(start: MachineStart): Promise<ResumePoint | undefined>;
  /** The checkpoint whose traces have all these values has come to take up so many bytes. */
  resized(traces: Traces, bytes: number): void;
}

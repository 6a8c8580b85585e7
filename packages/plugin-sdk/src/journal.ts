import type { RunContext } from './context.ts';

/** What another process needs to find a thing again: plain JSON, and no secrets. */
export interface Traces {
  readonly [name: string]: string | number | boolean | readonly string[];
}

/** Something that is about to exist outside the process. */
export interface Creation {
  /**
   * Which of the component's `remains` can remove it, or one of those that core can: `path`, a file or folder
   * (traces `path`, absolute, and `identity`, see `identityOf`), `folders`, those of `paths`
   * that are empty, deepest first, see `makeFolders`, `processes`, all that have an entry in their
   * environment (trace `mark`, `NAME=value`; Linux only), `parts`, files and folders below the folder `path` whose names end with
   * `ending`, see `partEnding`, and `elsewhere`, which is only told of.
   */
  readonly kind: string;
  /** What a person calls it: `security group bake-7f3a`. */
  readonly label: string;
  readonly traces: Traces;
}

/** A creation in the journal. It stays there after a crash until `bake cleanup` has seen to it. */
export interface JournalEntry {
  /** Adds to the traces what was not known ahead: the ID that a cloud gave. */
  learn(traces: Traces): void;
  /** The thing is gone, or is meant to stay. */
  close(): void;
}

/** Removes what a run that crashed or was killed has left. */
export interface Remains {
  /**
   * Removes the thing. That it is not there, since it was never made or is gone already, is no failure.
   * Rejects if it may still be there.
   */
  remove(traces: Traces, context: ReclaimContext): Promise<void>;
}

/** What removing gets: there is no build. */
export type ReclaimContext = Pick<RunContext, 'signal' | 'ui'>;

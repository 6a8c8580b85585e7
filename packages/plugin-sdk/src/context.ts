import type { BuildCache } from './checkpoints.ts';
import type { ConnectTarget, Machine } from './communicator.ts';
import type { CommunicatorConfig } from './communicator-config.ts';
import type { Creation, JournalEntry } from './journal.ts';
import type { Step } from './step.ts';

/** Facts about the build that a component works for. */
export interface BuildFacts {
  /** `[build name.]type.name`, what the user sees in front of every line. */
  readonly name: string;
  /** Name of the source block (`packer_build_name`, `PACKER_BUILD_NAME`). */
  readonly sourceName: string;
  /** Type of the builder (`PACKER_BUILDER_TYPE`). */
  readonly builderType: string;
  /** Stands for this run of bake, a UUID. */
  readonly runUuid: string;
  /** The version of Packer's language that bake answers to. */
  readonly coreVersion: string;
  /** `-force` was given: artifacts of earlier runs may be replaced. */
  readonly force: boolean;
  /** `-debug` was given. */
  readonly debug: boolean;
}

/** What every component gets beside its config while it runs. */
export interface RunContext {
  /** Aborts when the build is cancelled or times out. Pass it to everything that waits. */
  readonly signal: AbortSignal;
  readonly ui: Ui;
  readonly build: BuildFacts;
  /** What Go templates see at run time as `{{ .ID }}` and so on: the values of `build.*`. */
  readonly data: Readonly<Record<string, unknown>>;
  /**
   * Registers how to undo something the moment it exists. Undoing goes in reverse order, always, also
   * after failure and cancel, with a signal of its own that aborts after a time limit.
   */
  onCleanup(label: string, undo: Undo, options?: CleanupOptions): Cleanup;
  /**
   * Notes, on disk before it returns, that something is about to be made that would outlive the process. Give
   * the entry to `onCleanup`, or close it. Throws a `Failure` if it cannot be noted: then do not make the thing.
   */
  journal(creation: Creation): JournalEntry;
  /**
   * From now on this text is redacted wherever it would be shown, also where it is written in JSON, a URL, a
   * shell or PowerShell string, or base64. Other forms of it are secrets of their own: protect them, too.
   */
  protect(secret: string): void;
  /**
   * Asks the person who watches and gives the line that was typed. Rejects with a `Failure` when nobody
   * sits at a terminal, and with the signal's reason when the build is cancelled meanwhile.
   */
  ask(question: string, options?: AskOptions): Promise<string>;
}

/** How to ask. */
export interface AskOptions {
  /** What is typed is not shown while it is typed, nor anywhere else from then on. */
  readonly isSecret?: boolean;
}

/** Takes something away again. */
export type Undo = (signal: AbortSignal) => Promise<void> | void;

/** How a cleanup behaves. */
export interface CleanupOptions {
  /**
   * Runs even with `-on-error=abort`, which otherwise leaves a failed build's machine for inspection:
   * set it for what no one would inspect (temporary files, connections, servers in this process).
   */
  readonly always?: true;
  /** Runs only when the build failed or was cancelled: for what a good build keeps (its output). */
  readonly onFailureOnly?: true;
  /** The journal's note of the thing: closed when it is undone, dismissed, or meant to stay. */
  readonly entry?: JournalEntry;
}

/** A registered cleanup. */
export interface Cleanup {
  /** Undoes it now instead of at the end; later calls do nothing. Rejects if undoing fails. */
  now(): Promise<void>;
  /** Forgets it: the thing was handed on or is gone. */
  dismiss(): void;
}

/** What a builder gets. */
export interface BuildContext extends RunContext {
  /** Checkpoints of earlier builds, with `-cache`. */
  readonly cache?: BuildCache;
  /**
   * Runs a step, so that it shows up in progress and timing. With `-on-error=ask` a step that failed may be run
   * again, after what it registered with `onCleanup` was undone; `-debug` stops after each. Steps inside of a
   * step are part of it. A builder that calls neither `step` nor `connect` is of one piece: nobody is asked,
   * and its `error-cleanup-provisioner` does not run (as in Packer's builder `file`).
   */
  step<I, O>(step: Step<I, O>, input: I): Promise<O>;
  /** Connects by the communicator that the config names; the connection is closed when the build ends. */
  connect(config: CommunicatorConfig, target?: ConnectTarget): Promise<Machine>;
  /**
   * Runs the build's provisioners in order. `generated` are the values behind `build.NAME` that the
   * builder declared in `provides`, and `ID`. Without a machine (the `file` builder, communicator
   * "none") provisioners that need one fail.
   */
  provision(machine: Machine, generated: Readonly<Record<string, unknown>>): Promise<void>;
}

/** How a component talks to the person who watches. */
export interface Ui {
  /** A step forward, worth a line. May have several lines. */
  say(text: string): void;
  /** Something went wrong and the build goes on, or more about what will fail it. */
  error(text: string): void;
  /** Output of a command, any number of bytes at a time; lines are put together by core. */
  output(stream: 'stdout' | 'stderr', chunk: Uint8Array | string): void;
  /** How far a transfer or wait has come. `total` is absent when it is not known. */
  progress(report: Progress): void;
}

/** One report of progress; reports with the same label belong together. */
export interface Progress {
  readonly label: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'percent' | 'items';
}

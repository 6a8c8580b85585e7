import type { ShownRange } from '@bake/hcl';

/**
 * Everything that can be seen of a run, as a closed union of JSON-serialisable records. Views are folds
 * over it. Texts are redacted before an event is handed out.
 */
export type BakeEvent =
  | RunStart
  | BuildStart
  | StepStart
  | StepEnd
  | Resume
  | CheckpointEvent
  | Message
  | Output
  | ProgressReport
  | DiagnosticEvent
  | ArtifactEvent
  | Ask
  | Answer
  | Cancelling
  | Leftover
  | Abandoned
  | BuildEnd
  | RunEnd;

interface Stamped {
  /** ISO 8601, UTC, milliseconds. */
  readonly time: string;
}

/** The run begins; `builds` in template order. */
export interface RunStart extends Stamped {
  readonly type: 'run-start';
  readonly runUuid: string;
  readonly builds: readonly string[];
  /** `-debug`: builds run one after the other and stop after every step. */
  readonly debug: boolean;
}

/** A build begins. */
export interface BuildStart extends Stamped {
  readonly type: 'build-start';
  readonly build: string;
}

/** What a step is: a builder's own, or one of the template's components. */
export type StepKind = 'builder' | 'provisioner' | 'error-cleanup-provisioner' | 'post-processor';

/** A step begins. `step` is unique within the build and stays the same until its `step-end`. */
export interface StepStart extends Stamped {
  readonly type: 'step-start';
  readonly build: string;
  readonly step: string;
  readonly kind: StepKind;
  readonly name: string;
  /** Where the template asks for it; absent for a builder's own steps. */
  readonly subject?: ShownRange;
}

/** A step is over. */
export interface StepEnd extends Stamped {
  readonly type: 'step-end';
  readonly build: string;
  readonly step: string;
  readonly outcome: Outcome;
  /** How long it took, to the microsecond. */
  readonly milliseconds: number;
}

/**
 * With `-cache`: how many of the build's `total` provisioners need not run, since their work is in a checkpoint, and why that of
 * the next one is not.
 */
export interface Resume extends Stamped {
  readonly type: 'resume';
  readonly build: string;
  readonly done: number;
  readonly total: number;
  /** The checkpoint, and when it was made (RFC 3339); absent when none holds. */
  readonly checkpoint?: string;
  readonly made?: string;
  /** Type of the next provisioner, and why it runs; absent when there is none. */
  readonly next?: string;
  readonly reason?: string;
}

/**
 * With `-cache`: the machine is kept as it is after `done` of `total` provisioners, or can't be and will not be kept later in this build
 * either.
 */
export interface CheckpointEvent extends Stamped {
  readonly type: 'checkpoint';
  readonly build: string;
  readonly state: 'made' | 'not-made';
  readonly done: number;
  readonly total: number;
  /** Type of the last provisioner. */
  readonly provisioner: string;
  /** Why it is not made. */
  readonly reason?: string;
}

/** How something ended. */
export type Outcome = 'ok' | 'failed' | 'cancelled';

/** A line that core or a component says, without colour; may hold line breaks. */
export interface Message extends Stamped {
  readonly type: 'message';
  readonly level: 'info' | 'error';
  /** Absent for messages about the run as a whole. */
  readonly build?: string;
  /** The post-processor that says it. */
  readonly postProcessor?: string;
  readonly text: string;
}

/** One line of a command's output. */
export interface Output extends Stamped {
  readonly type: 'output';
  readonly build: string;
  readonly postProcessor?: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

/** How far a transfer or a wait is. */
export interface ProgressReport extends Stamped {
  readonly type: 'progress';
  readonly build: string;
  readonly label: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: 'bytes' | 'percent' | 'items';
}

/** Something the user should know about the template: what `load()` and `plan()` report, as an event. */
export interface DiagnosticEvent extends Stamped {
  readonly type: 'diagnostic';
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly subject?: ShownRange;
}

/** A build has yielded an artifact; `index` counts from 0 within the build. */
export interface ArtifactEvent extends Stamped {
  readonly type: 'artifact';
  readonly build: string;
  readonly index: number;
  readonly artifact: ArtifactRecord;
}

/** What is said of an artifact. */
export interface ArtifactRecord {
  readonly builderId: string;
  readonly id: string;
  readonly files: readonly string[];
  readonly description: string;
}

/** A question to the person who watches. No other is asked, in any build, until its `answer`. */
export interface Ask extends Stamped {
  readonly type: 'ask';
  readonly build: string;
  readonly text: string;
}

/** The question is answered; without `text` nobody did: the run was cancelled, or the input ended. */
export interface Answer extends Stamped {
  readonly type: 'answer';
  readonly build: string;
  readonly text?: string;
}

/** What runs is being cancelled; `reason` is `interrupt`, `terminated`, or that another build failed. */
export interface Cancelling extends Stamped {
  readonly type: 'cancelling';
  readonly reason: string;
  /** The build whose failure is the reason (`-fail-fast`). */
  readonly build?: string;
}

/**
 * Something was not undone and may still be there. `label` says what undoing it is (`stop the machine`);
 * without `reason` bake was ended before it came to it.
 */
export interface Leftover extends Stamped {
  readonly type: 'leftover';
  readonly build: string;
  readonly label: string;
  readonly reason?: string;
}

/** The process is about to end with `journaled` things in its journal that `bake cleanup` can see to. */
export interface Abandoned extends Stamped {
  readonly type: 'abandoned';
  readonly journaled: number;
}

/** A build is over. */
export interface BuildEnd extends Stamped {
  readonly type: 'build-end';
  readonly build: string;
  readonly outcome: Outcome;
  readonly milliseconds: number;
  readonly error?: ErrorRecord;
}

/** Why something failed. */
export interface ErrorRecord {
  readonly summary: string;
  readonly detail?: string;
  /** Only for what nobody foresaw: a bug in bake or in a plugin. */
  readonly stack?: string;
}

/** The run is over. */
export interface RunEnd extends Stamped {
  readonly type: 'run-end';
  readonly outcome: Outcome;
  readonly milliseconds: number;
}

type Unstamped<E> = E extends Stamped ? Omit<E, 'time'> : never;

/** An event as it is emitted, before it gets its time. */
export type EventBody = Unstamped<BakeEvent>;

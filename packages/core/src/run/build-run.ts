import type { Scope, ShownRange } from '@bake/hcl';
import {
  type AskOptions,
  type BuildFacts,
  Failure,
  isCancellation,
  messageOf,
  type RunContext,
} from '@bake/plugin-sdk';
import { Cleanups, type Ending } from '../components/cleanups.ts';
import type { Outcome, StepKind } from '../events/event.ts';
import type { EventStream } from '../events/event-stream.ts';
import type { Journal } from '../journal/journal.ts';
import type { Owner } from '../journal/record.ts';
import type { Plan, PlannedBuild } from '../plan/plan.ts';
import type { Answers } from '../services/answers.ts';
import { coreVersion } from '../version.ts';
import type { Asker } from './asker.ts';
import { BuildCheckpoints } from './build-checkpoints.ts';
import { BuildSteps } from './build-steps.ts';
import { type BuildUi, buildUi } from './build-ui.ts';
import type { RunOptions } from './run-options.ts';

/** What all builds of a run share. */
export interface SharedRun {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly events: EventStream;
  readonly asker: Asker;
  readonly journal: Journal;
  /** Builds that have begun and are not over. */
  readonly running: Set<BuildRun>;
  /** Aborts when the run is cancelled, from outside or by `-fail-fast`. */
  readonly signal: AbortSignal;
  readonly runUuid: string;
  /** `var`, `local`, `data`, `path`, `packer` for configs that are evaluated during the run. */
  readonly scope: Scope;
  /** What such configs are evaluated with. */
  readonly answers: Answers;
}

/** One build while it runs: its identity, its events, what it must undo, what is known of its machine. */
export class BuildRun {
  readonly shared: SharedRun;
  readonly build: PlannedBuild;
  readonly ui: BuildUi;
  readonly cleanups: Cleanups = new Cleanups();
  readonly steps: BuildSteps = new BuildSteps(this);
  readonly facts: BuildFacts;
  /** With `-cache`. */
  readonly checkpoints: BuildCheckpoints | undefined;
  /** Values of `build.*` that the builder gave; empty until there is a machine. */
  data: Readonly<Record<string, unknown>> = {};
  /** Names that the builder declared beside the standard ones. */
  provides: readonly string[] = [];
  /** Why the error-cleanup-provisioner failed. */
  cleanupFailure: unknown;
  #hasFailed = false;
  #count = 0;

  constructor(build: PlannedBuild, shared: SharedRun) {
    this.build = build;
    this.shared = shared;
    this.ui = buildUi(shared.events, build.name);
    const { cache } = shared.options;
    this.checkpoints = cache && new BuildCheckpoints(this, cache.store);
    this.facts = {
      name: build.name,
      sourceName: build.sourceName,
      builderType: build.builder.type,
      runUuid: shared.runUuid,
      coreVersion,
      force: shared.options.force,
      debug: shared.options.debug,
    };
  }

  get signal(): AbortSignal {
    return this.shared.signal;
  }

  /** Whether what a failed build made is to stay for inspection. */
  get keepsRemains(): boolean {
    const { onError } = this.shared.options;
    return onError === 'abort' || onError === 'run-cleanup-provisioner' || this.steps.areAborted;
  }

  /** Whether the build failed, and was not only cancelled; known when it has ended badly. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /**
   * Takes down what ended the build. After a cancel that is its echo, or whatever a component made of it, unless
   * a step had failed before: then a person was asked what to do, and answered by cancelling.
   */
  endBadly(error: unknown): void {
    const { signal, steps } = this;
    const isEcho = isCancellation(error, signal) || steps.failure === undefined;
    this.#hasFailed = !(signal.aborted && isEcho);
  }

  /** Undoes what was registered since the mark. What cannot be undone is said; it fails nothing. */
  cleanUp(ending: Ending, mark = 0): Promise<void> {
    return this.cleanups.runDownTo(mark, ending, (label, error) =>
      this.#leftover(label, messageOf(error)),
    );
  }

  /** Says what is not undone yet: the process is about to end. */
  abandon(): void {
    for (const label of this.cleanups.pending({ failed: true, keepRemains: this.keepsRemains })) {
      this.#leftover(label);
    }
  }

  /** Asks the person who watches, see `Asker`. */
  ask(text: string): Promise<string | undefined> {
    return this.shared.asker.ask(this.build.name, text, this.signal);
  }

  /** Waits until the person who watches presses enter. */
  async pause(text: string): Promise<void> {
    await this.ask(text);
  }

  async #answer(question: string, signal: AbortSignal, options?: AskOptions): Promise<string> {
    const { asker } = this.shared;
    const answer = await asker.ask(this.build.name, question, signal, options);
    signal.throwIfAborted();
    if (answer !== undefined) return answer;
    throw new Failure({
      summary: 'Error asking for input: no available tty',
      detail: `Nobody is there to answer: "${question}" Start bake at a terminal, and not with -json or -machine-readable.`,
    });
  }

  #leftover(label: string, reason?: string): void {
    const record = { type: 'leftover', build: this.build.name, label } as const;
    this.shared.events.emit(reason === undefined ? record : { ...record, reason });
  }

  /** The context of the component `owner`; `ui` and `signal` may be narrower than the build's own. */
  context(owner: Owner, signal: AbortSignal, ui: BuildUi = this.ui): RunContext {
    return {
      signal,
      ui,
      build: this.facts,
      data: this.data,
      onCleanup: (label, undo, options) => this.cleanups.add(label, undo, options),
      journal: (creation) => {
        const label = this.shared.events.hide(creation.label);
        return this.shared.journal.announce({ ...creation, label }, owner, this.build.name);
      },
      protect: (secret) => this.shared.events.protect(secret),
      ask: (question, options) => this.#answer(question, signal, options),
    };
  }

  /** Runs a piece of work between its `step-start` and `step-end` events. */
  async step<T>(
    kind: StepKind,
    name: string,
    work: () => Promise<T>,
    subject?: ShownRange,
  ): Promise<T> {
    this.#count += 1;
    const step = `${this.#count}`;
    const { events, signal } = this.shared;
    const start = performance.now();
    const end = (outcome: Outcome): void => {
      this.ui.flush();
      const milliseconds = since(start);
      events.emit({ type: 'step-end', build: this.build.name, step, outcome, milliseconds });
    };
    const record = { type: 'step-start', build: this.build.name, step, kind, name } as const;
    events.emit(subject === undefined ? record : { ...record, subject });
    try {
      const result = await work();
      end('ok');
      return result;
    } catch (error) {
      end(signal.aborted ? 'cancelled' : 'failed');
      throw error;
    }
  }
}

/** Milliseconds since `start` by `performance.now()`, to the microsecond. */
export function since(start: number): number {
  return Math.round((performance.now() - start) * 1000) / 1000;
}

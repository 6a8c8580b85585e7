import type { Scope } from '@bake/hcl';
import type { BuildFacts, RunContext } from '@bake/plugin-sdk';
import { Cleanups } from '../components/cleanups.ts';
import type { Outcome, StepKind } from '../events/event.ts';
import type { EventStream } from '../events/event-stream.ts';
import type { Plan, PlannedBuild } from '../plan/plan.ts';
import { coreVersion } from '../version.ts';
import { type BuildUi, buildUi } from './build-ui.ts';
import type { RunOptions } from './run-options.ts';

/** What all builds of a run share. */
export interface SharedRun {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly events: EventStream;
  readonly runUuid: string;
  /** `var`, `local`, `data`, `path`, `packer` for configs that are evaluated during the run. */
  readonly scope: Scope;
}

/** One build while it runs: its identity, its events, what it must undo, what is known of its machine. */
export class BuildRun {
  readonly shared: SharedRun;
  readonly build: PlannedBuild;
  readonly ui: BuildUi;
  readonly cleanups: Cleanups = new Cleanups();
  readonly facts: BuildFacts;
  /** Values of `build.*` that the builder gave; empty until there is a machine. */
  data: Readonly<Record<string, unknown>> = {};
  /** Names that the builder declared beside the standard ones. */
  provides: readonly string[] = [];
  #steps = 0;

  constructor(build: PlannedBuild, shared: SharedRun) {
    this.build = build;
    this.shared = shared;
    this.ui = buildUi(shared.events, build.name);
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

  /** The context of a component; `ui` and `signal` may be narrower than the build's own. */
  context(signal: AbortSignal, ui: BuildUi = this.ui): RunContext {
    return {
      signal,
      ui,
      build: this.facts,
      data: this.data,
      onCleanup: (label, undo, options) => this.cleanups.add(label, undo, options),
      protect: (secret) => this.shared.events.protect(secret),
    };
  }

  /** Runs a piece of work between its `step-start` and `step-end` events. */
  async step<T>(kind: StepKind, name: string, work: () => Promise<T>): Promise<T> {
    this.#steps += 1;
    const step = `${this.#steps}`;
    const { events, options } = this.shared;
    const start = performance.now();
    const end = (outcome: Outcome): void => {
      this.ui.flush();
      const milliseconds = Math.round(performance.now() - start);
      events.emit({ type: 'step-end', build: this.build.name, step, outcome, milliseconds });
    };
    events.emit({ type: 'step-start', build: this.build.name, step, kind, name });
    try {
      const result = await work();
      end('ok');
      return result;
    } catch (error) {
      end(options.signal.aborted ? 'cancelled' : 'failed');
      throw error;
    }
  }
}

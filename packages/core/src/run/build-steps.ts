import { messageOf } from '@bake/plugin-sdk';
import type { BuildRun } from './build-run.ts';

/**
 * A builder's steps as Packer's users know them (core-behaviour, sections 7.4 and 7.5): the pauses of
 * `-debug`, and the question of `-on-error=ask`. Only outermost steps count. A builder that neither calls
 * `step` nor `connect` is of one piece, as the builder `file`, and none of this is for it.
 */
export class BuildSteps {
  readonly #run: BuildRun;
  /** Names of the steps that are done, oldest first. */
  readonly #done: string[] = [];
  #failed: { readonly title: string; readonly error: unknown } | undefined;
  #isInside = false;
  #verdict: 'clean-up' | 'abort' | undefined;

  constructor(run: BuildRun) {
    this.#run = run;
  }

  /** Whether the builder works in steps at all. */
  get exist(): boolean {
    return this.#done.length > 0 || this.#failed !== undefined || this.#isInside;
  }

  /** Whether the person said to leave everything as it is. */
  get areAborted(): boolean {
    return this.#verdict === 'abort';
  }

  /** Why a step failed; `undefined` when none did, or only because the run was cancelled. */
  get failure(): unknown {
    return this.#failed?.error;
  }

  /** Does a step; after a failure again, if the person wants it, and then without what the first try made. */
  async run<T>(name: string, attempt: () => Promise<T>): Promise<T> {
    if (this.#isInside) return attempt();
    const title = titleOf(name);
    for (;;) {
      const { mark } = this.#run.cleanups;
      try {
        const result = await this.#inside(attempt);
        await this.#succeeded(title);
        return result;
      } catch (error) {
        this.#failed = { title, error: this.#run.signal.aborted ? undefined : error };
        if (!(await this.#isRetryWanted(title, error))) throw error;
        await this.#run.cleanUp({ failed: true, keepRemains: false }, mark);
      }
    }
  }

  /** Says what `-on-error=abort` leaves as it is. */
  announceAbort(error: unknown): void {
    const { ui, signal } = this.#run;
    if (signal.aborted) ui.error('Interrupted, aborting...');
    else {
      ui.error(messageOf(error));
      if (this.#failed !== undefined) ui.error(`Step "${this.#failed.title}" failed, aborting...`);
    }
    for (const title of this.#done.toReversed()) {
      ui.error(`aborted: skipping cleanup of step "${title}"`);
    }
  }

  async #inside<T>(attempt: () => Promise<T>): Promise<T> {
    this.#isInside = true;
    try {
      return await attempt();
    } finally {
      this.#isInside = false;
    }
  }

  async #succeeded(title: string): Promise<void> {
    this.#failed = undefined;
    this.#done.push(title);
    if (!this.#run.facts.debug) return;
    await this.#run.pause(`Pausing after run of step '${title}'. Press enter to continue.`);
    this.#run.cleanups.interject(
      () => this.#run.pause(`Pausing before cleanup of step '${title}'. Press enter to continue.`),
      ({ failed, keepRemains }) => !(failed && keepRemains),
    );
  }

  async #isRetryWanted(title: string, error: unknown): Promise<boolean> {
    const { ui, signal, shared } = this.#run;
    if (shared.options.onError !== 'ask' || signal.aborted) return false;
    ui.error(messageOf(error));
    ui.say(`Step "${title}" failed`);
    const verdict = await this.#askVerdict();
    if (verdict === 'retry') return true;
    this.#verdict = verdict;
    return false;
  }

  async #askVerdict(): Promise<'clean-up' | 'abort' | 'retry'> {
    for (;;) {
      const answer = await this.#run.ask(
        '[c] Clean up and exit, [a] abort without cleanup, or [r] retry step (build may fail even if retry succeeds)?',
      );
      switch ((answer ?? '').charAt(0).toLowerCase()) {
        case '':
        case 'c':
          return 'clean-up';
        case 'a':
          return 'abort';
        case 'r':
          return 'retry';
        default:
          this.#run.ui.say(`Incorrect input: ${JSON.stringify(answer)}`);
      }
    }
  }
}

/** The name as Packer spells it, which scripts that answer prompts wait for: `connect` is `StepConnect`. */
function titleOf(name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `Step${words.join('')}`;
}

import type { BakeEvent, Listener, StepStart } from '@bake/core';
import { stepTitle } from '../log/log-listener.ts';

type BuildEvent = BakeEvent & { readonly build: string };

/**
 * Puts what a build says during a step into a group that GitHub Actions can fold. Groups cannot overlap, so
 * only one build speaks at a time: the others wait until its step is over. Without others nothing waits.
 */
export function githubGroups(write: (line: string) => void, next: Listener): Listener {
  const groups = new GithubGroups(write, next);
  return (event) => groups.handle(event);
}

class GithubGroups {
  readonly #write: (line: string) => void;
  readonly #next: Listener;
  /** The build whose group is open. */
  #speaker: string | undefined;
  /** The step that each build is in, as far as its events have gone out. */
  readonly #steps = new Map<string, StepStart>();
  readonly #waiting = new Map<string, BuildEvent[]>();

  constructor(write: (line: string) => void, next: Listener) {
    this.#write = write;
    this.#next = next;
  }

  handle(event: BakeEvent): void {
    if (!isOfBuild(event) || isUrgent(event)) {
      this.#drain();
      this.#close();
      this.#next(event);
    } else if (this.#speaker === undefined || this.#speaker === event.build) {
      this.#show(event);
      if (this.#speaker === undefined) this.#letOthersSpeak();
    } else {
      this.#waiting.set(event.build, [...(this.#waiting.get(event.build) ?? []), event]);
    }
  }

  #show(event: BuildEvent): void {
    if (event.type === 'step-start') this.#steps.set(event.build, event);
    const step = this.#steps.get(event.build);
    const isText = event.type === 'message' || event.type === 'output';
    if (isText && step !== undefined && this.#speaker === undefined) {
      this.#write(`::group::${event.build}: ${stepTitle(step)}`);
      this.#speaker = event.build;
    }
    if (event.type === 'step-end' && step?.step === event.step) {
      this.#steps.delete(event.build);
      this.#close();
    }
    this.#next(event);
  }

  /** Shows what waits, build by build, until one is found in the middle of a step. */
  #letOthersSpeak(): void {
    for (const [build, events] of this.#waiting) {
      this.#waiting.delete(build);
      for (const event of events) this.#show(event);
      if (this.#speaker !== undefined) return;
    }
  }

  /** Shows all that waits, whoever is in the middle of what. */
  #drain(): void {
    for (const [build, events] of this.#waiting) {
      this.#close();
      this.#waiting.delete(build);
      for (const event of events) this.#show(event);
    }
  }

  #close(): void {
    if (this.#speaker === undefined) return;
    this.#speaker = undefined;
    this.#write('::endgroup::');
  }
}

function isOfBuild(event: BakeEvent): event is BuildEvent {
  return 'build' in event && event.build !== undefined;
}

/** What cannot wait, and must not be folded away. */
function isUrgent({ type }: BakeEvent): boolean {
  return (
    type === 'cancelling' ||
    type === 'leftover' ||
    type === 'abandoned' ||
    type === 'ask' ||
    type === 'answer'
  );
}

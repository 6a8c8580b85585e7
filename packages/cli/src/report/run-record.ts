import type { ArtifactRecord, BakeEvent, ErrorRecord, Outcome } from '@bake/core';
import { stepKey, stepTitle } from '../log/log-listener.ts';

/** A step of a build, in milliseconds since the run began; without `end` it was cut off. */
export interface StepRecord {
  readonly title: string;
  readonly start: number;
  readonly end?: number;
  readonly outcome?: Outcome;
}

/** A line of a log. */
export interface LogLine {
  /** Milliseconds since the run began. */
  readonly at: number;
  readonly kind: 'step' | 'info' | 'error' | 'output';
  readonly text: string;
}

/** What became of a build. */
export interface BuildRecord {
  readonly name: string;
  readonly start?: number;
  readonly end?: number;
  readonly outcome?: Outcome;
  readonly error?: ErrorRecord;
  readonly steps: readonly StepRecord[];
  readonly log: readonly LogLine[];
  /** How many lines at the beginning of the log were left out. */
  readonly omitted: number;
  readonly artifacts: readonly ArtifactRecord[];
  /** What was not undone, and why. */
  readonly leftovers: readonly string[];
}

/** A whole run; without `outcome` it came to no end, or to no beginning. */
export interface RunRecord {
  /** ISO 8601, UTC. */
  readonly began: string | undefined;
  readonly uuid: string | undefined;
  readonly outcome: Outcome | undefined;
  readonly milliseconds: number | undefined;
  /** In the order of the template. */
  readonly builds: readonly BuildRecord[];
  /** What belongs to no build. */
  readonly log: readonly LogLine[];
}

/** Lines kept of a log: a page of more is one that no phone opens. */
const mostLines = 5000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

/** Folds the events of a run into a record of it. */
export class RunRecorder {
  readonly #run: Mutable<RunRecord> = {
    began: undefined,
    uuid: undefined,
    outcome: undefined,
    milliseconds: undefined,
    builds: [],
    log: [],
  };
  readonly #builds = new Map<string, Mutable<BuildRecord>>();
  readonly #steps = new Map<string, Mutable<StepRecord>>();

  get record(): RunRecord {
    return this.#run;
  }

  readonly listener = (event: BakeEvent): void => {
    switch (event.type) {
      case 'run-start':
        this.#begin(event);
        return;
      case 'run-end':
        this.#run.outcome = event.outcome;
        this.#run.milliseconds = event.milliseconds;
        return;
      case 'cancelling':
        this.#say(undefined, event.time, 'error', `Cancelling: ${event.reason}`);
        return;
      case 'message':
        this.#say(
          event.build,
          event.time,
          event.level,
          withSpeaker(event.postProcessor, event.text),
        );
        return;
      default:
        if ('build' in event && event.build !== undefined) this.#ofBuild(event, event.build);
    }
  };

  #begin({ time, runUuid, builds }: Extract<BakeEvent, { type: 'run-start' }>): void {
    this.#run.began = time;
    this.#run.uuid = runUuid;
    for (const name of builds) {
      const build = { name, steps: [], log: [], omitted: 0, artifacts: [], leftovers: [] };
      this.#builds.set(name, build);
      this.#run.builds.push(build);
    }
  }

  #ofBuild(event: BakeEvent, name: string): void {
    const build = this.#builds.get(name);
    if (build === undefined) return;
    const at = this.#since(event.time);
    switch (event.type) {
      case 'build-start':
        build.start = at;
        return;
      case 'step-start': {
        const step = { title: stepTitle(event), start: at };
        this.#steps.set(stepKey(event), step);
        build.steps.push(step);
        this.#say(name, event.time, 'step', step.title);
        return;
      }
      case 'step-end': {
        const step = this.#steps.get(stepKey(event));
        if (step === undefined) return;
        step.end = step.start + event.milliseconds;
        step.outcome = event.outcome;
        return;
      }
      case 'output':
        this.#say(name, event.time, 'output', withSpeaker(event.postProcessor, event.line));
        return;
      case 'ask':
        this.#say(name, event.time, 'info', event.text);
        return;
      case 'artifact':
        build.artifacts.push(event.artifact);
        return;
      case 'leftover':
        build.leftovers.push(event.reason ? `${event.label}: ${event.reason}` : event.label);
        return;
      case 'build-end':
        build.end = (build.start ?? at) + event.milliseconds;
        build.outcome = event.outcome;
        if (event.error !== undefined) build.error = event.error;
    }
  }

  #say(name: string | undefined, time: string, kind: LogLine['kind'], text: string): void {
    const build = name === undefined ? undefined : this.#builds.get(name);
    const log = (build ?? this.#run).log;
    log.push({ at: this.#since(time), kind, text });
    // What comes last says most about how it ended.
    if (build === undefined || log.length <= 2 * mostLines) return;
    build.omitted += log.splice(0, mostLines).length;
  }

  #since(time: string): number {
    return this.#run.began === undefined ? 0 : Date.parse(time) - Date.parse(this.#run.began);
  }
}

function withSpeaker(postProcessor: string | undefined, text: string): string {
  return postProcessor === undefined ? text : `(${postProcessor}) ${text}`;
}

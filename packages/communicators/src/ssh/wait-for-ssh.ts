import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, timerDelay } from '@bake/plugin-sdk';
import { DialError, TimeUp } from '../network/dial-error.ts';
import type { Connection } from './connection.ts';
import type { Redial } from './link.ts';
import { type Patience, pauseAfter } from './patience.ts';
import {
  adviceFor,
  describeStage,
  isDialError,
  isRefusedLogin,
  type SshDialError,
  type Stage,
  saysMore,
} from './stage.ts';

/** Milliseconds of waiting that nobody needs to be told about. */
const quietFor = 1000;

/**
 * Tries until the machine lets us in. Rejects with a `Failure` when patience has run out, with the
 * signal's reason when it aborts, and at once with errors that no further try would mend. `say` hears how
 * far the tries come, whenever that changes.
 */
export async function waitForSsh(
  dial: Redial,
  patience: Patience,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Connection> {
  const clock = new AbortController();
  const timer =
    patience.timeout > 0
      ? setTimeout(() => clock.abort(new TimeUp()), timerDelay(patience.timeout))
      : undefined;
  const attempts = new Attempts(say);
  const either = AbortSignal.any([signal, clock.signal]);
  try {
    return await tryUntil(dial, patience, attempts, either);
  } catch (error) {
    if (signal.aborted || !clock.signal.aborted) throw error;
    throw attempts.timedOut();
  } finally {
    clearTimeout(timer);
  }
}

async function tryUntil(
  dial: Redial,
  { refusals }: Patience,
  attempts: Attempts,
  signal: AbortSignal,
): Promise<Connection> {
  for (;;) {
    try {
      return await dial(signal);
    } catch (error) {
      if (!isDialError(error)) throw error;
      attempts.add(error);
      if (refusals > 0 && attempts.refused >= refusals) throw attempts.refusedTooOften(error);
      await sleep(pauseAfter(error.stage, attempts.inARow), undefined, { signal });
    }
  }
}

class Attempts {
  readonly #start = Date.now();
  /** The last one that has something to say. */
  #last: SshDialError | undefined;
  /** A later one had no time to say anything. */
  #isLastCutOff = false;
  #told: Stage | undefined;
  #total = 0;
  readonly #say: (text: string) => void;
  /** Tries at the end of the list that came to the same. */
  inARow = 0;
  refused = 0;

  constructor(say: (text: string) => void) {
    this.#say = say;
  }

  add(error: SshDialError): void {
    this.inARow = this.#last?.stage === error.stage ? this.inARow + 1 : 1;
    this.#isLastCutOff = this.#last !== undefined && !saysMore(error, this.#last);
    if (!this.#isLastCutOff) this.#last = error;
    this.#total += 1;
    if (isRefusedLogin(error.stage)) this.refused += 1;
    if (error.stage === this.#told || Date.now() - this.#start < quietFor) return;
    this.#told = error.stage;
    this.#say(
      `Still waiting for SSH after ${this.#elapsed()}: the last try ${describeStage(error)}`,
    );
  }

  refusedTooOften(error: SshDialError): Failure {
    return new Failure({
      summary: 'SSH authentication failed',
      detail: this.#story(error),
      cause: error,
    });
  }

  timedOut(): Failure {
    // There is no last one only when time was up before the first had begun.
    const last = this.#last ?? new DialError<Stage>('connection', 'there was no time for it');
    return new Failure({
      summary: `Timeout waiting for SSH after ${this.#elapsed()}`,
      detail: this.#story(last),
      cause: last,
    });
  }

  #story(last: SshDialError): string {
    const tries = this.#total === 1 ? '1 try' : `${this.#total} tries`;
    const which = this.#isLastCutOff ? 'The last one that came to an end' : 'The last one';
    const end = `bake gave up after ${tries} in ${this.#elapsed()}. ${which} ${describeStage(last)}.`;
    return `${end} ${adviceFor(last.stage)}`;
  }

  #elapsed(): string {
    const milliseconds = Date.now() - this.#start;
    return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} seconds`;
  }
}

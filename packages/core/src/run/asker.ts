import type { AskOptions } from '@bake/plugin-sdk';
import type { EventStream } from '../events/event-stream.ts';

/**
 * Reads one line from the person who watches, unseen if it is a secret; `undefined` when the signal aborts
 * or the input ends.
 */
export type ReadAnswer = (signal: AbortSignal, options?: AskOptions) => Promise<string | undefined>;

/** Asks questions of all builds of a run, one at a time. */
export class Asker {
  readonly #events: EventStream;
  readonly #read: ReadAnswer | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(events: EventStream, read: ReadAnswer | undefined) {
    this.#events = events;
    this.#read = read;
  }

  /**
   * The answer; `undefined` when there is none, because nobody watches or the run is cancelled. Never
   * rejects. When nobody watches, the question is not even shown.
   */
  ask(
    build: string,
    text: string,
    signal: AbortSignal,
    options: AskOptions = {},
  ): Promise<string | undefined> {
    const read = this.#read;
    if (read === undefined) return Promise.resolve(undefined);
    const answer = this.#last.then(async () => {
      if (signal.aborted) return undefined;
      // Before the question is seen: what is typed at once must not be shown either.
      const unseen = options.isSecret ? read(signal, options) : undefined;
      this.#events.emit({ type: 'ask', build, text });
      const line = await (unseen ?? read(signal, options));
      if (options.isSecret && line !== undefined) this.#events.protect(line);
      this.#events.emit({ type: 'answer', build, ...(line !== undefined && { text: line }) });
      return line;
    });
    this.#last = answer;
    return answer;
  }
}

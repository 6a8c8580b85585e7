/** Lets one piece of work in at a time, in the order of coming. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Waits for its turn; work whose signal aborts meanwhile is not begun. */
  take<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const turn = this.#last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

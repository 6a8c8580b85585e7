import type { BakeEvent, EventBody } from './event.ts';
import type { Redactor } from './redact.ts';

/** Takes events; must not throw. */
export type Listener = (event: BakeEvent) => void;

/** Where a run's events go out: stamped with the time, secrets hidden. */
export class EventStream {
  readonly #listener: Listener;
  readonly #redactor: Redactor;

  constructor(listener: Listener, redactor: Redactor) {
    this.#listener = listener;
    this.#redactor = redactor;
  }

  /** Hands an event to the listener. */
  emit(body: EventBody): void {
    const event = { time: new Date().toISOString(), ...this.#redactor.hideIn(body) };
    this.#listener(event as BakeEvent);
  }

  /** From now on hides `secret` in every event. */
  protect(secret: string): void {
    this.#redactor.add(secret);
  }
}

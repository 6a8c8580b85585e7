import type { BakeEvent, EventBody } from './event.ts';
import type { Split } from './line-assembler.ts';
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
    const event = { time: new Date().toISOString(), ...hideTexts(body, this.#redactor) };
    this.#listener(event as BakeEvent);
  }

  /** The text without secrets, for what people see some other way than by events. */
  hide(text: string): string {
    return this.#redactor.hide(text);
  }

  /** See `Redactor.split`. */
  readonly split: Split = (text) => this.#redactor.split(text);

  /** From now on hides `secret` in every event. */
  protect(secret: string): void {
    this.#redactor.add(secret);
  }
}

/**
 * Fields of events that hold free text. All others are words of a closed set and names that tie events
 * together (`type`, `outcome`, `build`): a secret that happens to be `ok` must not change those.
 */
const textFields: ReadonlySet<string> = new Set([
  'text',
  'line',
  'label',
  'reason',
  'summary',
  'detail',
  'stack',
  'description',
  'id',
  'files',
]);

function hideTexts<T extends object>(record: T, redactor: Redactor): T {
  const entries = Object.entries(record).map(([key, value]) => [key, hidden(key, value, redactor)]);
  return Object.fromEntries(entries) as T;
}

function hidden(key: string, value: unknown, redactor: Redactor): unknown {
  if (typeof value === 'string') return textFields.has(key) ? redactor.hide(value) : value;
  if (Array.isArray(value)) return value.map((item) => hidden(key, item, redactor));
  return typeof value === 'object' && value !== null ? hideTexts(value, redactor) : value;
}

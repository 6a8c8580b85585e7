import { type BakeEvent, bakeVersion, type Listener } from '@bake/core';
import { type Diagnostic, showRange } from '@bake/hcl';
import type { Terminal } from '../terminal.ts';
import type { DiagnosticsView } from './diagnostics.ts';

/** The version of the lines, see docs/events.md: raised when a reader of the old form could be misled. */
const format = 1;

/** The lines that surround a run's events. */
type Frame =
  | {
      readonly type: 'bake';
      readonly format: number;
      readonly bakeVersion: string;
      readonly command: string;
    }
  | { readonly type: 'end'; readonly exitCode: number };

/** Milliseconds between reports of the same progress: more are for eyes. */
const progressInterval = 1000;

/** A command for programs: one JSON object a line, for each event, framed by `bake` and `end`. */
export class JsonView implements DiagnosticsView {
  readonly #terminal: Terminal;
  readonly #progress = new Map<string, number>();

  constructor(terminal: Terminal, command: string) {
    this.#terminal = terminal;
    this.#write({ type: 'bake', format, bakeVersion, command });
  }

  /** Takes the events of a run. */
  readonly listener: Listener = (event) => {
    if (event.type === 'progress' && this.#isTooSoon(event)) return;
    this.#line(event);
  };

  show(diagnostics: readonly Diagnostic[]): void {
    for (const { severity, code, summary, detail, subject } of diagnostics) {
      const record = { type: 'diagnostic', severity, code, summary, detail } as const;
      this.#write(subject === undefined ? record : { ...record, subject: showRange(subject) });
    }
  }

  note(text: string): void {
    this.#write({ type: 'message', level: 'info', text });
  }

  say(level: 'info' | 'error', text: string): void {
    this.#write({ type: 'message', level, text });
  }

  /** Writes the last line, and gives the exit code back. */
  end(exitCode: number): number {
    this.#write({ type: 'end', exitCode });
    return exitCode;
  }

  #write(record: Frame | Unstamped<BakeEvent>): void {
    this.#line({ time: new Date().toISOString(), ...record });
  }

  #line(record: object): void {
    this.#terminal.writeData(`${JSON.stringify(record)}\n`);
  }

  #isTooSoon(event: Extract<BakeEvent, { type: 'progress' }>): boolean {
    const { build, label, done, total, time } = event;
    const key = JSON.stringify([build, label]);
    const now = Date.parse(time);
    const isLast = done === total;
    if (!isLast && now - (this.#progress.get(key) ?? 0) < progressInterval) return true;
    this.#progress.set(key, now);
    return false;
  }
}

type Unstamped<E> = E extends BakeEvent ? Omit<E, 'time'> : never;

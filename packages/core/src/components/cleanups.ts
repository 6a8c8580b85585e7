import type { Cleanup, CleanupOptions, JournalEntry, Undo } from '@bake/plugin-sdk';

/** How the work ended that the cleanups belong to. */
export interface Ending {
  /** It failed or was cancelled. */
  readonly failed: boolean;
  /** Leave what a person would want to look at (`-on-error=abort`). */
  readonly keepRemains: boolean;
}

/** Told of a cleanup that failed: the thing may still be there. */
export type ReportLeftover = (label: string, error: unknown) => void;

/** How long one undo may take before it is given up. */
const limit = 120_000;

/** What must be undone, in order of creation. */
export class Cleanups {
  readonly #entries: Entry[] = [];
  #current: Entry | undefined;

  /** Registers one; the newest is undone first. */
  add(label: string, undo: Undo, options: CleanupOptions = {}): Cleanup {
    const wanted = (ending: Ending): boolean => isWanted(options, ending);
    const entry = new Entry(label, wanted, withLimit(undo, label), options.entry);
    this.#entries.push(entry);
    return { now: () => entry.run(), dismiss: () => entry.dismiss() };
  }

  /** Has `work` done when undoing comes to this point, if the ending calls for it. It takes its time. */
  interject(work: () => Promise<void>, isWanted: (ending: Ending) => boolean): void {
    this.#entries.push(new Entry(undefined, isWanted, work));
  }

  /** How many there are: what a later `runDownTo` goes back to. */
  get mark(): number {
    return this.#entries.length;
  }

  /** Undoes what was registered since the mark, newest first, as far as the ending calls for it. Never rejects. */
  async runDownTo(mark: number, ending: Ending, report: ReportLeftover): Promise<void> {
    // Undoing may register more, so the list is asked again each time.
    while (this.#entries.length > mark) {
      const entry = this.#entries.pop() as Entry;
      if (!entry.isWanted(ending)) {
        // What a failure leaves for inspection stays in the journal: it can be removed by that later.
        if (!ending.failed) entry.dismiss();
        continue;
      }
      this.#current = entry;
      await entry.run().catch((error: unknown) => report(entry.label ?? '', error));
      this.#current = undefined;
    }
  }

  /** Undoes all that this ending calls for, newest first, one after the other. Never rejects. */
  run(ending: Ending, report: ReportLeftover): Promise<void> {
    return this.runDownTo(0, ending, report);
  }

  /** Labels of what this ending calls for and is not done yet, newest first. */
  pending(ending: Ending): readonly string[] {
    const current = this.#current === undefined ? [] : [this.#current];
    return [...this.#entries, ...current]
      .toReversed()
      .filter((entry) => !entry.isDone && entry.isWanted(ending))
      .flatMap(({ label }) => label ?? []);
  }
}

function isWanted(options: CleanupOptions, { failed, keepRemains }: Ending): boolean {
  if (options.onFailureOnly && !failed) return false;
  return options.always === true || !(failed && keepRemains);
}

class Entry {
  /** Absent for what undoes nothing. */
  readonly label: string | undefined;
  readonly isWanted: (ending: Ending) => boolean;
  isDone = false;
  readonly #work: () => Promise<void>;
  readonly #note: JournalEntry | undefined;
  #running: Promise<void> | undefined;

  constructor(
    label: string | undefined,
    isWanted: (ending: Ending) => boolean,
    work: () => Promise<void>,
    note?: JournalEntry,
  ) {
    this.label = label;
    this.isWanted = isWanted;
    this.#work = work;
    this.#note = note;
  }

  dismiss(): void {
    this.#running ??= Promise.resolve();
    this.#done();
  }

  run(): Promise<void> {
    this.#running ??= this.#work().then(() => this.#done());
    return this.#running;
  }

  #done(): void {
    this.isDone = true;
    this.#note?.close();
  }
}

function withLimit(undo: Undo, label: string): () => Promise<void> {
  return async () => {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const expiry = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error(`"${label}" took longer than ${limit / 1000} seconds`);
        controller.abort(error);
        reject(error);
      }, limit);
    });
    try {
      await Promise.race([undo(controller.signal), expiry]);
    } finally {
      clearTimeout(timer);
    }
  };
}

import type { Cleanup, CleanupOptions, Undo } from '@bake/plugin-sdk';

/** How the work ended that the cleanups belong to. */
export interface Ending {
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

  /** Registers one; the newest is undone first. */
  add(label: string, undo: Undo, options: CleanupOptions = {}): Cleanup {
    const entry = new Entry(label, undo, options);
    this.#entries.push(entry);
    return { now: () => entry.run(), dismiss: () => entry.dismiss() };
  }

  /** Undoes all that this ending calls for, newest first, one after the other. Never rejects. */
  async run(ending: Ending, report: ReportLeftover): Promise<void> {
    // Undoing may register more, so the list is asked again each time.
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      if (!entry.isWanted(ending)) continue;
      try {
        await entry.run();
      } catch (error) {
        report(entry.label, error);
      }
    }
  }
}

class Entry {
  readonly label: string;
  readonly #undo: Undo;
  readonly #options: CleanupOptions;
  #running: Promise<void> | undefined;

  constructor(label: string, undo: Undo, options: CleanupOptions) {
    this.label = label;
    this.#undo = undo;
    this.#options = options;
  }

  isWanted({ failed, keepRemains }: Ending): boolean {
    if (this.#options.onFailureOnly && !failed) return false;
    return this.#options.always === true || !(failed && keepRemains);
  }

  dismiss(): void {
    this.#running ??= Promise.resolve();
  }

  run(): Promise<void> {
    this.#running ??= withLimit(this.#undo, this.label);
    return this.#running;
  }
}

async function withLimit(undo: Undo, label: string): Promise<void> {
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
}

import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Creation, JournalEntry } from '@bake/plugin-sdk';
import { Failure, messageOf } from '@bake/plugin-sdk';
import { thisProcess } from './process-identity.ts';
import type { JournalRecord, Owner } from './record.ts';

/** Where journals are, below the folder for bake's state. */
export function journalFolder(stateDir: string): string {
  return join(stateDir, 'journal');
}

/**
 * What a run makes outside its process, one JSON line for each event, written before the thing is made. The file
 * appears with the first entry, and goes when the run ends with nothing left.
 */
export class Journal {
  readonly #path: string;
  readonly #folder: string;
  readonly #header: JournalRecord;
  readonly #open = new Set<number>();
  #file: number | undefined;
  #count = 0;

  constructor(stateDir: string, run: string, templateFolder: string) {
    this.#folder = journalFolder(stateDir);
    this.#path = join(this.#folder, `${run}.jsonl`);
    const time = new Date().toISOString();
    this.#header = { format: 1, run, process: thisProcess(), time, templateFolder };
  }

  /** On disk when it returns. Throws a `Failure` if it cannot be written: then the thing must not be made. */
  announce(creation: Creation, owner: Owner, build?: string): JournalEntry {
    this.#count += 1;
    const id = this.#count;
    const { kind, label, traces } = creation;
    this.#write({ open: id, ...(build && { build }), owner, kind, label, traces });
    this.#open.add(id);
    return {
      learn: (more) => {
        if (this.#open.has(id)) this.#write({ learn: id, traces: more });
      },
      close: () => {
        if (this.#open.delete(id)) this.#write({ close: id });
      },
    };
  }

  /** How many things it knows of that may exist now. */
  get openEntries(): number {
    return this.#open.size;
  }

  /** The run is over. What is still open stays in the file. */
  end(): void {
    if (this.#file === undefined) return;
    closeSync(this.#file);
    this.#file = undefined;
    if (this.#open.size === 0) rmSync(this.#path, { force: true });
  }

  /** In its place only with its first line, so that every journal there tells whose it is. */
  #begin(): number {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const beside = `${this.#path}.${process.pid}.new`;
    const file = openSync(beside, 'a', 0o600);
    try {
      writeSync(file, line(this.#header));
      renameSync(beside, this.#path);
      syncFolder(this.#folder);
      return file;
    } catch (error) {
      closeSync(file);
      rmSync(beside, { force: true });
      throw error;
    }
  }

  #write(record: JournalRecord): void {
    try {
      this.#file ??= this.#begin();
      writeSync(this.#file, line(record));
      // What is closed and forgotten after a power cut is found missing by `bake cleanup`; no need to wait.
      if (!('close' in record)) fdatasyncSync(this.#file);
    } catch (cause) {
      throw new Failure({
        summary: `Could not write the journal: ${messageOf(cause)}`,
        detail: `What a build makes is noted in ${this.#path} first, so that it can be removed after a crash. Make room there, or set BAKE_STATE_DIR to a folder that can be written to.`,
        cause,
      });
    }
  }
}

/** The name of a journal before its first line is whole: it says which process writes that. */
export const unfinishedJournal: RegExp = /\.(\d+)\.new$/;

/** A file that was made survives a power cut only with its folder. Windows sees to that itself. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function line(record: JournalRecord): string {
  return `${JSON.stringify(record)}\n`;
}

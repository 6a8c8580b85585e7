import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { journalFolder } from './journal.ts';
import { isRunning } from './process-identity.ts';
import { type ReadJournal, readJournal } from './record.ts';

/** What a run that has ended left behind. */
export interface RunRemains extends ReadJournal {
  /** The journal's file. */
  readonly path: string;
}

/**
 * Journals of runs that are over, oldest first. Those of running ones are left out, those that hold nothing are
 * removed.
 */
export function findRemains(stateDir: string): readonly RunRemains[] {
  const folder = journalFolder(stateDir);
  const found = journalNames(folder).flatMap((name): readonly RunRemains[] => {
    const path = join(folder, name);
    const journal = readJournal(readFileSync(path, 'utf8'));
    if (journal === undefined || isRunning(journal.run.process)) return [];
    if (journal.remnants.length > 0) return [{ ...journal, path }];
    rmSync(path, { force: true });
    return [];
  });
  return found.toSorted((a, b) => (a.run.time < b.run.time ? -1 : 1));
}

function journalNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  } catch {
    // No run has ever kept a journal here.
    return [];
  }
}

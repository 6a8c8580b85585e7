import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '@bake/plugin-sdk';
import { journalFolder, unfinishedJournal } from './journal.ts';
import { exists, stateOf } from './process-identity.ts';
import { type ReadJournal, readJournal } from './record.ts';

/** What a run that has ended left behind. */
export interface RunRemains extends ReadJournal {
  /** The journal's file. */
  readonly path: string;
}

/** A journal from which nothing can be removed here. */
export interface UnclearJournal {
  /** The journal's file. */
  readonly path: string;
  readonly problem: string;
  /** What to do about it. */
  readonly advice: string;
  /** The host of its run, when that is what keeps it from being told whether the run is over. */
  readonly host?: string;
}

/** All that journals tell. */
export interface FoundRemains {
  /** Runs that are over and left something, oldest first. */
  readonly runs: readonly RunRemains[];
  readonly unclear: readonly UnclearJournal[];
}

/** Milliseconds after which nobody is about to write the first line of a journal any more. */
const settled = 60_000;

/**
 * Reads all journals. Those of running processes are left out, those that hold nothing are removed. Runs of
 * `goneHost`, a host or container that does not exist any more, count as over.
 */
export function findRemains(stateDir: string, goneHost?: string): FoundRemains {
  const folder = journalFolder(stateDir);
  removeUnfinished(folder);
  const found = journalNames(folder).flatMap(
    (name) => examined(join(folder, name), goneHost) ?? [],
  );
  const runs = found.filter((journal) => 'run' in journal);
  return {
    runs: runs.toSorted((a, b) => (a.run.time < b.run.time ? -1 : 1)),
    unclear: found.filter((journal) => 'problem' in journal),
  };
}

function journalNames(folder: string): readonly string[] {
  return namesIn(folder).filter((name) => name.endsWith('.jsonl'));
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No run has ever kept a journal here.
    return [];
  }
}

/**
 * Removes journals whose process died before their first line was whole: they announced nothing. A process that still
 * lives, on another host perhaps, finds its file missing and makes nothing.
 */
function removeUnfinished(folder: string): void {
  for (const name of namesIn(folder)) {
    const pid = unfinishedJournal.exec(name)?.[1];
    if (pid !== undefined && !exists(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

/** `undefined` when there is nothing to do about it. */
function examined(path: string, goneHost?: string): RunRemains | UnclearJournal | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const journal = readJournal(text);
    if (journal === undefined) return withoutHeader(path, text);
    const { host } = journal.run.process;
    const state = host === goneHost ? 'ended' : stateOf(journal.run.process);
    if (state === 'running') return undefined;
    if (journal.remnants.length + journal.damaged.length === 0) {
      if (state === 'ended') rmSync(path, { force: true });
      return undefined;
    }
    return state === 'ended' ? { ...journal, path } : ofOtherHost(path, host);
  } catch (error) {
    // Its run has ended meanwhile, well.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return unreadable(path, messageOf(error));
  }
}

/** Before its first line is whole, nothing that a journal announces is made. */
function withoutHeader(path: string, text: string): UnclearJournal | undefined {
  if (text.includes('\n')) return unreadable(path, 'it is damaged');
  if (Date.now() - statSync(path).mtimeMs > settled) rmSync(path, { force: true });
  return undefined;
}

function unreadable(path: string, reason: string): UnclearJournal {
  return {
    path,
    problem: `it cannot be read (${reason}), so that nobody knows what its run left`,
    advice: 'Look into it, remove what it names, then remove it.',
  };
}

function ofOtherHost(path: string, host: string): UnclearJournal {
  return {
    path,
    host,
    problem: `its run began on the host or in the container "${host}", and cannot be seen from here`,
    advice: `Run "bake cleanup" there, or "bake cleanup -host=${host}" here if that is gone for good.`,
  };
}

import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateFolder } from '../state-folder.ts';
import type { Terminal } from '../terminal.ts';

/** How many lines come back in the next console. */
export const historySize = 1000;

/** Lines typed earlier. */
export interface History {
  /** Newest first. */
  readonly lines: readonly string[];
  /** Keeps a line for the next console. */
  add(line: string): void;
}

/**
 * Opens the user's history, a file in the state folder that only they can read. A history that cannot be
 * read or written is no reason to stop: then it is empty, or ends with this console.
 */
export function openHistory(environment: Terminal['environment']): History {
  const file = join(stateFolder(environment), 'console-history');
  const lines = readLines(file);
  let last = lines.at(-1);
  return {
    lines: lines.slice(-historySize).reverse(),
    add(line) {
      if (!isKept(line) || line === last) return;
      last = line;
      attempt(() => append(file, line));
    },
  };
}

/** As in shells, a line that begins with a space is not for the file: so a secret can be tried out. */
function isKept(line: string): boolean {
  return line.trim() !== '' && line.trim() !== 'exit' && !line.startsWith(' ');
}

function readLines(file: string): readonly string[] {
  const text = attempt(() => readFileSync(file, 'utf8')) ?? '';
  const lines = text.split('\n').filter((line) => line !== '');
  if (lines.length <= 2 * historySize) return lines;
  const newest = lines.slice(-historySize);
  attempt(() => writeFileSync(file, `${newest.join('\n')}\n`));
  return newest;
}

/** One line at a time, so that consoles side by side do not lose each other's. */
function append(file: string, line: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  appendFileSync(file, `${line}\n`, { mode: 0o600 });
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

import type { Machine } from '../communicator.ts';
import type { RunContext } from '../context.ts';
import type { JournalEntry } from '../journal.ts';

/**
 * Notes a file that is about to be put on a machine, if the machine outlives the build: `bake cleanup` can tell of it
 * after a crash, no more. On a machine that goes away with the build there is nothing to note.
 */
export function noteElsewhere(
  path: string,
  { facts, outlives }: Machine,
  context: RunContext,
): JournalEntry | undefined {
  if (outlives === undefined) return undefined;
  const place = `${facts.User}@${facts.Host}:${facts.Port}`;
  const label = `${path} on ${place}`;
  return context.journal({ kind: 'elsewhere', label, traces: { place, path } });
}

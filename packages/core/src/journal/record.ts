import type { ManifestKind, Traces } from '@bake/plugin-sdk';
import type { ProcessIdentity } from './process-identity.ts';

/** Who made a thing: a component, or the run itself. */
export type Owner = { readonly kind: ManifestKind; readonly type: string } | 'run';

/** The first line of a journal. */
export interface RunRecord {
  readonly format: 1;
  readonly run: string;
  readonly process: ProcessIdentity;
  /** When the run began, RFC 3339. */
  readonly time: string;
  /** Folder of its template, absolute: plugins are found from there. */
  readonly templateFolder: string;
}

/** A thing is about to be made. */
export interface OpenRecord {
  readonly open: number;
  readonly build?: string;
  readonly owner: Owner;
  readonly kind: string;
  readonly label: string;
  readonly traces: Traces;
}

/** More is known of it. */
export interface LearnRecord {
  readonly learn: number;
  readonly traces: Traces;
}

/** It is gone, or meant to stay. */
export interface CloseRecord {
  readonly close: number;
}

/** One line of a journal. */
export type JournalRecord = RunRecord | OpenRecord | LearnRecord | CloseRecord;

/** A thing that may still exist. */
export type Remnant = OpenRecord;

/** A journal as it stands. */
export interface ReadJournal {
  readonly run: RunRecord;
  /** What is not closed, newest first: the order of removal. */
  readonly remnants: readonly Remnant[];
  /** Lines that are no records: nobody knows what they told of. */
  readonly damaged: readonly string[];
}

/**
 * Reads a journal's text; `undefined` if its first line is none of a journal. A last line that was cut off when the
 * process died is passed over: what it announced was not begun.
 */
export function readJournal(text: string): ReadJournal | undefined {
  const lines = text.split('\n').filter((line) => line !== '');
  const [run, ...records] = lines.flatMap((line) => parsed(line) ?? []);
  if (run === undefined || !('format' in run) || run.format !== 1) return undefined;
  const open = new Map<number, OpenRecord>();
  for (const record of records) {
    if ('open' in record) open.set(record.open, record);
    else if ('close' in record) open.delete(record.close);
    else if ('learn' in record) learn(open, record);
  }
  const whole = text.endsWith('\n') ? lines : lines.slice(0, -1);
  const damaged = whole.filter((line) => parsed(line) === undefined);
  return { run, remnants: [...open.values()].reverse(), damaged };
}

function learn(open: Map<number, OpenRecord>, { learn: id, traces }: LearnRecord): void {
  const record = open.get(id);
  if (record !== undefined) open.set(id, { ...record, traces: { ...record.traces, ...traces } });
}

function parsed(line: string): JournalRecord | undefined {
  try {
    const record: unknown = JSON.parse(line);
    return typeof record === 'object' && record !== null ? (record as JournalRecord) : undefined;
  } catch {
    return undefined;
  }
}

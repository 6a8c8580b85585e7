import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { isFailure, messageOf, type ReclaimContext, type Remains } from '@bake/plugin-sdk';
import type { Registry } from '../plugins/registry.ts';
import { builtInRemains } from './built-in-remains.ts';
import type { RunRemains } from './find-remains.ts';
import type { JournalRecord, Remnant } from './record.ts';

/** What became of one remnant. */
export interface Reclaimed {
  readonly remnant: Remnant;
  /** Why it may still be there; absent when it is gone. */
  readonly problem?: string;
}

/** What removing needs. */
export interface ReclaimOptions {
  readonly registry: Registry;
  readonly context: ReclaimContext;
  /** Takes also what could not be removed off the journal. */
  readonly forget: boolean;
}

/**
 * Removes what a run left, the newest first, and keeps in its journal what could not be removed and what could not be
 * read. Reports each as it is done; stops between two when the signal aborts.
 */
export async function* reclaim(
  { path, run, remnants, damaged }: RunRemains,
  { registry, context, forget }: ReclaimOptions,
): AsyncGenerator<Reclaimed> {
  const remaining = new Set(remnants);
  const lost = forget ? [] : damaged;
  if (remnants.length + lost.length === 0) rewrite(path, [run], lost);
  for (const remnant of remnants) {
    if (context.signal.aborted) return;
    const problem = await removeOne(remnant, registry, context);
    if (problem === undefined || forget) {
      remaining.delete(remnant);
      rewrite(path, [run, ...[...remaining].reverse()], lost);
    }
    yield problem === undefined ? { remnant } : { remnant, problem };
  }
}

/** Leaves the journal as it was, or as it is to be; a journal of nothing goes. */
function rewrite(
  path: string,
  records: readonly JournalRecord[],
  damaged: readonly string[],
): void {
  if (records.length + damaged.length === 1) {
    rmSync(path, { force: true });
    return;
  }
  // Another cleanup may be at work on the same journal.
  const beside = `${path}.${process.pid}.new`;
  const lines = [...records.map((record) => JSON.stringify(record)), ...damaged];
  const text = lines.map((line) => `${line}\n`).join('');
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}

async function removeOne(
  remnant: Remnant,
  registry: Registry,
  context: ReclaimContext,
): Promise<string | undefined> {
  try {
    const remains = await remainsOf(remnant, registry);
    if (remains === undefined) return `nothing here knows how to remove a "${remnant.kind}"`;
    await remains.remove(remnant.traces, context);
    return undefined;
  } catch (error) {
    const detail = isFailure(error) && error.detail ? ` ${error.detail}` : '';
    return `${messageOf(error)}${detail}`;
  }
}

/** A component's own way to remove a kind comes before core's. */
async function remainsOf(
  { owner, kind }: Remnant,
  registry: Registry,
): Promise<Remains | undefined> {
  if (owner !== 'run' && registry.has(owner.kind, owner.type)) {
    const { component } = await registry.load(owner.kind, owner.type);
    const own = component.remains?.[kind];
    if (own !== undefined) return own;
  }
  return Object.hasOwn(builtInRemains, kind) ? builtInRemains[kind] : undefined;
}

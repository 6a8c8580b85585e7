import type { StoredCheckpoint } from './checkpoint-store.ts';

/** How much a cache may keep. */
export interface CacheLimits {
  /** Bytes of all checkpoints together. */
  readonly bytes?: number;
  /** Milliseconds since a build last used one. */
  readonly age?: number;
  /** What was used since then stays in any case, milliseconds since 1970: a build may be at work with it. */
  readonly inUseSince?: number;
}

/** The checkpoints that are too many or too old, those to go first at the front: the least used, and of one build the last. */
export function surplusOf(
  checkpoints: readonly StoredCheckpoint[],
  { bytes = Number.POSITIVE_INFINITY, age, inUseSince = Number.POSITIVE_INFINITY }: CacheLimits,
  now: number,
): readonly StoredCheckpoint[] {
  const oldestFirst = checkpoints.toSorted((a, b) => a.lastUsed - b.lastUsed || b.done - a.done);
  let total = oldestFirst.reduce((sum, each) => sum + each.bytes, 0);
  return oldestFirst.filter((checkpoint) => {
    const isOld = age !== undefined && now - checkpoint.lastUsed > age;
    const isSurplus = (isOld || total > bytes) && checkpoint.lastUsed < inUseSince;
    if (isSurplus) total -= checkpoint.bytes;
    return isSurplus;
  });
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Removing } from './removing.ts';

/**
 * Looks for things that were perhaps made. When it is not known whether they were, AWS may be about to make them, so
 * nothing is believed only after some looks.
 */
export async function lookAgain<T>(
  isUncertain: boolean,
  look: () => Promise<readonly T[]>,
  { signal, pace }: Removing,
): Promise<readonly T[]> {
  for (let left = isUncertain ? 5 : 1; ; left -= 1) {
    const found = await look();
    if (found.length > 0 || left === 1) return found;
    await sleep(Math.min(pace.delay ?? 2000, 2000), undefined, { signal });
  }
}

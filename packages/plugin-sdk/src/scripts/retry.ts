import { setTimeout as wait } from 'node:timers/promises';

/** Pause between two attempts, in milliseconds. */
export const retryDelay = 2000;

/**
 * Tries until it works, but starts no further attempt after `timeout` milliseconds: the machine may be
 * rebooting. Rejects with what the last attempt rejected with, or with the signal's reason.
 */
export async function tryFor<T>(
  timeout: number,
  signal: AbortSignal,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + timeout;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (performance.now() >= deadline) throw error;
    }
    await wait(retryDelay, undefined, { signal });
  }
}

import { setTimeout } from 'node:timers/promises';
import { timerDelay } from '../../duration.ts';

/** Waits, unless it is cancelled: then rejects with the signal's reason. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return;
  await setTimeout(timerDelay(milliseconds), undefined, { signal }).catch(() =>
    signal.throwIfAborted(),
  );
}

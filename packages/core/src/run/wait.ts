import { setTimeout } from 'node:timers/promises';
import { timerDelay } from '@bake/plugin-sdk';

/** Waits; rejects with the signal's reason as soon as it aborts. */
export async function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(timerDelay(milliseconds), undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

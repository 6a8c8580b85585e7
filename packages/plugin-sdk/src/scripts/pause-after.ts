import { setTimeout as wait } from 'node:timers/promises';
import type { RunContext } from '../context.ts';
import { formatDuration, timerDelay } from '../duration.ts';

/** The option `pause_after`: waits so many milliseconds and says so; nothing for none. */
export async function pauseAfter(
  pause: number | undefined,
  { ui, signal }: Pick<RunContext, 'ui' | 'signal'>,
): Promise<void> {
  if (pause === undefined || pause <= 0) return;
  ui.say(`Pausing ${formatDuration(pause)} after this provisioner...`);
  await wait(timerDelay(pause), undefined, { signal });
}

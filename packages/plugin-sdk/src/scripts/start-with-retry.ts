import { setTimeout as wait } from 'node:timers/promises';
import type { Machine } from '../communicator.ts';
import type { RunContext } from '../context.ts';
import { formatDuration } from '../duration.ts';
import { isFailure } from '../failure.ts';
import { retryDelay } from './retry.ts';

/**
 * Tries to start something on the machine until it works, at most for `timeout` milliseconds: the
 * machine may be rebooting. What fails twice in the same way though the machine answers in between will
 * not get better by waiting (a folder that does not exist): it fails at once, and so does everything
 * when there is no connection at all, or to a container.
 */
export async function startWithRetry<T>(
  timeout: number,
  machine: Machine,
  { signal, ui }: Pick<RunContext, 'signal' | 'ui'>,
  start: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + timeout;
  let last: string | undefined;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      signal.throwIfAborted();
      if (!isFailure(error) || performance.now() >= deadline || !mayReboot(machine)) {
        throw error;
      }
      if (error.message === last && (await answers(machine, signal))) {
        throw error;
      }
      if (last === undefined) {
        ui.say(
          `Could not start the script yet: ${error.message}. Trying again for up to ${formatDuration(timeout)}.`,
        );
      }
      last = error.message;
    }
    await wait(retryDelay, undefined, { signal });
  }
}

/** A container whose main process ends is gone, and without a machine there is nothing to wait for. */
function mayReboot({ facts: { ConnType } }: Machine): boolean {
  return ConnType !== 'none' && !ConnType.startsWith('docker');
}

async function answers({ communicator }: Machine, signal: AbortSignal): Promise<boolean> {
  return communicator.run({ command: 'true', signal }).then(
    (result) => !result.disconnected,
    () => false,
  );
}

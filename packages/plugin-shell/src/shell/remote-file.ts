import { setTimeout as wait } from 'node:timers/promises';
import { type Cleanup, Failure, type Machine, messageOf, type RunContext } from '@bake/plugin-sdk';

/** Pause between two attempts, in milliseconds. */
const retryDelay = 2000;

/** A file on the machine that goes away with the build, whatever happens: made before it is uploaded. */
export class RemoteFile {
  readonly #machine: Machine;
  readonly #path: string;
  readonly #cleanup: Cleanup;

  constructor(machine: Machine, path: string, context: RunContext, label: string) {
    this.#machine = machine;
    this.#path = path;
    this.#cleanup = context.onCleanup(label, (signal) => this.#remove(signal), { always: true });
  }

  /** Removes it now; goes on trying for so many milliseconds. Rejects with a `Failure`. */
  async remove(signal: AbortSignal, timeout: number): Promise<void> {
    const deadline = performance.now() + timeout;
    for (;;) {
      try {
        await this.#remove(signal);
        this.#cleanup.dismiss();
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (performance.now() >= deadline) {
          throw error;
        }
      }
      await wait(retryDelay, undefined, { signal });
    }
  }

  async #remove(signal: AbortSignal): Promise<void> {
    const command = `rm -f ${this.#path}`;
    let problem = '';
    let cause: unknown;
    try {
      const { exitCode } = await this.#machine.communicator.run({ command, signal });
      problem = exitCode === 0 ? '' : `"${command}" exited with ${exitCode ?? 'no code'}`;
    } catch (error) {
      signal.throwIfAborted();
      problem = messageOf(error);
      cause = error;
    }
    if (problem !== '') {
      throw new Failure({
        summary: `Error removing temporary script at ${this.#path}: ${problem}`,
        detail:
          'If the machine is not meant to be reachable after the script, set "skip_clean = true".',
        cause,
      });
    }
  }
}

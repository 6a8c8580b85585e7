import { type Cleanup, Failure, type Machine, messageOf, type RunContext } from '@bake/plugin-sdk';
import { noteElsewhere, tryFor } from '@bake/plugin-sdk/scripts';

/** A file on the machine that goes away with the build, whatever happens: made before it is uploaded. */
export class RemoteFile {
  readonly #machine: Machine;
  readonly #path: string;
  readonly #cleanup: Cleanup;

  constructor(machine: Machine, path: string, context: RunContext, label: string) {
    this.#machine = machine;
    this.#path = path;
    const entry = noteElsewhere(path, machine, context);
    this.#cleanup = context.onCleanup(label, (signal) => this.#remove(signal), {
      always: true,
      ...(entry && { entry }),
    });
  }

  /** Removes it now; goes on trying for so many milliseconds. Rejects with a `Failure`. */
  async remove(signal: AbortSignal, timeout: number): Promise<void> {
    await tryFor(timeout, signal, () => this.#remove(signal));
    this.#cleanup.dismiss();
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

import type { Machine } from '@bake/plugin-sdk';
import { endNamed } from '../named-processes.ts';
import { removeFolders } from '../remove-folders.ts';

/** How Ansible makes a folder for the files of a task: `~/.ansible/tmp/ansible-tmp-TIME-PROCESS-NUMBER`. */
const making = /\bmkdir "` echo ([\w./~$-]+\/ansible-tmp-[\d.]+-\d+-\d+) `"/;

/** How it removes that: its path is a whole one by then. */
const removing = /\brm -f -r \S*\/(ansible-tmp-[\d.]+-\d+-\d+)\//;

/** The folders that Ansible has made on the machine. It removes each at the end of its task, unless it is cut off. */
export class TemporaryFolders {
  /** Paths as the machine's shell takes them, by name. */
  readonly #paths = new Map<string, string>();
  /** The name of the one that Ansible is removing, which may be cut off as well. */
  #leaving = '';

  /** Looks at a command of Ansible's. */
  note(command: string): void {
    const [, path] = making.exec(command) ?? [];
    if (path !== undefined) this.#paths.set(path.slice(path.lastIndexOf('/') + 1), path);
    this.#paths.delete(this.#leaving);
    this.#leaving = removing.exec(command)?.[1] ?? '';
  }

  /** Removes them all, and ends what still runs from there: tasks with `async` leave Ansible. Rejects with a `Failure`. */
  async remove(machine: Machine, signal: AbortSignal): Promise<void> {
    if (this.#paths.size === 0) return;
    await endNamed([...this.#paths.keys()], machine);
    await removeFolders(this.#paths.values(), machine, signal);
  }
}

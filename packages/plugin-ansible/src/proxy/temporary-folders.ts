import { Failure, type Machine } from '@bake/plugin-sdk';

/** How Ansible makes a folder for the files of a task: `~/.ansible/tmp/ansible-tmp-TIME-PROCESS-NUMBER`. */
const making = /\bmkdir "` echo ([\w./~$-]+\/ansible-tmp-[\d.]+-\d+-\d+) `"/;

/** The folders that Ansible has made on the machine. It removes each at the end of its task, unless it is cut off. */
export class TemporaryFolders {
  readonly #paths = new Set<string>();

  /** Looks at a command of Ansible's. */
  note(command: string): void {
    const [, path] = making.exec(command) ?? [];
    if (path !== undefined) this.#paths.add(path);
  }

  /** Removes them all. Rejects with a `Failure`. */
  async remove({ communicator }: Machine, signal: AbortSignal): Promise<void> {
    if (this.#paths.size === 0) return;
    // Without quotes, as Ansible has them: a shell of the machine says where its user's home is.
    const paths = [...this.#paths].join(' ');
    const { exitCode } = await communicator.run({ command: `rm -rf ${paths}`, signal });
    if (exitCode === 0) return;
    throw new Failure({
      summary: `Could not remove what Ansible has left on the machine: ${paths}`,
    });
  }
}

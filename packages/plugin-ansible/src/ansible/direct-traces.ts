import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { endProcesses, Failure, type Machine } from '@bake/plugin-sdk';

/** Milliseconds for the machine to end what runs there. */
const patience = 5000;

/** Debian's sshd, and with it many others, takes variables whose names begin like this. */
const variable = 'LC_BAKE_RUN';

/**
 * What Ansible has on the machine when it goes there past bake, known by a name: a variable of all that runs there, and the folder
 * for its files. Neither is heeded everywhere; it is as with Ansible alone then.
 */
export class DirectTraces {
  /** For ssh, so that the variable comes along. */
  readonly sshArguments = `-o SendEnv=${variable}`;
  readonly #name = `bake-${randomUUID()}`;
  readonly #machine: Machine;
  readonly #folder: string;

  /** `user` is who Ansible logs in as. */
  constructor(machine: Machine, user: string) {
    this.#machine = machine;
    const home = user === machine.facts.User || !/^[\w.-]+$/.test(user) ? '~' : `~${user}`;
    this.#folder = `${home}/.ansible/tmp/${this.#name}`;
  }

  /** What Ansible needs in such an environment. A folder of the user's own choice stays what it is. */
  async environment(
    env: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>> {
    return {
      [variable]: this.#name,
      ...((await namesFolder({ ...process.env, ...env }))
        ? {}
        : { ANSIBLE_REMOTE_TMP: `~/.ansible/tmp/${this.#name}` }),
    };
  }

  /** Ends what still runs there. Never rejects. */
  async end(): Promise<void> {
    // The quotes keep the script, which has the name in its own command line, from meaning itself.
    const name = `"bake-"${this.#name.slice('bake-'.length)}`;
    // The machine may be this computer, where Ansible and ssh have the name as well.
    const isOurs = 'grep -qs PACKER_RUN_UUID= /proc/$p/environ';
    const isMeant = `if ${isOurs}; then false; else grep -qs ${name} /proc/$p/environ /proc/$p/cmdline; fi`;
    const command = `exec sh -c '${endProcesses(isMeant)}'`;
    const signal = AbortSignal.timeout(patience);
    await this.#machine.communicator.run({ command, signal }).catch(() => undefined);
  }

  /** Removes the folder after a good end. What is in it is meant to stay. Never rejects. */
  async close(): Promise<void> {
    const signal = AbortSignal.timeout(patience);
    const command = `rmdir ${this.#folder} 2>/dev/null`;
    await this.#machine.communicator.run({ command, signal }).catch(() => undefined);
  }

  /** Ends and removes all of it. Rejects with a `Failure`. */
  async remove(signal: AbortSignal): Promise<void> {
    await this.end();
    const command = `rm -rf ${this.#folder}`;
    const { exitCode } = await this.#machine.communicator.run({ command, signal });
    if (exitCode === 0) return;
    throw new Failure({ summary: `Could not remove ${this.#folder} from the machine` });
  }
}

/** Whether the environment or one of the files that Ansible looks for says where it has its files on the machine. */
async function namesFolder(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (env['ANSIBLE_REMOTE_TEMP'] || env['ANSIBLE_REMOTE_TMP']) return true;
  const files = [
    env['ANSIBLE_CONFIG'] ?? '',
    'ansible.cfg',
    join(homedir(), '.ansible.cfg'),
    '/etc/ansible/ansible.cfg',
  ];
  for (const file of files) {
    if (/^\s*remote_tmp\s*[=:]/m.test(await readFile(file, 'utf8').catch(() => ''))) return true;
  }
  return false;
}

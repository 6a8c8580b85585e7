import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Machine } from '@bake/plugin-sdk';
import { endNamed } from '../named-processes.ts';
import { removeFolders } from '../remove-folders.ts';

/** Milliseconds for the machine to tell what there is. */
const patience = 5000;

/** Debian's sshd, and with it many others, takes variables whose names begin like this. */
const variable = 'LC_BAKE_RUN';

/** A folder for the files of a task, called by the time in seconds, the process of Ansible that made it, and a number. */
const taskFolder = /\/[\w./-]+\/ansible-tmp-([\d.]+)-(\d+)-\d+/g;

/**
 * What Ansible has on the machine when it goes there past bake. All that runs there has a variable, if sshd takes it; folders are
 * known by what runs from them, and by the names that this run gives them where Ansible has them by default.
 */
export class DirectTraces {
  /** For ssh, so that the variable comes along. */
  readonly sshArguments = `-o SendEnv=${variable}`;
  readonly #name = `bake-${randomUUID()}`;
  readonly #start = Date.now() / 1000;
  readonly #machine: Machine;
  readonly #home: string;
  readonly #folders = new Set<string>();

  /** `user` is who Ansible logs in as. */
  constructor(machine: Machine, user: string) {
    this.#machine = machine;
    this.#home = /^[\w.-]+$/.test(user) ? `~${user}` : '~';
  }

  /** What Ansible needs in its environment. */
  get environment(): Readonly<Record<string, string>> {
    return { [variable]: this.#name };
  }

  /** Ends what still runs there, and takes note of its folders. Never rejects. */
  async end(): Promise<void> {
    const own = await this.#processesHere();
    const running = `for f in $(grep -Fls ${this.#name} /proc/[0-9]*/environ); do tr "\\0" " " < \${f%environ}cmdline; done`;
    for (const [path] of (await this.#ask(`${running} 2>/dev/null`)).matchAll(taskFolder)) {
      this.#folders.add(path);
    }
    const listed = `ls -d ${this.#home}/.ansible/tmp/ansible-tmp-* /var/tmp/ansible-tmp-* 2>/dev/null`;
    for (const [path, time, made = ''] of (await this.#ask(listed)).matchAll(taskFolder)) {
      if (Number(time) >= this.#start && own.has(made)) this.#folders.add(path);
    }
    await endNamed([this.#name], this.#machine);
  }

  /** Ends and removes all of it. Rejects with a `Failure`. */
  async remove(signal: AbortSignal): Promise<void> {
    await this.end();
    await removeFolders(this.#folders, this.#machine, signal);
  }

  /** Numbers of Ansible's processes on this computer, where it tells of them. */
  async #processesHere(): Promise<ReadonlySet<string>> {
    const numbers = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
    const environments = await Promise.all(
      numbers.map((number) => readFile(`/proc/${number}/environ`, 'utf8').catch(() => '')),
    );
    return new Set(numbers.filter((_, index) => environments[index]?.includes(this.#name)));
  }

  /** Gives what a script prints on the machine. Never rejects. */
  async #ask(script: string): Promise<string> {
    const said: Uint8Array[] = [];
    const onStdout = (chunk: Uint8Array): void => void said.push(chunk);
    const signal = AbortSignal.timeout(patience);
    const command = `exec sh -c '${script}'`;
    await this.#machine.communicator.run({ command, onStdout, signal }).catch(() => undefined);
    return Buffer.concat(said).toString();
  }
}

import { randomUUID } from 'node:crypto';
import { type CommandPlace, type ShellProcess, startShell } from './process-group.ts';
import { killStrays, machineVariable } from './stray-processes.ts';

/** All shells of a machine, so that none of them, nor what they started, outlives it. */
export class Shells {
  readonly #id = randomUUID();
  readonly #place: CommandPlace;
  readonly #alive = new Set<ShellProcess>();
  #count = 0;

  constructor(place: CommandPlace) {
    this.#place = { ...place, env: { ...place.env, [machineVariable]: this.#id } };
  }

  /** `NAME=value` that all its processes have in their environment. */
  get mark(): string {
    return `${machineVariable}=${this.#id}`;
  }

  start(command: string): ShellProcess {
    const shell = startShell(command, this.#place);
    this.#count += 1;
    this.#alive.add(shell);
    void shell.ended.then(() => {
      if (!shell.isAlive()) this.#alive.delete(shell);
    });
    return shell;
  }

  /** Kills what still runs; resolves when the shells are gone. */
  async endAll(): Promise<void> {
    const shells = [...this.#alive];
    for (const shell of shells) shell.kill('SIGKILL');
    await Promise.all(shells.map((shell) => shell.ended));
    if (this.#count > 0) await killStrays(this.mark);
  }
}

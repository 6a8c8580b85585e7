import { Failure } from '@bake/plugin-sdk';
import { type LocalProcess, type ProcessEnd, runProcess } from '@bake/plugin-sdk/process';

/** How to run a program besides its text. */
type How = Omit<LocalProcess, 'program' | 'args'>;

/** The shell of this machine, as the template has commands wrapped. */
export class Shell {
  readonly #wrap: (command: string) => string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(wrap: (command: string) => string, env: Readonly<Record<string, string>>) {
    this.#wrap = wrap;
    this.#env = env;
  }

  /** What really runs for a command. */
  wrapped(command: string): string {
    return this.#wrap(command);
  }

  /** Runs a command, whatever its exit code. */
  run(command: string, how: How): Promise<ProcessEnd> {
    const args = ['-c', this.#wrap(command)];
    return runProcess({ program: '/bin/sh', args, env: this.#env, ...how });
  }

  /** The same, but rejects with a `Failure` when the command fails. */
  async must(command: string, how: How): Promise<void> {
    let said = '';
    const { exitCode, signal } = await this.run(command, {
      ...how,
      onStderr: (chunk) => {
        said = `${said}${Buffer.from(chunk).toString()}`.slice(-2000);
        how.onStderr?.(chunk);
      },
    });
    if (exitCode !== 0) throw commandFailed(command, signal ?? `exit code ${exitCode}`, said);
  }
}

function commandFailed(command: string, end: string, said: string): Failure {
  return new Failure({
    summary: `A command on this machine has failed with ${end}: ${command}`,
    detail: said.trim() || 'It says nothing. "command_wrapper" can have commands run as root.',
  });
}

/** A text as one word of the shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

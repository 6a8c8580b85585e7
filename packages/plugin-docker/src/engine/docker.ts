import type { Readable, Writable } from 'node:stream';
import { type ProcessEnd, runProcess } from '@bake/plugin-sdk/process';
import { commandFailure } from '../messages.ts';

/** One call of the program. */
export interface DockerCall {
  readonly signal: AbortSignal;
  readonly input?: Readable | string | Uint8Array;
  /** Set for this call alone, such as values that must not show in the list of processes. */
  readonly env?: Readonly<Record<string, string>>;
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** Takes the output in place of `onStdout`; it is ended afterwards. */
  readonly stdout?: Writable;
}

/** How a call ended, and the last of what it complained of. */
export interface DockerEnd extends ProcessEnd {
  readonly complaint: string;
}

/** Characters of complaints that are kept: what matters stands at the end. */
const complaintLength = 4000;

/**
 * The `docker` program, or one that takes the same commands (`podman`). Contexts, `ssh://` hosts, certificates and
 * registry logins are the user's settings, and it knows them all.
 */
export class Docker {
  readonly program: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(program: string, env: Readonly<Record<string, string>> = {}) {
    this.program = program;
    this.#env = env;
  }

  /** What it sees as the environment. */
  get environment(): Readonly<Record<string, string | undefined>> {
    return { ...process.env, ...this.#env };
  }

  /** The same program with further variables in its environment. */
  with(env: Readonly<Record<string, string>>): Docker {
    return new Docker(this.program, { ...this.#env, ...env });
  }

  /** Runs it to its end, whatever its exit code. */
  async attempt(args: readonly string[], call: DockerCall): Promise<DockerEnd> {
    const { onStderr, env, ...rest } = call;
    let complaint = '';
    const decoder = new TextDecoder();
    const end = await runProcess({
      program: this.program,
      args,
      ...rest,
      env: { ...this.#env, ...env },
      onStderr: (chunk) => {
        complaint = (complaint + decoder.decode(chunk, { stream: true })).slice(-complaintLength);
        onStderr?.(chunk);
      },
    });
    return { ...end, complaint: complaint.trim() };
  }

  /** Runs it and throws a `Failure` that says what to do if it does not end well. */
  async run(args: readonly string[], call: DockerCall): Promise<void> {
    const end = await this.attempt(args, call);
    if (end.exitCode !== 0) throw commandFailure(`${this.program} ${args[0] ?? ''}`, end);
  }

  /** Runs it and gives what it printed, trimmed. Throws as `run` does. */
  async text(args: readonly string[], call: DockerCall): Promise<string> {
    const chunks: Uint8Array[] = [];
    await this.run(args, { ...call, onStdout: (chunk) => void chunks.push(chunk) });
    return Buffer.concat(chunks).toString('utf8').trim();
  }
}

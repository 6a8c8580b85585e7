import type { Readable } from 'node:stream';
import type { CommandResult } from '@bake/plugin-sdk';
import { Fault } from './fault.ts';
import { pieceSize } from './piece-size.ts';
import type { Sessions } from './sessions.ts';
import { type OutputPiece, Shell } from './shell.ts';
import { TryError } from './stage.ts';
import { winrmFailure } from './winrm-failure.ts';

/** Milliseconds that taking a shell away may take, and how long an ended command waits for that. */
const deleteWithin = 5000;
const waitForDelete = 1000;

/** A command to run. */
export interface CommandSettings {
  readonly command: string;
  /** What it reads. It is destroyed when the command has ended. */
  readonly stdin: Readable | undefined;
  /** Takes output in its order; the machine is asked for more when it is done with this. */
  readonly take: (piece: OutputPiece) => void | Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Runs commands, each in a shell of its own, as Packer does: so it sees what earlier ones changed in the
 * machine's environment. Sees to it that no shell stays.
 */
export class CommandRunner {
  readonly #sessions: Sessions;
  readonly #deletions = new Set<Promise<void>>();
  #pieceSize: Promise<number> | undefined;

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  /** Bytes that can be fed to a command in one request. */
  pieceSize(): Promise<number> {
    this.#pieceSize ??= pieceSize(this.#sessions);
    return this.#pieceSize;
  }

  /**
   * Runs a command to its end. Rejects with a `Failure` when it can't be started or followed, with the signal's reason
   * when cancelled, after the command was told to end, and with the errors of `stdin` and `take`.
   */
  async run(settings: CommandSettings): Promise<CommandResult> {
    const { command, signal, stdin } = settings;
    let shell: Shell | undefined;
    let running: string | undefined;
    try {
      shell = await Shell.open(this.#sessions, signal);
      running = await shell.start(command, stdin !== undefined, signal);
      const exitCode = await this.#follow(shell, running, settings);
      running = undefined;
      return { exitCode, disconnected: false };
    } catch (error) {
      signal.throwIfAborted();
      if (shell !== undefined && isDisconnect(error)) {
        return { exitCode: undefined, disconnected: true };
      }
      throw winrmFailure(error);
    } finally {
      stdin?.destroy();
      if (shell !== undefined) await this.#end(shell, running);
    }
  }

  /** Resolves when all shells are gone, or can't be got rid of. */
  async settled(): Promise<void> {
    await Promise.all(this.#deletions);
  }

  /** Gives the exit code. */
  async #follow(
    shell: Shell,
    commandId: string,
    { stdin, take, signal }: CommandSettings,
  ): Promise<number | undefined> {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const received = receiveAll(shell, commandId, take, either);
    const fed = stdin === undefined ? received : this.#feed(shell, commandId, stdin, either);
    try {
      // Only the failure of what feeds it ends a command, not that there is no more.
      return await Promise.race([received, fed.then(() => received)]);
    } finally {
      ended.abort();
      stdin?.destroy();
      await Promise.allSettled([received, fed]);
    }
  }

  /** Sends input as it comes. That the command wants no more shows in its end, not here. */
  async #feed(shell: Shell, id: string, stdin: Readable, signal: AbortSignal): Promise<void> {
    const size = await this.pieceSize();
    try {
      for await (const chunk of stdin as AsyncIterable<Uint8Array | string>) {
        const bytes = Buffer.from(chunk as string);
        for (let at = 0; at < bytes.length; at += size) {
          await shell.send(id, bytes.subarray(at, at + size), false, signal);
        }
      }
      await shell.send(id, Buffer.alloc(0), true, signal);
    } catch (error) {
      if (!(error instanceof Fault || error instanceof TryError || signal.aborted)) throw error;
    }
  }

  /** Does not wait long: a machine that reboots may not answer any more. */
  async #end(shell: Shell, running: string | undefined): Promise<void> {
    const deletion = endShell(shell, running).finally(() => this.#deletions.delete(deletion));
    this.#deletions.add(deletion);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitForDelete);
    });
    await Promise.race([deletion, late]);
    clearTimeout(timer);
  }
}

async function endShell(shell: Shell, running: string | undefined): Promise<void> {
  const signal = AbortSignal.timeout(deleteWithin);
  const ignore = (): void => undefined;
  // Deleting the shell ends the command too, if this does not.
  if (running !== undefined) await shell.terminate(running, signal).catch(ignore);
  // A machine that is gone has taken its shells along.
  await shell.delete(signal).catch(ignore);
}

async function receiveAll(
  shell: Shell,
  commandId: string,
  take: CommandSettings['take'],
  signal: AbortSignal,
): Promise<number | undefined> {
  for (;;) {
    const { pieces, end } = await shell.receive(commandId, signal);
    for (const piece of pieces) await take(piece);
    if (end !== undefined) return end.exitCode;
  }
}

/** Whether the connection, or the machine's WinRM, went away. */
function isDisconnect(error: unknown): boolean {
  if (error instanceof Fault) return error.isGone;
  return error instanceof TryError && error.stage !== 'answer' && error.stage !== 'login';
}

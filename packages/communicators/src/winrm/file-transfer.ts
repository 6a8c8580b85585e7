import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { raceAbort } from '../network/race-abort.ts';
import { ClixmlDecoder } from './clixml.ts';
import type { CommandRunner } from './command-runner.ts';
import { powershell } from './powershell.ts';
import { ScriptError } from './transfer-failure.ts';
import {
  LineError,
  LineReader,
  type Outgoing,
  type TransferLine,
  writeLines,
} from './transfer-line.ts';
import { uploadScript } from './upload-script.ts';

/** Milliseconds that the machine gets to remove what is half written of a cancelled upload. */
const tidyWithin = 800;

/**
 * Sends folders and files to a place on the machine, through one PowerShell. Rejects with a `ScriptError`, a `Failure`,
 * the signal's reason, or the error of what is sent.
 */
export async function sendFiles(
  runner: CommandRunner,
  place: string,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<void> {
  const size = await raceAbort(runner.pieceSize(), signal);
  const stopped = new AbortController();
  const stop = (): void => void setTimeout(() => stopped.abort(signal.reason), tidyWithin).unref();
  signal.addEventListener('abort', stop, { once: true });
  const source = new Stoppable(writeLines(outgoing, size), signal);
  try {
    await runScript(
      runner,
      uploadScript(place, `.${randomUUID().slice(0, 8)}.part`),
      // One piece ahead of what is sent is enough.
      Readable.from(source.pieces(), { objectMode: true, highWaterMark: 1 }),
      () => undefined,
      stopped.signal,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw source.error ?? error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Has a script send files; `take` gets its lines in order. Rejects as `sendFiles` does, and with what `take` throws. */
export async function receiveFiles(
  runner: CommandRunner,
  script: string,
  take: (line: TransferLine) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const reader = new LineReader();
  let isWhole = false;
  const takeBytes = async (bytes: Buffer): Promise<void> => {
    for (const line of reader.push(bytes)) {
      if (line.kind === 'end') isWhole = true;
      await take(line);
    }
  };
  await runScript(runner, script, undefined, takeBytes, signal);
  if (!isWhole) throw new LineError('it ended too early');
}

async function runScript(
  runner: CommandRunner,
  script: string,
  stdin: Readable | undefined,
  takeStdout: (bytes: Buffer) => void | Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const clixml = new ClixmlDecoder();
  const errors: Buffer[] = [];
  const { exitCode, disconnected } = await runner.run({
    command: powershell(script),
    stdin,
    take: ({ stream, bytes }) => {
      if (stream === 'stdout') return takeStdout(bytes);
      errors.push(clixml.push(bytes));
      return undefined;
    },
    signal,
  });
  if (disconnected) throw new ScriptError('Disconnected: lost the connection');
  if (exitCode === 0) return;
  const text = Buffer.concat([...errors, clixml.flush()]).toString();
  const said = text.trim().split(/\r?\n/)[0];
  throw new ScriptError(said || `PowerShell exited with ${exitCode ?? 'no code'}`);
}

/**
 * Pieces up to an error or cancellation, after which there are just no more: the script on the machine then finds its
 * input too short and removes what is half written.
 */
class Stoppable {
  /** What ended it before its time. */
  error: unknown;
  readonly #source: AsyncGenerator<Buffer>;
  readonly #signal: AbortSignal;

  constructor(source: AsyncGenerator<Buffer>, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    try {
      for (let piece = await this.#next(); piece !== undefined; piece = await this.#next()) {
        yield piece;
      }
    } finally {
      // It may have a file open.
      this.#source.return(undefined).catch(() => undefined);
    }
  }

  async #next(): Promise<Buffer | undefined> {
    try {
      const next = await raceAbort(this.#source.next(), this.#signal);
      return next.done ? undefined : next.value;
    } catch (error) {
      this.error = error;
      return undefined;
    }
  }
}

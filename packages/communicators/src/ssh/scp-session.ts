import { setTimeout as wait } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { raceAbort } from '../network/race-abort.ts';
import { NoMethodError, RemoteError, type RemoteReason } from './remote-error.ts';
import { parseRecord, type ScpRecord } from './scp-record.ts';

const lineBreak = 10;
const maxLine = 64 * 1024;
const zero = Buffer.alloc(1);
/** Milliseconds in which an `scp -t` is to end by itself when nothing more comes. */
const patience = 2000;

/**
 * The conversation with one `scp -t` or `scp -f` on the machine. Until that has spoken for the first
 * time, methods reject with a `NoMethodError` when something else answers in its place; after that with a
 * `RemoteError` when it says no, and with the signal's reason when that aborts.
 */
export class ScpSession {
  readonly #channel: ClientChannel;
  readonly #direction: 'to' | 'from';
  readonly #signal: AbortSignal;
  readonly #chunks: AsyncIterator<Buffer>;
  #ahead: Promise<Buffer | undefined>;
  readonly #closed: Promise<void>;
  readonly #over: Promise<never>;
  readonly #ended = new AbortController();
  #left: Buffer = Buffer.alloc(0);
  #isScp = false;
  #abandoned: Promise<void> | undefined;
  #exitCode: number | undefined;
  #complaints = '';

  constructor(channel: ClientChannel, direction: 'to' | 'from', signal: AbortSignal) {
    this.#channel = channel;
    this.#direction = direction;
    this.#signal = signal;
    this.#chunks = channel[Symbol.asyncIterator]();
    // Someone must always be reading: a channel closes only when its end has been read.
    this.#ahead = this.#read();
    channel.on('error', () => undefined);
    channel.stderr.on('data', (chunk: Buffer) => {
      this.#complaints = (this.#complaints + chunk.toString()).slice(-maxLine);
    });
    this.#closed = new Promise((resolve) => {
      channel.once('close', (code?: number | null) => {
        // Ended by a signal, it has no code; with the connection it went away without either.
        if (code !== undefined) this.#exitCode = code ?? 255;
        resolve();
      });
    });
    this.#over = this.#untilOver();
    // Whoever waits for something hears of it; nobody needs to.
    this.#over.catch(() => undefined);
  }

  /** Aborts when nothing more can be sent, with the reason for that. */
  get over(): AbortSignal {
    return this.#ended.signal;
  }

  /** Sends bytes or a record; resolves when there is room for more. */
  async send(data: Uint8Array | string): Promise<void> {
    if (this.over.aborted) await this.#over;
    if (this.#channel.write(data)) return;
    const drained = new Promise((resolve) => this.#channel.once('drain', () => resolve(true)));
    const hasRoom = await Promise.race([drained, this.#ahead.then(() => false), this.#over]);
    // While content goes out nothing comes back, unless it is over.
    if (!hasRoom) await this.expectOk();
  }

  /** Says that the last thing was understood, or that all of a file has been sent. */
  sendOk(): Promise<void> {
    return this.send(zero);
  }

  /** Waits until the machine has said that it understood. */
  async expectOk(): Promise<void> {
    const first = await this.#readByte();
    if (first === 0) {
      this.#isScp = true;
      return;
    }
    throw await this.#complaint(first, await this.#readLine());
  }

  /** What comes next; `undefined` at the end. */
  async readRecord(): Promise<ScpRecord | undefined> {
    if (this.#isScp && (await this.#isAtEnd())) return undefined;
    const first = await this.#readByte();
    const line = await this.#readLine();
    const record = parseRecord(String.fromCharCode(first) + line);
    if (record === undefined) throw await this.#complaint(first, line);
    this.#isScp = true;
    return record;
  }

  /** Hands on so many bytes as they arrive. */
  async readContent(size: number, take: (chunk: Buffer) => Promise<void>): Promise<void> {
    for (let left = size; left > 0; ) {
      await this.#fill();
      const chunk = this.#left.subarray(0, left);
      this.#left = this.#left.subarray(chunk.length);
      left -= chunk.length;
      await take(chunk);
    }
  }

  /** Ends the conversation in peace. */
  async finish(): Promise<void> {
    this.#channel.end();
    await raceAbort(this.#discard(), this.#signal);
    await raceAbort(this.#closed, this.#signal);
    if (this.#exitCode !== 0) throw this.#gone();
  }

  /**
   * Ends it, wherever it stands. An `scp -t` may be about to make its file: resolves when it has come to its end, so that
   * whoever removes that comes after it, or when that takes long.
   */
  abandon(): Promise<void> {
    this.#abandoned ??= this.#abandon();
    return this.#abandoned;
  }

  async #abandon(): Promise<void> {
    void this.#discard();
    if (this.#direction === 'to') {
      this.#channel.end();
      const late = new AbortController();
      // The connection keeps the process alive; this alone does not.
      const settings = { signal: late.signal, ref: false };
      const tooLate = wait(patience, undefined, settings).catch(() => undefined);
      await Promise.race([this.#closed, tooLate]);
      late.abort();
    }
    this.#channel.close();
  }

  async #untilOver(): Promise<never> {
    let onAbort: () => void = () => undefined;
    const aborted = new Promise<void>((resolve) => {
      onAbort = resolve;
      if (this.#signal.aborted) resolve();
      else this.#signal.addEventListener('abort', onAbort, { once: true });
    });
    await Promise.race([aborted, this.#closed]);
    this.#signal.removeEventListener('abort', onAbort);
    const reason: unknown = this.#signal.aborted ? this.#signal.reason : this.#gone();
    this.#ended.abort(reason);
    if (this.#signal.aborted) void this.abandon();
    throw reason;
  }

  async #complaint(first: number, line: string): Promise<Error> {
    if (first === 1 || first === 2) {
      this.#isScp = true;
      const text = line.replace(/^scp: (?:.*: )?(?=[^:]+$)/, '').trim();
      return new RemoteError(reasonOf(line), text === '' ? 'scp gave no reason' : text);
    }
    const said = (String.fromCharCode(first) + line).trim();
    return this.#isScp
      ? new RemoteError('other', `scp said something that bake does not understand: ${said}`)
      : new NoMethodError('scp', `instead of scp, this answered: ${said}`);
  }

  #gone(): Error {
    // Without an exit code it was the connection that went away, not the program.
    if (this.#exitCode === undefined) return new Error('the connection closed');
    const why = this.#complaints.trim() || `scp ended with exit code ${this.#exitCode}`;
    if (this.#isScp) return new RemoteError(reasonOf(why), why);
    return new NoMethodError(
      'scp',
      this.#exitCode === 127 ? 'it has no scp program' : `scp could not be started: ${why}`,
    );
  }

  async #readByte(): Promise<number> {
    await this.#fill();
    const byte = this.#left[0] as number;
    this.#left = this.#left.subarray(1);
    return byte;
  }

  /** The rest of a line, without its line break. */
  async #readLine(): Promise<string> {
    let end = this.#left.indexOf(lineBreak);
    while (end < 0 && this.#left.length < maxLine && !(await this.#isOut())) {
      end = this.#left.indexOf(lineBreak);
    }
    const line = this.#left.subarray(0, end < 0 ? this.#left.length : end);
    this.#left = this.#left.subarray(line.length + 1);
    return line.toString();
  }

  async #isAtEnd(): Promise<boolean> {
    return this.#left.length === 0 && (await this.#isOut());
  }

  async #fill(): Promise<void> {
    if (!(await this.#isAtEnd())) return;
    await raceAbort(this.#closed, this.#signal);
    throw this.#gone();
  }

  /** Reads one more chunk; true when there is none. */
  async #isOut(): Promise<boolean> {
    const next = await raceAbort(this.#nextChunk(), this.#signal);
    if (next === undefined) return true;
    this.#left = this.#left.length === 0 ? next : Buffer.concat([this.#left, next]);
    return false;
  }

  async #nextChunk(): Promise<Buffer | undefined> {
    const chunk = await this.#ahead;
    if (chunk !== undefined) this.#ahead = this.#read();
    return chunk;
  }

  async #discard(): Promise<void> {
    while ((await this.#nextChunk()) !== undefined);
  }

  async #read(): Promise<Buffer | undefined> {
    try {
      const next = await this.#chunks.next();
      return next.done ? undefined : next.value;
    } catch {
      // The channel broke off; why that is, is told by how it closed.
      return undefined;
    }
  }
}

function reasonOf(message: string): RemoteReason {
  if (/No such file or directory/i.test(message)) return 'missing';
  return /Permission denied/i.test(message) ? 'denied' : 'other';
}

import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProxiedMachine, RemoteFileError } from './proxied-machine.ts';

/**
 * A file of the machine that a client has open: it lies in the spool folder meanwhile, as the machine takes and gives
 * whole files only, and clients may write and read in any order.
 */
export class OpenFile {
  readonly remotePath: string;
  readonly handle: FileHandle;
  /** Permission bits that it is to have on the machine. */
  mode: number | undefined;
  readonly #machine: ProxiedMachine;
  readonly #path: string;
  readonly #isUploaded: boolean;
  #end = 0;
  /** Clients ask for the next before the last is done. */
  #last: Promise<unknown> = Promise.resolve();
  #isBroken = false;

  private constructor(
    machine: ProxiedMachine,
    remotePath: string,
    local: { readonly path: string; readonly handle: FileHandle; readonly isUploaded: boolean },
  ) {
    this.#machine = machine;
    this.remotePath = remotePath;
    this.#path = local.path;
    this.handle = local.handle;
    this.#isUploaded = local.isUploaded;
  }

  /** One that is to be written; nothing happens on the machine until `close`. */
  static async toWrite(machine: ProxiedMachine, remotePath: string): Promise<OpenFile> {
    const path = join(machine.spool, randomUUID());
    const handle = await open(path, 'wx+', 0o600);
    return new OpenFile(machine, remotePath, { path, handle, isUploaded: true });
  }

  /** One that is to be read, with what it holds now. Rejects with a `Failure`. */
  static async toRead(machine: ProxiedMachine, remotePath: string): Promise<OpenFile> {
    const path = join(machine.spool, randomUUID());
    const sink = createWriteStream(path, { flags: 'wx', mode: 0o600 });
    await machine.communicator.download(remotePath, sink, machine.signal);
    return new OpenFile(machine, remotePath, {
      path,
      handle: await open(path, 'r'),
      isUploaded: false,
    });
  }

  /** Writes a piece, after those before it; they must come without gaps. Rejects with a `RemoteFileError` otherwise. */
  write(data: Buffer, offset: number): Promise<void> {
    return this.#next(async () => {
      if (offset > this.#end) throw new RemoteFileError('Only whole files can be written');
      this.#end = Math.max(this.#end, offset + data.length);
      for (let done = 0; done < data.length; ) {
        const left = data.length - done;
        done += (await this.handle.write(data, done, left, offset + done)).bytesWritten;
      }
    });
  }

  /** Cuts it off after so many bytes, when all before is written. */
  truncate(size: number): Promise<void> {
    return this.#next(() => this.handle.truncate(size));
  }

  /** How many bytes it has now. */
  async size(): Promise<number> {
    return (await this.handle.stat()).size;
  }

  /** Has the machine get what was written. Rejects with a `Failure`. */
  async close(): Promise<void> {
    const { communicator, signal } = this.#machine;
    try {
      await this.#last;
      // What is told to have failed must not be there in part.
      if (!this.#isUploaded || this.#isBroken) return;
      const size = await this.size();
      const mode = this.mode === undefined ? {} : { mode: this.mode & 0o7777 };
      const content = { data: createReadStream(this.#path), size, ...mode };
      await communicator.upload(content, this.remotePath, signal);
    } finally {
      await this.forget();
    }
  }

  /** Drops it, for a client that went away in the middle. */
  async forget(): Promise<void> {
    await this.handle.close().catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  #next(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {
      this.#isBroken = true;
    });
    return result;
  }
}

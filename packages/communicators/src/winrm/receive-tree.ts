import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, win32 } from 'node:path';
import { finished } from 'node:stream/promises';
import { partOf } from '@bake/plugin-sdk';
import { Checksum, LineError, type TransferLine } from './transfer-line.ts';
import { writeInto } from './write-into.ts';

interface OpenFile {
  readonly path: string;
  /** Where it is written to. */
  readonly part: string;
  readonly sink: WriteStream;
}

/** Writes what comes of a remote folder below a local one, each file beside its place until it is whole. */
export class TreeReceiver {
  readonly #root: string;
  readonly #checksum = new Checksum();
  #file: OpenFile | undefined;

  constructor(root: string) {
    this.#root = root;
  }

  /** Rejects with a `LineError` for what makes no sense, and with the errors of this system. */
  async take(line: TransferLine, signal: AbortSignal): Promise<void> {
    switch (line.kind) {
      case 'folder':
        await mkdir(this.#place(line.name), { recursive: true });
        return;
      case 'file':
        return this.#begin(this.#place(line.name));
      case 'content':
        this.#checksum.update(line.bytes);
        return writeInto(this.#open().sink, line.bytes, signal);
      case 'file end':
        return this.#finish(line.hash);
      case 'end':
        return;
      default:
        line satisfies never;
    }
  }

  /** Removes what is half written. */
  async discard(): Promise<void> {
    if (this.#file === undefined) return;
    const closed = finished(this.#file.sink).catch(() => undefined);
    this.#file.sink.destroy();
    // A stream that is being opened would make the file after it was removed.
    await closed;
    await rm(this.#file.part, { force: true });
  }

  async #begin(path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const part = partOf(path);
    const sink = createWriteStream(part);
    // The error comes out of the writing, too; without a listener of its own it would end the process.
    sink.on('error', () => undefined);
    this.#file = { path, part, sink };
  }

  async #finish(hash: string): Promise<void> {
    const { path, part, sink } = this.#open();
    sink.end();
    await finished(sink);
    this.#checksum.finish(hash);
    await rename(part, path);
    this.#file = undefined;
  }

  #open(): OpenFile {
    if (this.#file === undefined) throw new LineError('its content came before its name');
    return this.#file;
  }

  /** What the machine calls a file must not lead out of the folder. */
  #place(name: string): string {
    const parts = name.split(/[\\/]/);
    const isOutside = parts.some((part) => part === '..' || part === '' || part === '.');
    if (isOutside || win32.parse(name).root !== '' || name.includes('\0')) {
      throw new LineError(`a name that leads out of the folder: ${name}`);
    }
    return join(this.#root, ...parts);
  }
}

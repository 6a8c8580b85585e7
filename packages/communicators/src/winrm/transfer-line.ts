import { createHash, type Hash } from 'node:crypto';

/**
 * How files travel through the input and output of a PowerShell script: in lines of ASCII, which no code page changes.
 * The first letter says what the rest is.
 *
 *     dNAME     a folder
 *     fNAME     a file begins
 *     +BASE64   a piece of its content
 *     =SHA256   its end, with the hash of its content in hex
 *     .         the end of everything
 *
 * A NAME is a path relative to where it all goes, in UTF-8 and base64; it is empty for that place itself.
 */
export type TransferLine =
  | { readonly kind: 'folder' | 'file'; readonly name: string }
  | { readonly kind: 'content'; readonly bytes: Buffer }
  | { readonly kind: 'file end'; readonly hash: string }
  | { readonly kind: 'end' };

/** A file to write, with where its content comes from. */
export interface OutgoingFile {
  readonly name: string;
  readonly content: () => AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;
}

/** What is to travel: folders first, since files may need them. */
export interface Outgoing {
  readonly folders: readonly string[];
  readonly files: readonly OutgoingFile[];
  /** Hears of each number of bytes that was handed on. */
  readonly onBytes: (count: number) => void;
}

/** The lines for folders and files, put together to pieces of about `size` bytes. */
export async function* writeLines(outgoing: Outgoing, size: number): AsyncGenerator<Buffer> {
  const batch = new Batch(size);
  for (const folder of outgoing.folders) yield* batch.add(`d${encode(folder)}`);
  for (const { name, content } of outgoing.files) {
    yield* batch.add(`f${encode(name)}`);
    const hash = createHash('sha256');
    for await (const chunk of content()) {
      const bytes = Buffer.from(chunk as string);
      for (const piece of slices(bytes, Math.floor((size - 16) / 4) * 3)) {
        hash.update(piece);
        yield* batch.add(`+${piece.toString('base64')}`);
        outgoing.onBytes(piece.length);
      }
    }
    yield* batch.add(`=${hash.digest('hex').toUpperCase()}`);
  }
  yield* batch.add('.');
  yield* batch.flush();
}

class Batch {
  readonly #size: number;
  #text = '';

  constructor(size: number) {
    this.#size = size;
  }

  *add(line: string): Generator<Buffer> {
    if (this.#text.length + line.length + 2 > this.#size) yield* this.flush();
    this.#text += `${line}\r\n`;
  }

  *flush(): Generator<Buffer> {
    if (this.#text !== '') yield Buffer.from(this.#text, 'latin1');
    this.#text = '';
  }
}

function encode(name: string): string {
  return Buffer.from(name).toString('base64');
}

function* slices(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What came was not what the script writes. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

/** Puts output together to lines and reads them. */
export class LineReader {
  #rest = '';

  /** Takes a piece of output and gives the lines that are whole by now. Throws a `LineError`. */
  push(bytes: Buffer): readonly TransferLine[] {
    const lines = (this.#rest + bytes.toString('latin1')).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map(readLine);
  }
}

function readLine(line: string): TransferLine {
  const rest = line.slice(1);
  switch (line.charAt(0)) {
    case 'd':
      return { kind: 'folder', name: Buffer.from(rest, 'base64').toString() };
    case 'f':
      return { kind: 'file', name: Buffer.from(rest, 'base64').toString() };
    case '+':
      return { kind: 'content', bytes: Buffer.from(rest, 'base64') };
    case '=':
      return { kind: 'file end', hash: rest };
    case '.':
      return { kind: 'end' };
    default:
      throw new LineError('there was something else in its output than the file');
  }
}

/** Checks the content of files that come in against the hash at their end. */
export class Checksum {
  #hash: Hash = createHash('sha256');

  update(bytes: Buffer): void {
    this.#hash.update(bytes);
  }

  /** Begins anew. Throws a `LineError` when the content is not that of this hash. */
  finish(expected: string): void {
    const actual = this.#hash.digest('hex');
    this.#hash = createHash('sha256');
    if (actual !== expected.toLowerCase()) throw new LineError('it was damaged on the way');
  }
}

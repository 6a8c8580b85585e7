import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { raceAbort } from '../network/race-abort.ts';
import type { FileId, SftpChannel } from './sftp-channel.ts';

const chunkSize = 32 * 1024;
const requestsInFlight = 64;

/**
 * Reads an open file to its end into `sink` and closes it; the sink is left open. Works for files that
 * grow, shrink or say nothing of their size, like those in `/proc`.
 */
export async function readFile(
  sftp: SftpChannel,
  file: FileId,
  sink: Writable,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { size } = await raceAbort(sftp.fstat(file), signal);
    const width = Math.min(requestsInFlight, Math.ceil(size / chunkSize) + 1);
    await readInOrder(sftp, file, width, signal, (chunk) => write(sink, chunk, signal));
  } finally {
    sftp.close(file).catch(() => undefined);
  }
}

async function readInOrder(
  sftp: SftpChannel,
  file: FileId,
  width: number,
  signal: AbortSignal,
  take: (chunk: Buffer) => Promise<void>,
): Promise<void> {
  const ahead: Promise<Buffer>[] = [];
  let position = 0;
  const ask = (): void => {
    const chunk = readChunk(sftp, file, position);
    // It is looked at in its turn; until then its failure is nobody's.
    chunk.catch(() => undefined);
    ahead.push(chunk);
    position += chunkSize;
  };
  while (ahead.length < width) ask();
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    const chunk = await raceAbort(next, signal);
    if (chunk.length > 0) await take(chunk);
    if (chunk.length < chunkSize) return;
    ask();
  }
}

/** A whole chunk, shorter only at the end of the file: servers may give less than was asked for. */
async function readChunk(sftp: SftpChannel, file: FileId, position: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(chunkSize);
  let length = 0;
  while (length < chunkSize) {
    const got = await sftp.read(file, buffer.subarray(length), position + length);
    if (got === 0) break;
    length += got;
  }
  return buffer.subarray(0, length);
}

async function write(sink: Writable, chunk: Buffer, signal: AbortSignal): Promise<void> {
  if (sink.errored) throw sink.errored;
  if (!sink.write(chunk)) await once(sink, 'drain', { signal });
}

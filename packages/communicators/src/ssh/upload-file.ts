import { Readable } from 'node:stream';
import type { Upload } from '@bake/plugin-sdk';
import { Pipeline } from './pipeline.ts';
import type { FileId, SftpChannel } from './sftp-channel.ts';

/** Bytes in one request: servers need not take more than 32 KiB. */
const chunkSize = 32 * 1024;
const requestsInFlight = 64;

/** Permission bits of files for which nothing else is said. */
export const defaultMode = 0o644;

/** Creates or empties the remote file; what comes after needs the channel that this was done on. */
export function createFile(
  sftp: SftpChannel,
  path: string,
  mode: number = defaultMode,
): Promise<FileId> {
  return sftp.create(path, mode & 0o7777);
}

/**
 * Fills a created file and closes it. `onBytes` hears of each number of bytes that has arrived. Stops
 * with the signal's reason when it aborts between two requests.
 */
export async function fillFile(
  sftp: SftpChannel,
  file: FileId,
  { data, mode = defaultMode }: Upload,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const pipeline = new Pipeline(requestsInFlight);
  let position = 0;
  try {
    for await (const chunk of chunksOf(data)) {
      signal.throwIfAborted();
      const at = position;
      position += chunk.length;
      await pipeline.add(async () => {
        await sftp.write(file, chunk, at);
        onBytes(chunk.length);
      });
    }
    await pipeline.drain();
    // The mode at creation is cut by the umask, and does nothing to a file that was there before.
    await sftp.fchmod(file, mode & 0o7777);
  } catch (error) {
    sftp.close(file).catch(() => undefined);
    throw error;
  }
  await sftp.close(file);
}

async function* chunksOf(data: Upload['data']): AsyncGenerator<Buffer> {
  if (!(data instanceof Readable)) {
    yield* slicesOf(typeof data === 'string' ? Buffer.from(data) : bufferOver(data));
    return;
  }
  for await (const piece of data) {
    yield* slicesOf(typeof piece === 'string' ? Buffer.from(piece) : bufferOver(piece));
  }
}

function* slicesOf(buffer: Buffer): Generator<Buffer> {
  for (let start = 0; start < buffer.length; start += chunkSize) {
    yield buffer.subarray(start, start + chunkSize);
  }
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

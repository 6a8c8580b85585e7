import { createReadStream } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure, isFailure, messageOf } from '@bake/plugin-sdk';
import tar from 'tar-stream';
import { TreeWriter } from './tree-writer.ts';

/**
 * Unpacks a tar or tar.gz file into a folder that exists. Throws a `Failure` when it can't be read or
 * an entry would land outside of the folder. Devices and pipes are left out.
 */
export async function unpackArchive(
  archive: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const writer = new TreeWriter(await realpath(to));
  const extract = tar.extract();
  const source = createReadStream(archive, { signal, highWaterMark: 256 * 1024 });
  const unpacked = (await isGzip(archive))
    ? pipeline(source, createGunzip(), () => undefined)
    : source;
  unpacked.on('error', (error: Error) => extract.destroy(error));
  unpacked.pipe(extract);
  try {
    for await (const entry of extract) {
      // The types of streamx leave out that its streams can be iterated.
      const content = Readable.from(entry as unknown as AsyncIterable<Uint8Array>);
      await writer.write(entry.header, content);
    }
    await writer.finish();
  } catch (error) {
    signal.throwIfAborted();
    throw isFailure(error) ? error : unreadable(archive, error);
  } finally {
    source.destroy();
  }
}

async function isGzip(archive: string): Promise<boolean> {
  const file = await open(archive);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function unreadable(archive: string, error: unknown): Failure {
  return new Failure({
    summary: `Cannot unpack ${archive}`,
    detail: `The archives that bake can unpack are tar and tar.gz. Reading this one failed: ${messageOf(error)}.`,
    cause: error,
  });
}

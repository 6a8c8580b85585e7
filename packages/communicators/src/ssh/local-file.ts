import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { partOf } from '@bake/plugin-sdk';

/**
 * Makes a local file with permission bits out of what `fill` writes. It has another name beside it until
 * it is whole; when `fill` or the disk fails, nothing is left of it.
 */
export async function writeWhole(
  path: string,
  mode: number,
  fill: (sink: Writable) => Promise<void>,
): Promise<void> {
  const part = partOf(path);
  const sink = createWriteStream(part, { mode, flags: 'wx' });
  const ended = finished(sink);
  // A disk that fails shows in the writing, too, and is waited for at the end.
  ended.catch(() => undefined);
  try {
    await fill(sink);
    sink.end();
    await ended;
    await rename(part, path);
  } catch (error) {
    sink.destroy();
    // Only once the stream is closed: it may be about to make the file.
    await ended.catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

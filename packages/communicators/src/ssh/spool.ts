import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Upload } from '@bake/plugin-sdk';

/** Content whose size is known. */
export interface SizedContent {
  readonly data: Iterable<Uint8Array> | AsyncIterable<Uint8Array | string>;
  /** Bytes. */
  readonly size: number;
  /** Removes what was made to find out; never rejects. */
  discard(): Promise<void>;
}

const nothing = async (): Promise<void> => undefined;

/**
 * Finds out how much there is; streams of unknown length go through a temporary file for that. Rejects
 * with the signal's reason when it aborts.
 */
export async function sized(content: Upload, signal: AbortSignal): Promise<SizedContent> {
  const { data, size } = content;
  if (!(data instanceof Readable)) {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    return { data: [bytes], size: bytes.length, discard: nothing };
  }
  return size === undefined ? spool(data, signal) : { data, size, discard: nothing };
}

async function spool(data: Readable, signal: AbortSignal): Promise<SizedContent> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-upload-'));
  const discard = (): Promise<void> =>
    rm(folder, { recursive: true, force: true }).catch(() => undefined);
  const file = join(folder, 'content');
  try {
    await pipeline(data, createWriteStream(file, { mode: 0o600 }), { signal });
    const { size } = await stat(file);
    return { data: createReadStream(file, { highWaterMark: 256 * 1024 }), size, discard };
  } catch (error) {
    await discard();
    signal.throwIfAborted();
    throw error;
  }
}

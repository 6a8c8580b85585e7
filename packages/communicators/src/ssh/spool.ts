import { randomUUID } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
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
  const path = join(tmpdir(), `bake-upload-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  // Without a name, nothing of it is left when the process ends, however it does.
  unlinkSync(path);
  const discard = (): Promise<void> => file.close().catch(() => undefined);
  try {
    await writeFile(file, addAbortSignal(signal, data));
    const { size } = await file.stat();
    const from = { start: 0, autoClose: false, highWaterMark: 256 * 1024 };
    return { data: file.createReadStream(from), size, discard };
  } catch (error) {
    await discard();
    signal.throwIfAborted();
    throw error;
  }
}

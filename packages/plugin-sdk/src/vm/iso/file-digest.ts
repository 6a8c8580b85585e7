import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Ui } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { type Checksum, checksumText } from './checksum.ts';

/** Reads a file into a digest, with progress. Rejects with the signal's reason when it is cancelled. */
export async function readInto(
  hash: Hash,
  path: string,
  { label, signal, ui }: { readonly label: string; readonly signal: AbortSignal; readonly ui: Ui },
): Promise<void> {
  const { size: total } = await stat(path);
  let done = 0;
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 2 ** 20 })) {
    hash.update(chunk);
    done += chunk.length;
    ui.progress({ label, done, total, unit: 'bytes' });
  }
}

/** Throws a `Failure` unless a file has its checksum. */
export async function requireChecksum(
  path: string,
  checksum: Checksum,
  reading: { readonly label: string; readonly signal: AbortSignal; readonly ui: Ui },
): Promise<void> {
  const hash = createHash(checksum.algorithm);
  await readInto(hash, path, reading).catch((error: unknown) => {
    reading.signal.throwIfAborted();
    throw error;
  });
  const found = { ...checksum, hex: hash.digest('hex') };
  if (found.hex !== checksum.hex) throw wrongChecksum(path, checksum, found);
}

/** What to say of a file that is not what it should be. */
export function wrongChecksum(name: string, expected: Checksum, found: Checksum): Failure {
  return new Failure({
    summary: `Checksum did not match: expected ${checksumText(expected)}, found ${checksumText(found)} for ${name}`,
    detail:
      'The file is damaged or another version than the one that the checksum is of. Compare "iso_checksum" with what its publisher says.',
  });
}

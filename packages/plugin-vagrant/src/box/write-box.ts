import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Ui } from '@bake/plugin-sdk';
import { gzip } from '@bake/plugin-sdk/gzip';
import type { Pack } from 'tar-stream';
import { fileFailure } from '../messages.ts';
import { type BoxFile, newestTime } from './box-file.ts';

/** How to write a box. */
export interface BoxWriting {
  /** 1 to 9, -1 for what gzip thinks best, 0 for a plain tar. */
  readonly level: number;
  readonly signal: AbortSignal;
  readonly ui: Ui;
}

/**
 * Writes files into a box: a tar, packed with gzip. Gives the SHA-256 of it, in hexadecimal digits. Times are those of
 * the files, since vagrant-libvirt tells images apart by them; nothing else in it depends on where and when it is made.
 */
export async function writeBox(
  path: string,
  files: readonly BoxFile[],
  { level, signal, ui }: BoxWriting,
): Promise<string> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(undefined, chunk);
    },
  });
  fill(archive, files, ui).catch((error: Error) => archive.destroy(error));
  const tar = Readable.from(archive, { objectMode: false });
  const target = createWriteStream(path);
  if (level === 0) await pipeline(tar, hashed, target, { signal });
  else await pipeline(tar, (pieces) => gzip(pieces, level), hashed, target, { signal });
  return hash.digest('hex');
}

async function fill(archive: Pack, files: readonly BoxFile[], ui: Ui): Promise<void> {
  const mtime = await newestTime(files);
  for (const file of files) {
    ui.say(`Compressing: ${file.name}`);
    await add(archive, file, mtime);
  }
  archive.finalize();
}

/** Owner and mode say nothing in a box: Vagrant unpacks it as its own user. */
async function add(archive: Pack, file: BoxFile, newest: Date): Promise<void> {
  if ('text' in file) {
    archive.entry({ name: file.name, mode: 0o644, mtime: newest }, file.text);
    return;
  }
  try {
    const { size, mtime } = await stat(file.path);
    const entry = archive.entry({ name: file.name, mode: 0o644, size, mtime });
    await pipeline(createReadStream(file.path, { highWaterMark: 1 << 20 }), entry);
  } catch (error) {
    throw fileFailure('read', file.path, error);
  }
}

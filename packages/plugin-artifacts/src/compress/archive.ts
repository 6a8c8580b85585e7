import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Pack } from 'tar-stream';
import { fileFailure } from '../file-failure.ts';

/** Archives have no times in them: the same files make the same archive. */
const noTime = new Date(0);

/** A tar of the files, each by its name without folders. Failing to read one destroys the stream. */
export async function tarOf(files: readonly string[]): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const archive = pack();
  const fill = async (): Promise<void> => {
    for (const file of files) {
      await addFile(archive, file).catch((error: unknown) => {
        throw fileFailure(`Unable to read file "${file}"`, error);
      });
    }
    archive.finalize();
  };
  fill().catch((error: Error) => archive.destroy(error));
  return Readable.from(archive, { objectMode: false });
}

async function addFile(archive: Pack, file: string): Promise<void> {
  const found = await stat(file);
  if (!found.isFile()) {
    throw new Error('it is not a file');
  }
  const { mode, uid, gid, size } = found;
  const header = { name: basename(file), mode: mode & 0o7777, uid, gid, size, mtime: noTime };
  await pipeline(createReadStream(file), archive.entry(header));
}

/** Zip knows no time before 1980. */
const firstZipTime = new Date(1980, 0, 1);

/** A zip of the files, each by its path. */
export async function zipOf(files: readonly string[], level: number): Promise<Readable> {
  const { ZipFile } = await import('yazl');
  const archive = new ZipFile();
  const output = archive.outputStream as Readable;
  archive.on('error', (error: Error) => output.destroy(error));
  for (const file of files) {
    archive.addFile(file, zipName(file), {
      mtime: firstZipTime,
      forceDosTimestamp: true,
      compressionLevel: level,
    });
  }
  archive.end();
  return output;
}

/** Names in a zip are relative and stay below the folder that it is unpacked in. */
function zipName(file: string): string {
  return file
    .replaceAll(sep, '/')
    .replace(/^[A-Za-z]:/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}

import { once } from 'node:events';
import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Upload } from './communicator.ts';
import { Failure, systemReason } from './failure.ts';

/** Bytes read at once: with few, reading costs more time than encrypting. */
const highWaterMark = 1024 * 1024;

/**
 * Opens a file of this computer: something to upload, with its own mode and its path as label. What cannot be read is
 * told here, before anything of it is elsewhere: rejects with a `Failure`, whose detail is `advice`.
 */
export async function openLocalFile(
  path: string,
  advice: string,
): Promise<Required<Upload> & { readonly data: ReadStream }> {
  try {
    const found = await stat(path);
    // Opening a pipe would wait for a writer, and nothing ends that wait.
    if (found.isFIFO() || found.isSocket() || found.isDirectory()) throw noFile(path);
    const data = createReadStream(path, { highWaterMark });
    await once(data, 'open');
    return { data, mode: found.mode & 0o777, size: found.size, label: path };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure({
      summary: `Could not read "${path}": ${systemReason(error)}`,
      detail: advice,
      cause: error,
    });
  }
}

function noFile(path: string): Failure {
  return new Failure({
    summary: `Not a file: ${path}`,
    detail: 'It is a folder, a pipe or a socket, none of which can be read as a file.',
  });
}

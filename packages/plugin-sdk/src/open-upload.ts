import { once } from 'node:events';
import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Upload } from './communicator.ts';
import { Failure, systemReason } from './failure.ts';

/** Bytes read at once: with few, reading costs more time than encrypting. */
const highWaterMark = 1024 * 1024;

/**
 * Opens a file of this computer to upload it, with its own mode and under its path as label. What cannot be read is
 * told here, before anything of it is on the machine: rejects with a `Failure`, whose detail is `advice`.
 */
export async function openUpload(
  path: string,
  advice: string,
): Promise<Required<Upload> & { readonly data: ReadStream }> {
  try {
    const found = await stat(path);
    // Opening it would wait for a writer, and nothing ends that wait.
    if (found.isFIFO() || found.isSocket()) throw pipe(path);
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

function pipe(path: string): Failure {
  return new Failure({
    summary: `Neither file nor folder: ${path}`,
    detail: 'Pipes and sockets cannot be uploaded. Write what comes out of it into a file before.',
  });
}

import { type Duplex, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { ExecWish } from './engine.ts';

/** A frame begins with the number of its stream, three zeros, and how many bytes it has. */
const headerLength = 8;
const stderr = 2;

/**
 * Talks to a command over a connection of its own until it has ended: hands it its input, and takes its output apart, which
 * with a terminal is one stream as it is, and without one in frames of two streams. Rejects with the signal's reason, and
 * with a bare error when the connection breaks.
 */
export async function readStreams(connection: Duplex, wish: ExecWish): Promise<void> {
  const { signal, input, tty, onStdout = ignore, onStderr = ignore } = wish;
  const onAbort = (): void => void connection.destroy();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    const source = input === undefined ? undefined : Readable.from(input);
    source?.once('error', (error) => connection.destroy(error)).pipe(connection);
    connection.on('data', tty ? onStdout : unframed(onStdout, onStderr));
    await finished(connection, { writable: false });
  } catch (error) {
    signal.throwIfAborted();
    // The command has ended without reading all of its input.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    connection.destroy();
  }
}

type Take = (chunk: Uint8Array) => void;

/** Frames are small, so each is taken when it is whole. */
function unframed(onStdout: Take, onStderr: Take): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= headerLength) {
      const end = headerLength + pending.readUInt32BE(4);
      if (pending.length < end) return;
      const take = pending[0] === stderr ? onStderr : onStdout;
      take(pending.subarray(headerLength, end));
      pending = pending.subarray(end);
    }
  };
}

function ignore(): void {}

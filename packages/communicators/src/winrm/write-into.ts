import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes into a stream and waits while it is full. Rejects with its error, or the signal's reason. */
export async function writeInto(sink: Writable, bytes: Buffer, signal: AbortSignal): Promise<void> {
  if (sink.errored) throw sink.errored;
  if (!sink.write(bytes)) await once(sink, 'drain', { signal });
}

import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { placeFile, type RunContext } from '@bake/plugin-sdk';
import { outputFailure } from '../messages.ts';

/** Has what a program gives out written into a file, which is put in place when it is whole. */
export async function writeOutput(
  path: string,
  context: Pick<RunContext, 'journal' | 'onCleanup' | 'signal'>,
  run: (stdout: Writable) => Promise<void>,
): Promise<void> {
  try {
    await placeFile(path, context, (part) => fill(part, run));
  } catch (error) {
    context.signal.throwIfAborted();
    // Errors of this system name the call that failed.
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : outputFailure(path, error);
  }
}

async function fill(path: string, run: (stdout: Writable) => Promise<void>): Promise<void> {
  const sink = createWriteStream(path);
  const closed = finished(sink).catch(() => undefined);
  try {
    await run(sink);
  } finally {
    sink.destroy();
    // A stream that is being opened would make the file after it was removed.
    await closed;
  }
}

import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { placeFile, type RunContext } from '@bake/plugin-sdk';
import { outputFailure } from '../messages.ts';

/** Has what a program gives out written into a file, which is put in place when it is whole. */
export async function writeOutput(
  path: string,
  context: Pick<RunContext, 'journal' | 'onCleanup' | 'signal'>,
  run: (stdout: Writable) => Promise<void>,
): Promise<void> {
  try {
    await placeFile(path, context, (part) => run(createWriteStream(part)));
  } catch (error) {
    context.signal.throwIfAborted();
    // Errors of this system name the call that failed.
    throw (error as NodeJS.ErrnoException).syscall === undefined
      ? error
      : outputFailure(path, error);
  }
}

import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunContext } from '../../context.ts';
import { Failure, systemReason } from '../../failure.ts';

/**
 * Makes a folder for a medium that only this user can read, and removes it with all in it when the build ends.
 * Throws a `Failure` when it cannot be made.
 */
export async function makeTemporaryFolder(
  name: string,
  context: Pick<RunContext, 'journal' | 'onCleanup'>,
): Promise<string> {
  const path = join(tmpdir(), `bake-${name}-${randomBytes(6).toString('hex')}`);
  const entry = context.journal({ kind: 'path', label: `files of the ${name}`, traces: { path } });
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true, maxRetries: 3 });
  context.onCleanup(`remove ${path}`, remove, { always: true, entry });
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    throw new Failure({
      summary: `Could not make a folder for the ${name} in ${tmpdir()}: ${systemReason(error)}`,
      detail: 'Make room or give rights there, or set TMPDIR to another folder.',
      cause: error,
    });
  });
  return path;
}

import { mkdir, open, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Cleanup, RunContext } from '@bake/plugin-sdk';
import { fileFailure } from '../file-failure.ts';

/** A lock is held for a few milliseconds; one this old, in milliseconds, was left by a run that was killed. */
const staleAge = 10_000;

const retryDelay = 25;

/**
 * Waits until nobody else holds the lock and takes it. Packer uses the same file, so both can share a
 * manifest. The cleanup that comes back gives it free.
 */
export async function lockFile(path: string, context: RunContext): Promise<Cleanup> {
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw fileFailure(`Unable to make the folder of "${path}"`, error);
  });
  while (!(await take(path))) {
    if (await isStale(path)) {
      await rm(path, { force: true });
    } else {
      await wait(retryDelay, undefined, { signal: context.signal });
    }
  }
  return context.onCleanup('unlock manifest', () => rm(path, { force: true }), { always: true });
}

async function take(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw fileFailure(`Unable to lock "${path}"`, error);
  }
}

async function isStale(path: string): Promise<boolean> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > staleAge,
    () => false,
  );
}

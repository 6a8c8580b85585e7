import { randomUUID } from 'node:crypto';
import { link, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Cleanup,
  type Creation,
  identityOf,
  makeFolders,
  type RunContext,
} from '@bake/plugin-sdk';
import { fileFailure } from '../file-failure.ts';

/** A lock is held for a few milliseconds; one this old, in milliseconds, was left by a run that was killed. */
const staleAge = 10_000;

const retryDelay = 25;

/**
 * Waits until nobody else holds the lock and takes it. Packer uses the same file, so both can share a
 * manifest. The cleanup that comes back gives it free.
 */
export async function lockFile(path: string, context: RunContext): Promise<Cleanup> {
  await makeFolders(dirname(path), context).catch((error: unknown) => {
    throw fileFailure(`Unable to make the folder of "${path}"`, error);
  });
  // The lock is a link to a file of our own: so the journal can tell it from others' locks ahead.
  const own = `${path}.${randomUUID()}`;
  const remove = (): Promise<void> => rm(own, { force: true });
  const traces = { path: resolve(own) };
  const entry = context.journal({ kind: 'path', label: `lock ${own}`, traces });
  const cleanup = context.onCleanup('remove the lock', remove, { always: true, entry });
  await writeFile(own, '').catch((error: unknown) => {
    throw fileFailure(`Unable to lock "${path}"`, error);
  });
  const lock = await takeInTurn(path, own, context);
  await cleanup.now();
  return lock;
}

async function takeInTurn(path: string, own: string, context: RunContext): Promise<Cleanup> {
  const entry = context.journal(await noteOf(path, own));
  try {
    for (let age = Date.now(); !(await take(path, own)); ) {
      await othersTurn(path, own, context);
      if (Date.now() - age < staleAge / 2) continue;
      // After a long wait the lock would be taken for one that was left.
      age = Date.now();
      const identity = await renewed(own);
      if (identity !== undefined) entry.learn({ identity });
    }
  } catch (error) {
    entry.close();
    throw error;
  }
  const unlock = (): Promise<void> => rm(path, { force: true });
  return context.onCleanup('unlock manifest', unlock, { always: true, entry });
}

/** A link to `own`, told by that from others' locks. */
async function noteOf(path: string, own: string): Promise<Creation> {
  const identity = await identityOf(own);
  const traces = { path: resolve(path), ...(identity !== undefined && { identity }) };
  return { kind: 'path', label: `lock ${path}`, traces };
}

async function renewed(own: string): Promise<string | undefined> {
  const now = new Date();
  await utimes(own, now, now);
  return identityOf(own);
}

async function othersTurn(path: string, own: string, context: RunContext): Promise<void> {
  if (!(await isStale(path)) || !(await removeStale(path, own, context))) {
    await wait(retryDelay, undefined, { signal: context.signal });
  }
}

/** One at a time, or the second one would remove the lock that the first one has taken. */
async function removeStale(path: string, own: string, context: RunContext): Promise<boolean> {
  const turn = `${path}.stale`;
  const entry = context.journal(await noteOf(turn, own));
  if (!(await take(turn, own))) {
    entry.close();
    if (await isStale(turn)) await rm(turn, { force: true });
    return false;
  }
  try {
    if (await isStale(path)) await rm(path, { force: true });
    await rm(turn, { force: true });
    return true;
  } finally {
    entry.close();
  }
}

async function take(path: string, own: string): Promise<boolean> {
  try {
    await link(own, path);
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

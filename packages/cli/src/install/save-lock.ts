import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockedPlugin, lockFileName, lockFileText, readLockFile } from '@bake/core/plugins';

/**
 * Writes the lock file of a folder beside it and moves it there, so that nobody reads half of it. Nothing is written when it
 * would say the same, or nothing at all.
 */
export async function saveLock(folder: string, plugins: readonly LockedPlugin[]): Promise<void> {
  const before = readLockFile(folder);
  if (before === undefined && plugins.length === 0) return;
  const text = lockFileText(plugins);
  if (before !== undefined && lockFileText(before) === text) return;
  const path = join(folder, lockFileName);
  const beside = `${path}.${process.pid}.part`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

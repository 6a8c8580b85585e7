import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RunContext } from './context.ts';

/**
 * Makes a folder for what comes of a build, with all above it, and gives those that were not there before, deepest
 * first. They go away again when the build fails, or by `bake cleanup` after a crash, unless something came into them.
 * Rejects with Node's error if it can't be made.
 */
export async function makeFolders(
  path: string,
  { journal, onCleanup }: Pick<RunContext, 'journal' | 'onCleanup'>,
): Promise<readonly string[]> {
  const missing = await missingFolders(resolve(path));
  const top = missing.at(-1);
  if (top !== undefined) {
    const label = `folder ${top}, if it is empty`;
    const entry = journal({ kind: 'folders', label, traces: { paths: missing } });
    onCleanup(`remove ${label}`, () => removeEmptyFolders(missing), { onFailureOnly: true, entry });
  }
  // Also when it is there: what is no folder is an error.
  await mkdir(path, { recursive: true, mode: 0o755 });
  return missing;
}

/** Removes folders, deepest first, up to the first one in which someone keeps something. */
export async function removeEmptyFolders(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      await rmdir(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return;
    }
  }
}

async function missingFolders(path: string): Promise<readonly string[]> {
  const isThere = await stat(path).then(
    () => true,
    ({ code }: NodeJS.ErrnoException) => code !== 'ENOENT',
  );
  if (isThere || dirname(path) === path) return [];
  return [path, ...(await missingFolders(dirname(path)))];
}

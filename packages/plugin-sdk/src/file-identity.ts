import { lstat } from 'node:fs/promises';

/**
 * Tells a file, as it is now, from every other and from itself after a change; a folder only from other
 * folders. It survives a rename. `undefined` when there is nothing at the path.
 */
export async function identityOf(path: string): Promise<string | undefined> {
  const found = await lstat(path, { bigint: true }).catch(() => undefined);
  if (found === undefined) return undefined;
  const { dev, ino, size, mtimeNs, birthtimeNs } = found;
  return found.isDirectory() ? `${dev}:${ino}:${birthtimeNs}` : `${dev}:${ino}:${size}:${mtimeNs}`;
}

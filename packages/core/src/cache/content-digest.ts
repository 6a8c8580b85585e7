import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyedHash } from './keyed-hash.ts';

/** Permission bits, with those of set-user-ID and the like. */
const permissions = 0o7777;

/**
 * A keyed hash over a file, or a folder with all below it: names, modes and content, not times and owners. Rejects with what
 * the file system says, such as that there is nothing at this path.
 */
export async function contentDigest(path: string, hash: KeyedHash): Promise<string> {
  const found = await stat(path);
  if (found.isFile()) return hash.of(found.mode & permissions, await digestOf(path, hash));
  if (!found.isDirectory()) throw new Error('it is neither file nor folder');
  const entries: unknown[] = [];
  await visit(path, '', hash, entries);
  return hash.of(found.mode & permissions, entries);
}

async function visit(
  folder: string,
  below: string,
  hash: KeyedHash,
  entries: unknown[],
): Promise<void> {
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const found = await lstat(path);
    entries.push([join(below, name), ...(await described(path, found, hash))]);
    if (found.isDirectory()) await visit(path, join(below, name), hash, entries);
  }
}

/** Some communicators copy a link, some what it leads to, so both count. */
async function described(path: string, found: Stats, hash: KeyedHash): Promise<readonly unknown[]> {
  const mode = found.mode & permissions;
  if (found.isFile()) return ['file', mode, await digestOf(path, hash)];
  if (!found.isSymbolicLink()) return [found.isDirectory() ? 'folder' : 'other', mode];
  const target = await stat(path).catch(() => undefined);
  const content = target?.isFile() ? await digestOf(path, hash) : '';
  return ['link', await readlink(path), content];
}

async function digestOf(path: string, hash: KeyedHash): Promise<string> {
  const content = hash.start();
  for await (const chunk of createReadStream(path)) content.update(chunk as Buffer);
  return content.digest('hex');
}

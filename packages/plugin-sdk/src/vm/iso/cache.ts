import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { extname, join } from 'node:path';
import { type Checksum, checksumText } from './checksum.ts';
import type { Download } from './download.ts';

/** The folder of downloads, the same as Packer's: `PACKER_CACHE_DIR`, else `packer` in the user's cache. */
export function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const own = environment['PACKER_CACHE_DIR'];
  if (own) return own;
  if (process.platform === 'win32') return 'packer_cache';
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'packer');
}

/**
 * Where a file is kept: named by its checksum, or by its URL when there is none, in the cache or in the folder
 * that the template names; a target with an ending is the file itself. All as Packer does, who so finds it too.
 */
export function targetOf(
  { targetPath, extension }: Download,
  checksum: Checksum | undefined,
  url: URL,
): string {
  if (targetPath && extname(targetPath) !== '') return targetPath;
  const key = checksum === undefined ? url.href : checksumText(checksum);
  const name = createHash('sha1').update(key).digest('hex');
  const folder = targetPath || cacheFolder(process.env);
  return join(folder, extension === '' ? name : `${name}.${extension}`);
}

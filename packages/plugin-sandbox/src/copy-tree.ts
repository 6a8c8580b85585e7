import { constants, type Stats } from 'node:fs';
import {
  chmod,
  copyFile,
  lchown,
  link,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  symlink,
} from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies what is in a folder into another that exists: modes, times and links of both kinds as they are,
 * owners too when root does it. Sockets, pipes and devices are left out, and so is the copy itself where
 * it lies below what is copied.
 */
export async function copyTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  await new TreeCopy(inodeOf(await lstat(to)), signal).copyFolder(from, to);
}

class TreeCopy {
  readonly #target: string;
  readonly #signal: AbortSignal;
  /** First copy of each file that has several names, by device and inode. */
  readonly #copies = new Map<string, string>();

  constructor(target: string, signal: AbortSignal) {
    this.#target = target;
    this.#signal = signal;
  }

  async copyFolder(from: string, to: string): Promise<void> {
    for (const name of await readdir(from)) {
      this.#signal.throwIfAborted();
      await this.#copyEntry(join(from, name), join(to, name));
    }
  }

  async #copyEntry(from: string, to: string): Promise<void> {
    const stats = await lstat(from);
    if (inodeOf(stats) === this.#target) return;
    if (stats.isSymbolicLink()) {
      await symlink(await readlink(from), to);
    } else if (stats.isDirectory()) {
      await mkdir(to);
      await this.copyFolder(from, to);
    } else if (stats.isFile()) {
      await this.#copyFile(from, to, stats);
    } else {
      return;
    }
    await copyFacts(stats, to);
  }

  async #copyFile(from: string, to: string, stats: Stats): Promise<void> {
    const inode = inodeOf(stats);
    const first = this.#copies.get(inode);
    if (first !== undefined) return link(first, to);
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    if (stats.nlink > 1) this.#copies.set(inode, to);
  }
}

/** Last, because filling a folder changes its time, and changing its owner may clear bits of its mode. */
async function copyFacts(stats: Stats, to: string): Promise<void> {
  if (process.getuid?.() === 0) await lchown(to, stats.uid, stats.gid);
  if (!stats.isSymbolicLink()) await chmod(to, stats.mode & 0o7777);
  await lutimes(to, stats.atime, stats.mtime);
}

function inodeOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

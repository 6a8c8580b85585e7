import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Failure } from '@bake/plugin-sdk';

/** A local folder with all below it, links followed. Paths are relative and with forward slashes. */
export interface LocalTree {
  /** Permission bits of the folder itself. */
  readonly mode: number;
  /** Parents before children; the folder itself is not among them. */
  readonly folders: readonly LocalEntry[];
  readonly files: readonly LocalEntry[];
  /** Bytes of all files. */
  readonly size: number;
}

/** A folder or file of a tree. */
export interface LocalEntry {
  /** Where it is to be, below the tree. */
  readonly path: string;
  /** Where it is. */
  readonly source: string;
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
}

/** Lists a folder, sorted. Throws a `Failure` for links that lead nowhere or in a circle, and for devices. */
export async function readLocalTree(root: string): Promise<LocalTree> {
  const folders: LocalEntry[] = [];
  const files: LocalEntry[] = [];
  const visit = async (folder: string, prefix: string, above: readonly string[]): Promise<void> => {
    const real = await realpath(folder);
    if (above.includes(real)) throw circle(folder);
    for (const name of (await readdir(folder)).sort()) {
      const source = join(folder, name);
      const path = posix.join(prefix, name);
      const stats = await follow(source);
      const entry = { path, source, mode: stats.mode & 0o7777, size: stats.size };
      if (stats.isDirectory()) {
        folders.push(entry);
        await visit(source, path, [...above, real]);
      } else if (stats.isFile()) {
        files.push(entry);
      } else {
        throw neither(source);
      }
    }
  };
  const { mode } = await stat(root);
  await visit(root, '', []);
  return {
    mode: mode & 0o7777,
    folders,
    files,
    size: files.reduce((sum, { size }) => sum + size, 0),
  };
}

async function follow(source: string): Promise<Stats> {
  try {
    return await stat(source);
  } catch (error) {
    if (!(await isLink(source))) throw error;
    throw new Failure({
      summary: `A link leads nowhere: ${source}`,
      detail:
        'Links are followed when a folder is uploaded. Remove the link, or make what it names.',
      cause: error,
    });
  }
}

async function isLink(source: string): Promise<boolean> {
  return (await lstat(source)).isSymbolicLink();
}

function circle(folder: string): Failure {
  return new Failure({
    summary: `A link leads back to a folder above it: ${folder}`,
    detail:
      'Links are followed when a folder is uploaded, which would never end here. Remove the link.',
  });
}

function neither(source: string): Failure {
  return new Failure({
    summary: `Neither file nor folder: ${source}`,
    detail: 'Sockets, pipes and devices cannot be uploaded. Leave it out of the folder.',
  });
}

import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';

/** What is at a path of the server. */
export type Served = ServedFile | ServedFolder;

/** Bytes that can be read from anywhere. */
export interface ServedFile {
  readonly kind: 'file';
  readonly size: number;
  readonly modified?: Date;
  /** Bytes from `start` up to and including `end`. */
  read(start: number, end: number): Readable;
}

/** Names in a folder, sorted; those of folders end with a slash. */
export interface ServedFolder {
  readonly kind: 'folder';
  readonly modified: Date;
  readonly names: readonly string[];
}

/** Finds what is at a clean absolute path (`/a/b`); `undefined` when there is nothing. */
export interface ServedTree {
  find(path: string): Promise<Served | undefined>;
  /** All paths, when they are few: to suggest the one that was meant. */
  readonly paths?: readonly string[];
}

/** The files below a folder. Links are followed wherever they lead, as Go's file server does. */
export function folderTree(folder: string): ServedTree {
  return {
    find: async (path) => {
      // Elsewhere a backslash is a letter like any other.
      if (path.includes('\0') || (process.platform === 'win32' && path.includes('\\'))) {
        return undefined;
      }
      const place = join(folder, path);
      const found = await stat(place);
      const { size, mtime: modified } = found;
      if (found.isDirectory()) return { kind: 'folder', modified, names: await namesIn(place) };
      if (!found.isFile()) return undefined;
      const read = (start: number, end: number): Readable =>
        size === 0 ? Readable.from([]) : createReadStream(place, { start, end });
      return { kind: 'file', size, modified, read };
    },
  };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** Texts by path. Folders between them are not there, as in Packer. */
export function contentTree(content: Readonly<Record<string, string>>): ServedTree {
  const files = new Map(
    Object.entries(content).map(([path, text]) => [posix.join('/', path), Buffer.from(text)]),
  );
  return {
    paths: [...files.keys()],
    find: async (path) => {
      const bytes = files.get(path);
      if (bytes === undefined) return undefined;
      const read = (start: number, end: number): Readable =>
        Readable.from([bytes.subarray(start, end + 1)]);
      return { kind: 'file', size: bytes.length, read };
    },
  };
}

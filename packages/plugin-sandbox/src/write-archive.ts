import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, type Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import tar, { type Header, type Pack } from 'tar-stream';

type EntryHeader = Pick<Header, 'name'> & Partial<Header>;

/** What is to be said of the owners, and when to stop. */
export interface ArchiveOptions {
  /** Without it everything belongs to root. */
  readonly keepsOwners: boolean;
  readonly signal: AbortSignal;
}

/**
 * Packs what is in a folder as tar.gz, sorted, with modes, times and links. Gives the SHA-256 of the
 * file. Sockets are left out: they mean nothing without their process.
 */
export async function writeArchive(
  tree: string,
  file: string,
  options: ArchiveOptions,
): Promise<string> {
  const pack = tar.pack();
  const hash = createHash('sha256');
  const hashed = new PassThrough();
  hashed.on('data', (chunk: Buffer) => hash.update(chunk));
  const written = pipeline(Readable.from(pack), createGzip(), hashed, createWriteStream(file), {
    signal: options.signal,
  });
  // Without a reader, entries would wait for ever.
  written.catch((error: Error) => pack.destroy(error));
  try {
    await new TreePacker(pack, tree, options).packFolder('');
    pack.finalize();
  } catch (error) {
    pack.destroy(error as Error);
    await written.catch(() => undefined);
    options.signal.throwIfAborted();
    throw error;
  }
  await written;
  return hash.digest('hex');
}

class TreePacker {
  readonly #pack: Pack;
  readonly #tree: string;
  readonly #options: ArchiveOptions;
  /** First path of each file that has several names, by device and inode. */
  readonly #names = new Map<string, string>();

  constructor(pack: Pack, tree: string, options: ArchiveOptions) {
    this.#pack = pack;
    this.#tree = tree;
    this.#options = options;
  }

  async packFolder(path: string): Promise<void> {
    for (const name of (await readdir(join(this.#tree, path))).sort()) {
      this.#options.signal.throwIfAborted();
      await this.#packEntry(posix.join(path, name));
    }
  }

  async #packEntry(path: string): Promise<void> {
    const source = join(this.#tree, path);
    const stats = await lstat(source);
    const header = this.#headerOf(path, stats);
    if (stats.isSymbolicLink()) {
      await this.#add({ ...header, type: 'symlink', linkname: await readlink(source) });
    } else if (stats.isDirectory()) {
      await this.#add({ ...header, name: `${path}/`, type: 'directory' });
      await this.packFolder(path);
    } else if (stats.isFile()) {
      await this.#packFile(header, source, stats);
    } else if (stats.isFIFO()) {
      await this.#add({ ...header, type: 'fifo' });
    } else if (stats.isBlockDevice() || stats.isCharacterDevice()) {
      await this.#add({ ...header, ...deviceOf(stats) });
    }
  }

  #headerOf(name: string, stats: Stats): EntryHeader {
    const { uid, gid } = this.#options.keepsOwners ? stats : { uid: 0, gid: 0 };
    // With the bits of its kind the mode is never 0, which tar-stream would take for "not given".
    return { name, mode: stats.mode, uid, gid, mtime: stats.mtime };
  }

  async #packFile(header: EntryHeader, source: string, stats: Stats): Promise<void> {
    const inode = `${stats.dev}:${stats.ino}`;
    const first = stats.nlink > 1 ? this.#names.get(inode) : undefined;
    if (first !== undefined) {
      await this.#add({ ...header, type: 'link', linkname: first });
      return;
    }
    this.#names.set(inode, header.name);
    await this.#add({ ...header, type: 'file', size: stats.size }, createReadStream(source));
  }

  #add(header: EntryHeader, content?: Readable): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = this.#pack.entry(header, (error) => {
        content?.destroy();
        if (error) reject(error);
        else resolve();
      });
      // The callback hears of it, too.
      entry.on('error', () => undefined);
      if (content === undefined) return;
      content.on('error', (error) => entry.destroy(error));
      content.pipe(entry);
    });
  }
}

function deviceOf(stats: Stats): Pick<Header, 'type' | 'devmajor' | 'devminor'> {
  const { rdev } = stats;
  return {
    type: stats.isBlockDevice() ? 'block-device' : 'character-device',
    devmajor: (rdev >> 8) & 0xfff,
    devminor: (rdev & 0xff) | ((rdev >> 12) & 0xfff00),
  };
}

import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import type { Upload } from '@bake/plugin-sdk';
import tar, { type Header, type Pack } from 'tar-stream';

/** Numbers of the user and group that what is packed is to belong to. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

type EntryHeader = Pick<Header, 'name'> & Partial<Header>;

/** Where the file type stands in a mode; with it the mode is never 0, which tar-stream takes for "not given". */
const regular = 0o100000;

/** One file as a tar stream. */
export async function packFile(content: Upload, name: string, owner: Owner): Promise<Readable> {
  const { data, size } = await sized(content);
  const mode = regular | (content.mode ?? 0o644);
  return packed((pack) => add(pack, { name, mode, size, type: 'file', ...owner }, data));
}

/**
 * A local folder as a tar stream, sorted, links as they are. The folder itself is called `name` in it, or is left out
 * without one. Sockets and devices are left out.
 */
export function packFolder(folder: string, name: string | undefined, owner: Owner): Readable {
  const visit = async (pack: Pack, source: string, path: string): Promise<void> => {
    const stats = await lstat(source);
    const header = { name: path, mode: stats.mode, mtime: stats.mtime, ...owner };
    if (stats.isSymbolicLink()) {
      await add(pack, { ...header, type: 'symlink', linkname: await readlink(source) });
    } else if (stats.isFile()) {
      const content = createReadStream(source);
      await add(pack, { ...header, type: 'file', size: stats.size }, content);
    } else if (stats.isDirectory()) {
      if (path !== '') await add(pack, { ...header, name: `${path}/`, type: 'directory' });
      for (const child of (await readdir(source)).sort()) {
        await visit(pack, join(source, child), posix.join(path, child));
      }
    }
  };
  return packed((pack) => visit(pack, folder, name ?? ''));
}

interface SizedContent {
  readonly data: Readable;
  readonly size: number;
}

/** A tar header says how long its file is, so what does not know its length is read first. */
async function sized({ data, size }: Upload): Promise<SizedContent> {
  if (data instanceof Readable && size !== undefined) return { data, size };
  const bytes = data instanceof Readable ? Buffer.concat(await data.toArray()) : Buffer.from(data);
  return { data: Readable.from([bytes]), size: bytes.length };
}

function packed(fill: (pack: Pack) => Promise<void>): Readable {
  const pack = tar.pack();
  const stream = Readable.from(pack);
  // The reader hears of it, too.
  stream.once('close', () => pack.destroy());
  fill(pack).then(
    () => pack.finalize(),
    (error: Error) => pack.destroy(error),
  );
  return stream;
}

function add(pack: Pack, header: EntryHeader, content?: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    const entry = pack.entry(header, (error) => {
      content?.destroy();
      if (error) reject(error);
      else resolve();
    });
    // The callback hears of it, too.
    entry.on('error', () => undefined);
    if (content === undefined) return;
    content.on('error', (error) => entry.destroy(error));
    if (content.errored) entry.destroy(content.errored);
    content.pipe(entry);
  });
}

import { createWriteStream } from 'node:fs';
import { chmod, lchown, link, lutimes, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Failure } from '@bake/plugin-sdk';
import type { Header } from 'tar-stream';

/** Puts the entries of an archive below a folder, and nowhere else. */
export class TreeWriter {
  readonly #root: string;
  readonly #folders: { readonly path: string; readonly header: Header }[] = [];
  #parent: { readonly name: string; readonly path: string } | undefined;

  /** `root` is a real path. */
  constructor(root: string) {
    this.#root = root;
  }

  /** Puts an entry in its place; its content has been read to the end afterwards. */
  async write(header: Header, content: Readable): Promise<void> {
    const name = this.#inside(header.name);
    if (name === '.') {
      content.resume();
      return;
    }
    const path = await this.#place(name);
    if (header.type === 'file' || header.type === 'contiguous-file') {
      await rm(path, { recursive: true, force: true });
      await pipeline(content, createWriteStream(path, { flags: 'wx' }));
      await setFacts(path, header);
      return;
    }
    content.resume();
    await this.#writeBodiless(path, header);
  }

  /** To be called at the end: what comes into a folder changes its time, and may need its permission. */
  async finish(): Promise<void> {
    for (const { path, header } of this.#folders.reverse()) await setFacts(path, header);
  }

  async #writeBodiless(path: string, header: Header): Promise<void> {
    switch (header.type) {
      case 'directory':
        await makeFolder(path);
        this.#folders.push({ path, header });
        return;
      case 'symlink':
        this.#parent = undefined;
        await rm(path, { recursive: true, force: true });
        await symlink(header.linkname ?? '', path);
        await setFacts(path, header);
        return;
      case 'link':
        await rm(path, { recursive: true, force: true });
        await link(await this.#place(this.#inside(header.linkname ?? '')), path);
        return;
      default:
        return;
    }
  }

  #inside(name: string): string {
    const clean = posix.normalize(name).replace(/^\/+/, '').replace(/\/+$/, '');
    if (clean === '..' || clean.startsWith('../')) throw outside(name);
    return clean === '' ? '.' : clean;
  }

  /** Makes the folders above; a link among them may not lead out. */
  async #place(name: string): Promise<string> {
    const above = posix.dirname(name);
    if (this.#parent?.name !== above) {
      let path = this.#root;
      for (const part of above === '.' ? [] : above.split('/')) {
        const next = join(path, part);
        await makeFolder(next);
        path = await realpath(next);
        if (path !== this.#root && !path.startsWith(this.#root + sep)) throw outside(name);
      }
      this.#parent = { name: above, path };
    }
    return join(this.#parent.path, posix.basename(name));
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function setFacts(path: string, { type, uid, gid, mode, mtime }: Header): Promise<void> {
  if (process.getuid?.() === 0) await lchown(path, uid ?? 0, gid ?? 0);
  if (type !== 'symlink' && mode !== undefined) await chmod(path, mode & 0o7777);
  if (mtime !== undefined) await lutimes(path, mtime, mtime);
}

function outside(name: string): Failure {
  return new Failure({
    summary: `An entry of the archive leads out of it: ${name}`,
    detail:
      'bake does not unpack archives that would write to other places. Make the archive anew.',
  });
}

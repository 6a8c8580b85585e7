import type { FileHandle } from 'node:fs/promises';
import type { FileEntry } from 'ssh2';

/** What an SFTP handle stands for: an open file, or what is still to be listed of a folder. */
export type OpenFile =
  | { readonly kind: 'file'; readonly handle: FileHandle }
  | { readonly kind: 'folder'; readonly left: FileEntry[] };

/** The handles of one SFTP session. Looking up one that does not exist throws `EBADF`. */
export class OpenFiles {
  readonly #open = new Map<string, OpenFile>();
  #next = 0;

  /** Keeps it and gives the handle to tell the client. */
  add(file: OpenFile): Buffer {
    const key = Buffer.from(String(this.#next++));
    this.#open.set(key.toString(), file);
    return key;
  }

  file(key: Buffer): FileHandle {
    const found = this.#open.get(key.toString());
    if (found?.kind !== 'file') throw badHandle();
    return found.handle;
  }

  folder(key: Buffer): FileEntry[] {
    const found = this.#open.get(key.toString());
    if (found?.kind !== 'folder') throw badHandle();
    return found.left;
  }

  async close(key: Buffer): Promise<void> {
    const found = this.#open.get(key.toString());
    if (found === undefined) throw badHandle();
    this.#open.delete(key.toString());
    if (found.kind === 'file') await found.handle.close();
  }

  /** For clients that went away without a word. */
  async closeAll(): Promise<void> {
    const left = [...this.#open.values()];
    this.#open.clear();
    const files = left.filter((file) => file.kind === 'file');
    await Promise.allSettled(files.map((file) => file.handle.close()));
  }
}

function badHandle(): Error {
  return Object.assign(new Error('No such handle'), { code: 'EBADF' });
}

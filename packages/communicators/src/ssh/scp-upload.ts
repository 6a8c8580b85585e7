import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { basename, posix } from 'node:path';
import { Failure } from '@bake/plugin-sdk';
import type { LocalEntry, LocalTree } from '../files/local-tree.ts';
import type { OnBytes } from './file-transfer.ts';
import { endRecord, fileRecord, folderRecord, isSendable } from './scp-record.ts';
import type { ScpSession } from './scp-session.ts';
import type { SizedContent } from './spool.ts';

/** Sends files and folders to an `scp -t`, with one wait per file: for its answer and the next one's together. */
export class ScpSender {
  readonly #session: ScpSession;
  readonly #onBytes: OnBytes;
  #unanswered = 0;

  constructor(session: ScpSession, onBytes: OnBytes) {
    this.#session = session;
    this.#onBytes = onBytes;
  }

  /** Sends one file. Throws a `Failure` when it is not as long as it is said to be. */
  async sendFile(
    name: string,
    mode: number,
    { data, size }: Pick<SizedContent, 'data' | 'size'>,
  ): Promise<void> {
    await this.#announce(fileRecord(sendable(name), mode, size));
    // Content for which there is no file would be taken for records.
    await this.#settle();
    let sent = 0;
    for await (const piece of data) {
      const chunk = typeof piece === 'string' ? Buffer.from(piece) : piece;
      sent += chunk.length;
      if (sent > size) throw changed(name);
      await this.#session.send(chunk);
      this.#onBytes(chunk.length);
    }
    if (sent < size) throw changed(name);
    await this.#session.sendOk();
    this.#unanswered += 1;
  }

  /** Sends what is in a folder, and the folder itself around it when `name` says what to call it. */
  async sendTree(tree: LocalTree, name: string | undefined): Promise<void> {
    const inside = groupByFolder(tree);
    if (name === undefined) await this.#sendInside('.', inside);
    else await this.#sendFolder(name, tree.mode, '.', inside);
  }

  /** Waits until the machine has said that all is there, and ends the session. */
  async finish(): Promise<void> {
    await this.#settle();
    await this.#session.finish();
  }

  async #sendFolder(name: string, mode: number, path: string, inside: Grouped): Promise<void> {
    await this.#announce(folderRecord(sendable(name), mode));
    await this.#sendInside(path, inside);
    await this.#announce(endRecord);
  }

  async #sendInside(path: string, inside: Grouped): Promise<void> {
    const { folders = [], files = [] } = inside.get(path) ?? {};
    for (const file of files) {
      const data = createReadStream(file.source, { highWaterMark: 256 * 1024 });
      // What cannot be read breaks before anyone listens, and is no empty file on the machine.
      await once(data, 'open');
      try {
        await this.sendFile(basename(file.path), file.mode, { data, size: file.size });
      } finally {
        data.destroy();
      }
    }
    for (const folder of folders) {
      await this.#sendFolder(basename(folder.path), folder.mode, folder.path, inside);
    }
  }

  async #announce(record: string): Promise<void> {
    await this.#session.send(record);
    this.#unanswered += 1;
    // A folder that can't be made must not have its files land beside it.
    if (record.startsWith('D')) await this.#settle();
  }

  async #settle(): Promise<void> {
    for (; this.#unanswered > 0; this.#unanswered -= 1) await this.#session.expectOk();
  }
}

type Grouped = ReadonlyMap<string, { folders: LocalEntry[]; files: LocalEntry[] }>;

/** Sorts what is in a tree by the folder that it is in; the uppermost is `.`. */
function groupByFolder({ folders, files }: LocalTree): Grouped {
  const groups = new Map<string, { folders: LocalEntry[]; files: LocalEntry[] }>();
  const add = (kind: 'folders' | 'files', entry: LocalEntry): void => {
    const parent = posix.dirname(entry.path);
    const group = groups.get(parent) ?? { folders: [], files: [] };
    group[kind].push(entry);
    groups.set(parent, group);
  };
  for (const folder of folders) add('folders', folder);
  for (const file of files) add('files', file);
  return groups;
}

function sendable(name: string): string {
  if (isSendable(name)) return name;
  throw new Failure({
    summary: `A name has a line break in it: ${JSON.stringify(name)}`,
    detail:
      'Such names cannot travel by scp. Set ssh_file_transfer_method = "sftp", or rename the file.',
  });
}

function changed(name: string): Failure {
  return new Failure({
    summary: `The file changed while it was uploaded: ${name}`,
    detail:
      'Its size was not the one it had at the beginning. Upload it when nothing writes to it any more.',
  });
}

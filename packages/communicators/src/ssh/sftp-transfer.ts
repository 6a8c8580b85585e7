import type { Writable } from 'node:stream';
import type { Upload } from '@bake/plugin-sdk';
import type { LocalTree } from '../files/local-tree.ts';
import { raceAbort } from '../network/race-abort.ts';
import type { Connection } from './connection.ts';
import { readFile } from './download-file.ts';
import { downloadTree } from './download-tree.ts';
import type { FileTransfer, OnBytes } from './file-transfer.ts';
import type { Link } from './link.ts';
import { remotePathOf } from './remote-path.ts';
import type { SftpChannel } from './sftp-channel.ts';
import { createFile, fillFile } from './upload-file.ts';
import { findTarget, makeTarget, type Target, uploadTree } from './upload-tree.ts';

/** Milliseconds in which a cancelled transfer is to remove what it has half written here. */
const grace = 300;

/** Files by the SFTP subsystem, whose one channel per connection all transfers share. */
export class SftpTransfer implements FileTransfer {
  readonly method = 'sftp';
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  upload(content: Upload, path: string, signal: AbortSignal, onBytes: OnBytes): Promise<void> {
    return this.#transfer(
      (sftp) => createFile(sftp, remotePathOf(path), content.mode),
      (sftp, file) => fillFile(sftp, file, content, signal, onBytes),
      signal,
    );
  }

  uploadDir(
    tree: LocalTree,
    localDir: string,
    remoteDir: string,
    signal: AbortSignal,
    onBytes: OnBytes,
  ): Promise<void> {
    let target: Target | undefined;
    return this.#transfer(
      async (sftp) => {
        // Found out once: what a try before the connection was lost has made must not count.
        target ??= await findTarget(sftp, localDir, remotePathOf(remoteDir));
        await makeTarget(sftp, target, tree.mode);
        return target.path;
      },
      (sftp, path) => uploadTree(sftp, tree, path, signal, onBytes),
      signal,
    );
  }

  download(path: string, sink: Writable, signal: AbortSignal): Promise<void> {
    return this.#transfer(
      (sftp) => sftp.open(remotePathOf(path)),
      (sftp, file) => readFile(sftp, file, sink, signal),
      signal,
    );
  }

  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    return this.#transfer(
      (sftp) => sftp.stat(remotePathOf(remoteDir)),
      (sftp) => downloadTree(sftp, remotePathOf(remoteDir), localDir, signal),
      signal,
    );
  }

  /** `begin` is the first request: if the connection turns out to be dead by then, it is made anew. */
  #transfer<T>(
    begin: (sftp: SftpChannel) => Promise<T>,
    go: (sftp: SftpChannel, begun: T) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const open = async (connection: Connection): Promise<{ sftp: SftpChannel; begun: T }> => {
      const sftp = await connection.sftp(signal);
      return { sftp, begun: await raceAbort(begin(sftp), signal) };
    };
    const use = ({ sftp, begun }: { sftp: SftpChannel; begun: T }): Promise<void> =>
      raceAbort(go(sftp, begun), signal, { grace });
    return this.#link.use(open, use, signal);
  }
}

import type { Writable } from 'node:stream';
import type { Upload } from '@bake/plugin-sdk';
import type { Connection } from './connection.ts';
import { readFile } from './download-file.ts';
import { downloadTree } from './download-tree.ts';
import type { FileTransfer, OnBytes } from './file-transfer.ts';
import type { Link } from './link.ts';
import type { LocalTree } from './local-tree.ts';
import { raceAbort } from './race-abort.ts';
import { remotePathOf } from './remote-path.ts';
import type { SftpChannel } from './sftp-channel.ts';
import { createFile, fillFile } from './upload-file.ts';
import { makeTarget, uploadTree } from './upload-tree.ts';

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
    return this.#transfer(
      (sftp) => makeTarget(sftp, localDir, remotePathOf(remoteDir), tree.mode),
      (sftp, target) => uploadTree(sftp, tree, target, signal, onBytes),
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
    return this.#link.use(open, ({ sftp, begun }) => raceAbort(go(sftp, begun), signal), signal);
  }
}

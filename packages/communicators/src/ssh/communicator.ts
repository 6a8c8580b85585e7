import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  type CommandResult,
  type Communicator,
  isFailure,
  type RemoteCommand,
  type Ui,
  type Upload,
} from '@bake/plugin-sdk';
import type { Connection } from './connection.ts';
import { readFile } from './download-file.ts';
import { downloadTree } from './download-tree.ts';
import { finishCommand } from './exec.ts';
import type { KillSignal } from './kill-command.ts';
import type { Link } from './link.ts';
import { readLocalTree } from './local-tree.ts';
import { reportBytes } from './progress.ts';
import { raceAbort } from './race-abort.ts';
import { remotePathOf } from './remote-path.ts';
import type { SftpChannel } from './sftp-channel.ts';
import { type Transfer, transferFailure } from './transfer-failure.ts';
import { createFile, fillFile } from './upload-file.ts';
import { makeTarget, uploadTree } from './upload-tree.ts';

/** A machine at the other end of an SSH link. */
export class SshCommunicator implements Communicator {
  readonly #link: Link;
  readonly #ui: Ui;

  constructor(link: Link, ui: Ui) {
    this.#link = link;
    this.#ui = ui;
  }

  run(command: RemoteCommand): Promise<CommandResult> {
    return this.#link.use(
      async (connection) => {
        const channel = await connection.exec(command.command, command.signal);
        return { channel, kill: (signal: KillSignal) => connection.kill(channel, signal) };
      },
      ({ channel, kill }) => finishCommand(channel, kill, command),
      command.signal,
    );
  }

  async upload(content: Upload, remotePath: string, signal: AbortSignal): Promise<void> {
    const onBytes = reportBytes(this.#ui, content.label, content.size);
    try {
      await this.#transfer(
        { verb: 'upload', remotePath },
        (sftp) => createFile(sftp, remotePathOf(remotePath), content.mode),
        (sftp, file) => fillFile(sftp, file, content, signal, onBytes),
        signal,
      );
    } catch (error) {
      // It may not even have been begun; no one else would close what is behind it.
      if (content.data instanceof Readable) content.data.destroy();
      throw error;
    }
  }

  async uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void> {
    const transfer = { verb: 'upload', remotePath: remoteDir } as const;
    const tree = await asFailure(readLocalTree(localDir), transfer);
    const onBytes = reportBytes(this.#ui, localDir, tree.size);
    await this.#transfer(
      transfer,
      (sftp) => makeTarget(sftp, localDir, remotePathOf(remoteDir), tree.mode),
      (sftp, target) => uploadTree(sftp, tree, target, signal, onBytes),
      signal,
    );
  }

  async download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void> {
    const transfer = { verb: 'download', remotePath } as const;
    const ended = finished(sink, { signal });
    // It is waited for at the end; a sink that breaks before shows in the writing, too.
    ended.catch(() => undefined);
    try {
      await this.#transfer(
        transfer,
        (sftp) => sftp.open(remotePathOf(remotePath)),
        (sftp, file) => readFile(sftp, file, sink, signal),
        signal,
      );
    } catch (error) {
      sink.destroy();
      throw error;
    }
    sink.end();
    await asFailure(ended, transfer, signal);
  }

  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    return this.#transfer(
      { verb: 'download', remotePath: remoteDir },
      (sftp) => sftp.stat(remotePathOf(remoteDir)),
      (sftp) => downloadTree(sftp, remotePathOf(remoteDir), localDir, signal),
      signal,
    );
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /** `begin` is the first request: if the connection turns out to be dead by then, it is made anew. */
  async #transfer<T>(
    transfer: Transfer,
    begin: (sftp: SftpChannel) => Promise<T>,
    go: (sftp: SftpChannel, begun: T) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const open = async (connection: Connection): Promise<{ sftp: SftpChannel; begun: T }> => {
      const sftp = await connection.sftp(signal);
      return { sftp, begun: await raceAbort(begin(sftp), signal) };
    };
    const work = this.#link.use(
      open,
      ({ sftp, begun }) => raceAbort(go(sftp, begun), signal),
      signal,
    );
    await asFailure(work, transfer, signal);
  }
}

async function asFailure<T>(
  work: Promise<T>,
  transfer: Transfer,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal?.throwIfAborted();
    throw isFailure(error) ? error : transferFailure(error, transfer);
  }
}

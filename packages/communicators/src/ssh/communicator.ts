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
import { readLocalTree } from '../files/local-tree.ts';
import { reportBytes } from '../files/progress.ts';
import { finishCommand } from './exec.ts';
import type { FileTransfer } from './file-transfer.ts';
import type { Link } from './link.ts';
import { NoMethodError, type TransferMethod } from './remote-error.ts';
import { ScpTransfer } from './scp-transfer.ts';
import { SftpTransfer } from './sftp-transfer.ts';
import { noMethod, type Transfer, transferFailure } from './transfer-failure.ts';
import type { LocalTunnels } from './tunnel.ts';

/** A machine at the other end of an SSH link. */
export class SshCommunicator implements Communicator {
  readonly #link: Link;
  readonly #ui: Ui;
  readonly #tunnels: LocalTunnels;
  /** How files travel, and what is left if the machine can't do that. */
  #method: FileTransfer;
  #otherMethod: FileTransfer;

  constructor(link: Link, ui: Ui, method: TransferMethod, tunnels: LocalTunnels) {
    this.#tunnels = tunnels;
    this.#link = link;
    this.#ui = ui;
    const [scp, sftp] = [new ScpTransfer(link), new SftpTransfer(link)];
    [this.#method, this.#otherMethod] = method === 'scp' ? [scp, sftp] : [sftp, scp];
  }

  run(command: RemoteCommand): Promise<CommandResult> {
    return this.#link.use(
      async (connection) => {
        const channel = await connection.exec(command.command, command.signal);
        return { channel, end: () => connection.endCommand(channel) };
      },
      ({ channel, end }) => finishCommand(channel, end, command),
      command.signal,
    );
  }

  async upload(content: Upload, remotePath: string, signal: AbortSignal): Promise<void> {
    const onBytes = reportBytes(this.#ui, content.label, content.size);
    // What breaks before it is read is told when it is.
    if (content.data instanceof Readable) content.data.on('error', () => undefined);
    try {
      await this.#transfer(
        { verb: 'upload', remotePath },
        (method) => method.upload(content, remotePath, signal, onBytes),
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
      (method) => method.uploadDir(tree, localDir, remoteDir, signal, onBytes),
      signal,
    );
  }

  async download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void> {
    const transfer = { verb: 'download', remotePath } as const;
    const ended = finished(sink, { signal });
    // It is waited for at the end; a sink that breaks before shows in the writing, too.
    ended.catch(() => undefined);
    try {
      await this.#transfer(transfer, (method) => method.download(remotePath, sink, signal), signal);
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
      (method) => method.downloadDir(remoteDir, localDir, signal),
      signal,
    );
  }

  close(): Promise<void> {
    this.#tunnels.close();
    return this.#link.close();
  }

  async #transfer(
    transfer: Transfer,
    go: (method: FileTransfer) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const method = this.#method;
    const error = await untilMissing(asFailure(go(method), transfer, signal));
    if (error === undefined) return;
    if (this.#method === method) this.#fallBack(error);
    const second = await untilMissing(asFailure(go(this.#method), transfer, signal));
    if (second !== undefined) throw noMethod([error, second]);
  }

  #fallBack({ method, message }: NoMethodError): void {
    const other = this.#otherMethod;
    this.#otherMethod = this.#method;
    this.#method = other;
    this.#ui.say(
      `Files cannot travel by ${method} (${message}); going on with ${other.method}. Set ssh_file_transfer_method = "${other.method}" to use it from the start.`,
    );
  }
}

/** Gives the error if it is that the machine doesn't know the method. */
async function untilMissing(work: Promise<void>): Promise<NoMethodError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof NoMethodError) return error;
    throw error;
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
    if (isFailure(error) || error instanceof NoMethodError) throw error;
    throw transferFailure(error, transfer);
  }
}

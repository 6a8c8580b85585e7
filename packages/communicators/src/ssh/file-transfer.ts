import type { Writable } from 'node:stream';
import type { Upload } from '@bake/plugin-sdk';
import type { LocalTree } from '../files/local-tree.ts';
import type { TransferMethod } from './remote-error.ts';

/** Hears of each number of bytes that was sent. */
export type OnBytes = (count: number) => void;

/**
 * A way for files to travel: SFTP or scp. Methods reject with a `RemoteError` when the machine says no,
 * with a `NoMethodError`, before any content has moved, when it doesn't know this way, with the signal's
 * reason when it aborts, and with other errors for what breaks here or on the line.
 */
export interface FileTransfer {
  readonly method: TransferMethod;
  upload(content: Upload, remotePath: string, signal: AbortSignal, onBytes: OnBytes): Promise<void>;
  /** The slash at the end of `localDir` counts, as in `Communicator.uploadDir`. */
  uploadDir(
    tree: LocalTree,
    localDir: string,
    remoteDir: string,
    signal: AbortSignal,
    onBytes: OnBytes,
  ): Promise<void>;
  /** Writes into `sink` and leaves it open. */
  download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void>;
  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void>;
}

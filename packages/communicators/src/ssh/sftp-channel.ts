import ssh2, { type FileEntryWithStats, type SFTPWrapper, type Stats } from 'ssh2';
import { RemoteError, type RemoteReason } from './remote-error.ts';

const { STATUS_CODE } = ssh2.utils.sftp;

/** An open file on the machine. */
export type FileId = Buffer;

type Done<T> = (error: Error | undefined | null, value: T) => void;

/**
 * SFTP in promises. Requests reject with an `RemoteError` when the machine says no, and with another error
 * when the channel is gone.
 */
export class SftpChannel {
  readonly #sftp: SFTPWrapper;
  #isOpen = true;

  constructor(sftp: SFTPWrapper) {
    this.#sftp = sftp;
    const close = (): void => {
      this.#isOpen = false;
    };
    sftp.on('end', close).on('close', close).on('error', close);
  }

  onceClosed(listener: () => void): void {
    if (this.#isOpen) this.#sftp.once('close', listener);
    else listener();
  }

  /** Opens for writing, emptied or new. */
  create(path: string, mode: number): Promise<FileId> {
    return this.#ask((done) => this.#sftp.open(path, 'w', mode, done));
  }

  open(path: string): Promise<FileId> {
    return this.#ask((done) => this.#sftp.open(path, 'r', done));
  }

  close(file: FileId): Promise<void> {
    return this.#tell((done) => this.#sftp.close(file, done));
  }

  write(file: FileId, data: Buffer, position: number): Promise<void> {
    return this.#tell((done) => this.#sftp.write(file, data, 0, data.length, position, done));
  }

  /** Resolves with how many bytes came; 0 is the end of the file. */
  read(file: FileId, into: Buffer, position: number): Promise<number> {
    return this.#ask((done) => this.#sftp.read(file, into, 0, into.length, position, done));
  }

  fstat(file: FileId): Promise<Stats> {
    return this.#ask((done) => this.#sftp.fstat(file, done));
  }

  fchmod(file: FileId, mode: number): Promise<void> {
    return this.#tell((done) => this.#sftp.fchmod(file, mode, done));
  }

  /** Follows symbolic links. */
  stat(path: string): Promise<Stats> {
    return this.#ask((done) => this.#sftp.stat(path, done));
  }

  chmod(path: string, mode: number): Promise<void> {
    return this.#tell((done) => this.#sftp.chmod(path, mode, done));
  }

  mkdir(path: string): Promise<void> {
    return this.#tell((done) => this.#sftp.mkdir(path, done));
  }

  readdir(path: string): Promise<readonly FileEntryWithStats[]> {
    return this.#ask((done) => this.#sftp.readdir(path, done));
  }

  #tell(send: (done: (error?: Error | null) => void) => void): Promise<void> {
    return this.#ask<void>((done) => send((error) => done(error, undefined)));
  }

  #ask<T>(send: (done: Done<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      // ssh2 drops requests on a closed channel without calling back; those under way it fails.
      if (!this.#isOpen) {
        reject(new Error('The SFTP channel is closed'));
        return;
      }
      send((error, value) => {
        if (error) reject(translate(error));
        else resolve(value);
      });
    });
  }
}

function translate(error: Error & { code?: unknown }): Error {
  return typeof error.code === 'number'
    ? new RemoteError(reasonOf(error.code), error.message)
    : error;
}

function reasonOf(code: number): RemoteReason {
  if (code === STATUS_CODE.NO_SUCH_FILE) return 'missing';
  return code === STATUS_CODE.PERMISSION_DENIED ? 'denied' : 'other';
}

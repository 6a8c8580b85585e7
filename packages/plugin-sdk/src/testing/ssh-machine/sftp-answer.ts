import type { Stats } from 'node:fs';
import ssh2, { type Attributes, type FileEntry, type SFTPWrapper } from 'ssh2';
import { attributesOf } from './file-attributes.ts';

const { STATUS_CODE } = ssh2.utils.sftp;

/** Answers SFTP requests with what some work comes to; an error of the system becomes a status. */
export class SftpAnswer {
  readonly #sftp: SFTPWrapper;

  constructor(sftp: SFTPWrapper) {
    this.#sftp = sftp;
  }

  /** "It is done." */
  done(id: number, work: () => Promise<unknown>): void {
    void this.#send(id, work, () => this.#sftp.status(id, STATUS_CODE.OK));
  }

  handle(id: number, work: () => Promise<Buffer>): void {
    void this.#send(id, work, (handle) => this.#sftp.handle(id, handle));
  }

  /** Bytes, or the end of the file if there are none. */
  data(id: number, work: () => Promise<Buffer>): void {
    void this.#send(id, work, (data) => {
      if (data.length === 0) this.#sftp.status(id, STATUS_CODE.EOF);
      else this.#sftp.data(id, data);
    });
  }

  /** Entries, or the end of the folder if there are none. */
  entries(id: number, work: () => Promise<FileEntry[]>): void {
    void this.#send(id, work, (entries) => {
      if (entries.length === 0) this.#sftp.status(id, STATUS_CODE.EOF);
      else this.#sftp.name(id, entries);
    });
  }

  attributes(id: number, work: () => Promise<Stats>): void {
    void this.#send(id, work, (stats) => this.#sftp.attrs(id, attributesOf(stats)));
  }

  path(id: number, work: () => Promise<string>): void {
    void this.#send(id, work, (filename) =>
      this.#sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]),
    );
  }

  async #send<T>(id: number, work: () => Promise<T>, reply: (result: T) => void): Promise<void> {
    try {
      reply(await work());
    } catch (error) {
      this.#sftp.status(id, statusOf(error), error instanceof Error ? error.message : '');
    }
  }
}

function statusOf(error: unknown): number {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return STATUS_CODE.NO_SUCH_FILE;
    case 'EACCES':
    case 'EPERM':
      return STATUS_CODE.PERMISSION_DENIED;
    default:
      return STATUS_CODE.FAILURE;
  }
}

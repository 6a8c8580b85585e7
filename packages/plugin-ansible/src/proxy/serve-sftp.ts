import { posix } from 'node:path';
import { singleQuoted } from '@bake/plugin-sdk/windows';
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import { fileEntry, setAttributes } from './file-attributes.ts';
import { OpenFile } from './open-file.ts';
import {
  changeFiles,
  type ProxiedMachine,
  pathWord,
  type RemoteStats,
  remoteFolder,
  remoteStats,
} from './proxied-machine.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** More bytes than any client asks for at once. */
const maxRead = 256 * 1024;
/** As many names, of 255 bytes at most, as go into one packet of 256 KiB for sure. */
const maxNames = 200;

/** What a client gets to hear in place of an answer. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Serves SFTP with the machine's own way for files, whatever that is: whole files, folders, and the
 * attributes of both. So the machine needs no SFTP server.
 */
export function serveSftp(sftp: SFTPWrapper, machine: ProxiedMachine): void {
  const session = new SftpSession(sftp, machine);
  session.serveFiles();
  session.serveFolders();
  session.servePaths();
  sftp.on('error', () => undefined);
  // Clients that have said all wait for us to close.
  sftp.on('end', () => {
    tellSuccess(sftp);
    sftp.end();
  });
  sftp.on('close', () => void session.forgetAll());
}

type Given = Partial<RemoteStats> | undefined;

class SftpSession {
  readonly #sftp: SFTPWrapper;
  readonly #machine: ProxiedMachine;
  readonly #files = new Map<string, OpenFile>();
  /** Folders that are being read, with what the client has not got yet. */
  readonly #folders = new Map<string, (readonly [name: string, stats: RemoteStats])[]>();
  /** Attributes of open files that the machine can be told only when it has the file. */
  readonly #later = new Map<string, Partial<RemoteStats>>();
  #next = 0;

  constructor(sftp: SFTPWrapper, machine: ProxiedMachine) {
    this.#sftp = sftp;
    this.#machine = machine;
  }

  serveFiles(): void {
    const sftp = this.#sftp;
    sftp.on('OPEN', (id: number, path: string, flags: number, given: Given) =>
      this.#answer(id, async () => sftp.handle(id, await this.#open(path, flags, given))),
    );
    sftp.on('READ', (id: number, key: Buffer, offset: number, length: number) =>
      this.#answer(id, async () => {
        const buffer = Buffer.allocUnsafe(Math.min(length, maxRead));
        const { bytesRead } = await this.#file(key).handle.read(buffer, 0, buffer.length, offset);
        if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
        else sftp.data(id, buffer.subarray(0, bytesRead));
      }),
    );
    sftp.on('WRITE', (id: number, key: Buffer, offset: number, data: Buffer) =>
      this.#done(id, async () => this.#file(key).write(data, offset)),
    );
    sftp.on('CLOSE', (id: number, key: Buffer) =>
      this.#done(id, async () => {
        const name = key.toString();
        if (this.#folders.delete(name)) return;
        const file = this.#file(key);
        this.#files.delete(name);
        await file.close();
        const { mode: _, ...rest } = this.#later.get(name) ?? {};
        this.#later.delete(name);
        await setAttributes(this.#machine, file.remotePath, rest);
      }),
    );
    sftp.on('FSTAT', (id: number, key: Buffer) =>
      this.#answer(id, async () => {
        const file = this.#file(key);
        const attrs = { mode: 0o100_000 | (file.mode ?? 0o644), size: await file.size() };
        sftp.attrs(id, attrs as Attributes);
      }),
    );
    sftp.on('FSETSTAT', (id: number, key: Buffer, given: Given) =>
      this.#done(id, async () => {
        const file = this.#file(key);
        if (given?.mode !== undefined) file.mode = given.mode;
        if (given?.size !== undefined) await file.truncate(given.size);
        this.#later.set(key.toString(), { ...this.#later.get(key.toString()), ...given });
      }),
    );
  }

  serveFolders(): void {
    const sftp = this.#sftp;
    sftp.on('OPENDIR', (id: number, path: string) =>
      this.#answer(id, async () => {
        const found = await remoteFolder(this.#machine, path);
        const key = this.#newKey();
        this.#folders.set(key.toString(), [...found]);
        sftp.handle(id, key);
      }),
    );
    sftp.on('READDIR', (id: number, key: Buffer) =>
      this.#answer(id, async () => {
        const left = this.#folders.get(key.toString());
        if (left === undefined) throw noHandle();
        const next = left.splice(0, maxNames);
        if (next.length === 0) sftp.status(id, STATUS_CODE.EOF);
        else
          sftp.name(
            id,
            next.map(([name, stats]) => fileEntry(name, stats)),
          );
      }),
    );
  }

  servePaths(): void {
    const sftp = this.#sftp;
    // Relative paths stay what they are: the machine knows where they begin.
    sftp.on('REALPATH', (id: number, path: string) => {
      const filename = posix.normalize(path === '' ? '.' : path);
      sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]);
    });
    sftp.on('STAT', (id: number, path: string) => this.#stats(id, path, true));
    sftp.on('LSTAT', (id: number, path: string) => this.#stats(id, path, false));
    sftp.on('SETSTAT', (id: number, path: string, given: Given) =>
      this.#done(id, async () => {
        if (given?.size !== undefined) {
          throw new Refusal(STATUS_CODE.OP_UNSUPPORTED, 'Only whole files can be written');
        }
        await setAttributes(this.#machine, path, given ?? {});
      }),
    );
    const [sh, ps] = [pathWord, singleQuoted];
    sftp.on('MKDIR', (id: number, path: string) =>
      this.#change(
        id,
        `mkdir ${sh(path)}`,
        `New-Item -ItemType Directory -Path ${ps(path)} | Out-Null`,
      ),
    );
    for (const [event, program] of [
      ['RMDIR', 'rmdir'],
      ['REMOVE', 'rm -f'],
    ] as const) {
      sftp.on(event, (id: number, path: string) =>
        this.#change(id, `${program} ${sh(path)}`, `Remove-Item -Force -LiteralPath ${ps(path)}`),
      );
    }
    sftp.on('RENAME', (id: number, from: string, to: string) =>
      this.#change(
        id,
        `mv ${sh(from)} ${sh(to)}`,
        `Move-Item -LiteralPath ${ps(from)} -Destination ${ps(to)}`,
      ),
    );
  }

  /** For clients that went away without a word. */
  async forgetAll(): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    await Promise.all(files.map((file) => file.forget()));
  }

  async #open(path: string, flags: number, given: Given): Promise<Buffer> {
    const isWritten = (flags & OPEN_MODE.WRITE) !== 0;
    const file = await (isWritten
      ? OpenFile.toWrite(this.#machine, path)
      : OpenFile.toRead(this.#machine, path));
    file.mode = given?.mode;
    const key = this.#newKey();
    this.#files.set(key.toString(), file);
    return key;
  }

  #newKey(): Buffer {
    return Buffer.from(String(this.#next++));
  }

  #file(key: Buffer): OpenFile {
    const file = this.#files.get(key.toString());
    if (file === undefined) throw noHandle();
    return file;
  }

  #stats(id: number, path: string, follows: boolean): void {
    this.#answer(id, async () => {
      const stats = await remoteStats(this.#machine, path, follows);
      if (stats === undefined) throw new Refusal(STATUS_CODE.NO_SUCH_FILE, 'No such file');
      this.#sftp.attrs(id, stats);
    });
  }

  #change(id: number, unix: string, windows: string): void {
    this.#done(id, () => changeFiles(this.#machine, unix, windows));
  }

  #done(id: number, work: () => Promise<unknown>): void {
    this.#answer(id, async () => {
      await work();
      this.#sftp.status(id, STATUS_CODE.OK);
    });
  }

  #answer(id: number, work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      const status = error instanceof Refusal ? error.status : STATUS_CODE.FAILURE;
      this.#sftp.status(id, status, error instanceof Error ? error.message : '');
    });
  }
}

function noHandle(): Refusal {
  return new Refusal(STATUS_CODE.FAILURE, 'No such handle');
}

/** scp speaks SFTP today, and fails where the server's program does not end with 0; ssh2 has a method for that on other channels alone. */
function tellSuccess(sftp: SFTPWrapper): void {
  const protocol = Reflect.get(sftp, '_protocol');
  const { id } = Reflect.get(sftp, 'outgoing');
  protocol.exitStatus(id, 0);
}

import { constants } from 'node:fs';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readdir,
  readlink,
  rename,
  rmdir,
  stat,
  symlink,
  unlink,
} from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import ssh2, { type FileEntry, type SFTPWrapper } from 'ssh2';
import { entryOf } from './file-attributes.ts';
import { OpenFiles } from './open-files.ts';
import { pathInRoot } from './path-in-root.ts';
import { type GivenAttributes, setAttributes } from './set-attributes.ts';
import { SftpAnswer } from './sftp-answer.ts';

const { OPEN_MODE } = ssh2.utils.sftp;

/** More bytes than any client asks for at once; ssh2 and OpenSSH stay below. */
const maxRead = 256 * 1024;

/** Entries in one answer, so that it stays below what clients accept as a packet. */
const entriesAtOnce = 100;

/** Serves SFTP below `root`, which clients see as `/`. */
export function serveSftp(sftp: SFTPWrapper, root: string): void {
  const files = new OpenFiles();
  const answer = new SftpAnswer(sftp);
  serveFiles(sftp, root, files, answer);
  serveFolders(sftp, root, files, answer);
  serveAttributes(sftp, root, files, answer);
  servePaths(sftp, root, answer);
  sftp.on('error', () => undefined);
  // Clients that have said all wait for us to close.
  sftp.on('end', () => sftp.end());
  sftp.on('close', () => void files.closeAll());
}

function serveFiles(sftp: SFTPWrapper, root: string, files: OpenFiles, answer: SftpAnswer): void {
  sftp.on('OPEN', (id: number, path: string, flags: number, given: GivenAttributes) =>
    answer.handle(id, async () => {
      const mode = (given.mode ?? 0o666) & 0o7777;
      const handle = await open(await pathInRoot(root, path), systemFlags(flags), mode);
      return files.add({ kind: 'file', handle });
    }),
  );
  sftp.on('READ', (id: number, key: Buffer, offset: number, length: number) =>
    answer.data(id, async () => {
      const buffer = Buffer.allocUnsafe(Math.min(length, maxRead));
      const { bytesRead } = await files.file(key).read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    }),
  );
  sftp.on('WRITE', (id: number, key: Buffer, offset: number, data: Buffer) =>
    answer.done(id, async () => writeAll(files.file(key), data, offset)),
  );
  sftp.on('CLOSE', (id: number, key: Buffer) => answer.done(id, () => files.close(key)));
}

function serveFolders(sftp: SFTPWrapper, root: string, files: OpenFiles, answer: SftpAnswer): void {
  sftp.on('OPENDIR', (id: number, path: string) =>
    answer.handle(id, async () => {
      const left = await listFolder(await pathInRoot(root, path));
      return files.add({ kind: 'folder', left });
    }),
  );
  sftp.on('READDIR', (id: number, key: Buffer) =>
    answer.entries(id, async () => files.folder(key).splice(0, entriesAtOnce)),
  );
  sftp.on('MKDIR', (id: number, path: string, given: GivenAttributes) =>
    answer.done(id, async () => {
      await mkdir(await pathInRoot(root, path), (given.mode ?? 0o777) & 0o7777);
    }),
  );
  sftp.on('RMDIR', (id: number, path: string) =>
    answer.done(id, async () => rmdir(await pathInRoot(root, path, true))),
  );
}

function serveAttributes(
  sftp: SFTPWrapper,
  root: string,
  files: OpenFiles,
  answer: SftpAnswer,
): void {
  sftp.on('STAT', (id: number, path: string) =>
    answer.attributes(id, async () => stat(await pathInRoot(root, path))),
  );
  sftp.on('LSTAT', (id: number, path: string) =>
    answer.attributes(id, async () => lstat(await pathInRoot(root, path, true))),
  );
  sftp.on('FSTAT', (id: number, key: Buffer) =>
    answer.attributes(id, async () => files.file(key).stat()),
  );
  sftp.on('SETSTAT', (id: number, path: string, given: GivenAttributes) =>
    answer.done(id, async () => setAttributes(await pathInRoot(root, path), given)),
  );
  sftp.on('FSETSTAT', (id: number, key: Buffer, given: GivenAttributes) =>
    answer.done(id, async () => setAttributes(files.file(key), given)),
  );
}

function servePaths(sftp: SFTPWrapper, root: string, answer: SftpAnswer): void {
  sftp.on('REALPATH', (id: number, path: string) =>
    answer.path(id, async () => posix.join('/', relative(root, await pathInRoot(root, path)))),
  );
  sftp.on('REMOVE', (id: number, path: string) =>
    answer.done(id, async () => unlink(await pathInRoot(root, path, true))),
  );
  sftp.on('RENAME', (id: number, from: string, to: string) =>
    answer.done(id, async () =>
      rename(await pathInRoot(root, from, true), await pathInRoot(root, to, true)),
    ),
  );
  sftp.on('READLINK', (id: number, path: string) =>
    answer.path(id, async () => readlink(await pathInRoot(root, path, true))),
  );
  sftp.on('SYMLINK', (id: number, link: string, target: string) =>
    answer.done(id, async () => symlink(target, await pathInRoot(root, link, true))),
  );
}

function systemFlags(flags: number): number {
  const isSet = (flag: number): boolean => (flags & flag) !== 0;
  const reads = isSet(OPEN_MODE.READ);
  const access = isSet(OPEN_MODE.WRITE)
    ? reads
      ? constants.O_RDWR
      : constants.O_WRONLY
    : constants.O_RDONLY;
  return (
    access |
    (isSet(OPEN_MODE.APPEND) ? constants.O_APPEND : 0) |
    (isSet(OPEN_MODE.CREAT) ? constants.O_CREAT : 0) |
    (isSet(OPEN_MODE.TRUNC) ? constants.O_TRUNC : 0) |
    (isSet(OPEN_MODE.EXCL) ? constants.O_EXCL : 0)
  );
}

async function writeAll(file: FileHandle, data: Buffer, offset: number): Promise<void> {
  let done = 0;
  while (done < data.length) {
    const { bytesWritten } = await file.write(data, done, data.length - done, offset + done);
    done += bytesWritten;
  }
}

async function listFolder(path: string): Promise<FileEntry[]> {
  const names = await readdir(path);
  return Promise.all(names.map(async (name) => entryOf(name, await lstat(join(path, name)))));
}

import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { basename, posix } from 'node:path';
import { Failure } from '@bake/plugin-sdk';
import type { LocalEntry, LocalTree } from '../files/local-tree.ts';
import { Pipeline } from './pipeline.ts';
import { RemoteError } from './remote-error.ts';
import type { SftpChannel } from './sftp-channel.ts';
import { createFile, fillFile } from './upload-file.ts';

const filesAtOnce = 8;

/** Where a folder goes. */
export interface Target {
  readonly path: string;
  readonly isNew: boolean;
}

/**
 * Finds out where a folder goes. Into `remoteDir`, its contents with a trailing slash on `localDir` and
 * itself without one; when there is no `remoteDir` yet, it becomes the copy in both cases, as with
 * Packer's scp. `isNew` says that the place is still to be made.
 */
export async function findTarget(
  sftp: SftpChannel,
  localDir: string,
  remoteDir: string,
): Promise<Target> {
  const exists = await isFolder(sftp, remoteDir);
  if (exists && localDir.endsWith('/')) return { path: remoteDir, isNew: false };
  const path = exists ? posix.join(remoteDir, basename(localDir)) : remoteDir;
  return { path, isNew: true };
}

/** Makes the place for a folder with such permission bits; may be done twice. */
export async function makeTarget(
  sftp: SftpChannel,
  { path, isNew }: Target,
  mode: number,
): Promise<void> {
  if (!isNew) return;
  await makeFolder(sftp, path);
  await sftp.chmod(path, (mode & 0o7777) | 0o700);
}

/** Uploads folders, then files, several at once, below `target`, which exists. */
export async function uploadTree(
  sftp: SftpChannel,
  tree: LocalTree,
  target: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  for (const folder of tree.folders) {
    signal.throwIfAborted();
    await makeFolder(sftp, posix.join(target, folder.path));
  }
  const pipeline = new Pipeline(filesAtOnce);
  for (const file of tree.files) {
    signal.throwIfAborted();
    await pipeline.add(() =>
      uploadEntry(sftp, file, posix.join(target, file.path), signal, onBytes),
    );
  }
  await pipeline.drain();
  // Only now, deepest first: a folder without write permission takes no files.
  for (const folder of tree.folders.toReversed()) {
    await sftp.chmod(posix.join(target, folder.path), folder.mode);
  }
}

async function uploadEntry(
  sftp: SftpChannel,
  { source, mode, size }: LocalEntry,
  path: string,
  signal: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const data = createReadStream(source, { highWaterMark: 256 * 1024 });
  // What cannot be read breaks before anyone listens, and is no empty file on the machine.
  await once(data, 'open');
  try {
    const file = await createFile(sftp, path, mode);
    await fillFile(sftp, file, { data, mode, size }, signal, onBytes);
  } finally {
    data.destroy();
  }
}

async function makeFolder(sftp: SftpChannel, path: string): Promise<void> {
  try {
    await sftp.mkdir(path);
  } catch (error) {
    if (!(error instanceof RemoteError) || !(await isFolder(sftp, path))) throw error;
  }
}

async function isFolder(sftp: SftpChannel, path: string): Promise<boolean> {
  try {
    const stats = await sftp.stat(path);
    if (stats.isDirectory()) return true;
  } catch (error) {
    if (error instanceof RemoteError && error.reason === 'missing') return false;
    throw error;
  }
  throw new Failure({
    summary: `Not a folder on the machine: ${path}`,
    detail: 'A folder can only be uploaded into a folder. Choose another destination.',
  });
}

import { chmod, mkdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Failure } from '@bake/plugin-sdk';
import type { Stats } from 'ssh2';
import { raceAbort } from '../network/race-abort.ts';
import { readFile } from './download-file.ts';
import { writeWhole } from './local-file.ts';
import { Pipeline } from './pipeline.ts';
import type { FileId, SftpChannel } from './sftp-channel.ts';

const filesAtOnce = 8;

/** Deeper than any sane tree: links that lead in a circle end here. */
const maxDepth = 64;

interface RemoteTree {
  readonly folders: readonly { readonly path: string; readonly mode: number }[];
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

/** Copies a remote folder; the trailing slash is as in uploads. Local folders are made as needed. */
export async function downloadTree(
  sftp: SftpChannel,
  remoteDir: string,
  localDir: string,
  signal: AbortSignal,
): Promise<void> {
  const tree = await readRemoteTree(sftp, remoteDir, signal);
  const target = remoteDir.endsWith('/') ? localDir : join(localDir, posix.basename(remoteDir));
  await mkdir(target, { recursive: true });
  for (const folder of tree.folders) await mkdir(join(target, folder.path), { recursive: true });
  await downloadFiles(sftp, tree.files, { from: remoteDir, to: target, signal });
  for (const { path, mode } of tree.folders.toReversed()) await chmod(join(target, path), mode);
}

/** Where files come from, and where they go. */
interface Way {
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
}

/** When one fails, the others are given up, and have removed what they had when it rejects. */
async function downloadFiles(
  sftp: SftpChannel,
  files: RemoteTree['files'],
  { from, to, signal }: Way,
): Promise<void> {
  const pipeline = new Pipeline(filesAtOnce);
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  try {
    for (const { path, mode } of files) {
      signal.throwIfAborted();
      await pipeline.add(() =>
        downloadEntry(sftp, posix.join(from, path), join(to, path), mode, either),
      );
    }
    await pipeline.drain();
  } catch (error) {
    over.abort(error);
    await pipeline.settle();
    throw error;
  }
}

async function readRemoteTree(
  sftp: SftpChannel,
  remoteDir: string,
  signal: AbortSignal,
): Promise<RemoteTree> {
  const folders: { path: string; mode: number }[] = [];
  const files: { path: string; mode: number }[] = [];
  const visit = async (prefix: string, depth: number): Promise<void> => {
    if (depth > maxDepth) throw tooDeep(posix.join(remoteDir, prefix));
    for (const { filename, attrs } of await sftp.readdir(posix.join(remoteDir, prefix))) {
      signal.throwIfAborted();
      const path = posix.join(prefix, filename);
      const stats = await follow(sftp, posix.join(remoteDir, path), attrs);
      const entry = { path, mode: stats.mode & 0o777 };
      if (stats.isDirectory()) {
        folders.push(entry);
        await visit(path, depth + 1);
      } else if (stats.isFile()) {
        files.push(entry);
      }
    }
  };
  await visit('', 0);
  return { folders, files };
}

async function follow(sftp: SftpChannel, path: string, attrs: Stats): Promise<Stats> {
  return attrs.isSymbolicLink() ? sftp.stat(path) : attrs;
}

async function downloadEntry(
  sftp: SftpChannel,
  remotePath: string,
  localPath: string,
  mode: number,
  signal: AbortSignal,
): Promise<void> {
  const discard = (late: FileId): void => void sftp.close(late).catch(() => undefined);
  const file = await raceAbort(sftp.open(remotePath), signal, { discard });
  await writeWhole(localPath, mode, (sink) => readFile(sftp, file, sink, signal));
}

function tooDeep(path: string): Failure {
  return new Failure({
    summary: `The remote folder is too deep: ${path}`,
    detail:
      'Links are followed when a folder is downloaded, and one of them seems to lead in a circle.',
  });
}

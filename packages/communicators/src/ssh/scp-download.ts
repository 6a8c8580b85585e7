import { once } from 'node:events';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { Failure } from '@bake/plugin-sdk';
import { writeWhole } from './local-file.ts';
import type { ScpRecord } from './scp-record.ts';
import type { ScpSession } from './scp-session.ts';

/** Deeper than any sane tree: links that lead in a circle end here. */
const maxDepth = 64;

/** Receives the file that `record` announced, writes it into `sink` and leaves that open. */
export async function receiveFile(
  session: ScpSession,
  record: ScpRecord,
  sink: Writable,
  signal: AbortSignal,
): Promise<void> {
  if (record.kind !== 'file') throw unexpected(record);
  await session.sendOk();
  await session.readContent(record.size, async (chunk) => {
    if (sink.errored) throw sink.errored;
    if (!sink.write(chunk)) await once(sink, 'drain', { signal });
  });
  await session.expectOk();
  await session.sendOk();
}

/** Receives the folder that `record` announced, as the local folder `target`. */
export async function receiveTree(
  session: ScpSession,
  record: ScpRecord,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  if (record.kind !== 'folder') throw unexpected(record);
  await receiveFolder(session, target, signal, 0);
}

async function receiveFolder(
  session: ScpSession,
  target: string,
  signal: AbortSignal,
  depth: number,
): Promise<void> {
  if (depth > maxDepth) throw tooDeep(target);
  await mkdir(target, { recursive: true });
  await session.sendOk();
  for (;;) {
    const record = await session.readRecord();
    if (record === undefined || record.kind === 'times') throw unexpected(record);
    if (record.kind === 'end') break;
    const path = join(target, checkedName(record.name));
    if (record.kind === 'file') {
      await writeWhole(path, record.mode & 0o777, (sink) =>
        receiveFile(session, record, sink, signal),
      );
    } else {
      await receiveFolder(session, path, signal, depth + 1);
      // Only now: a folder without write permission takes no files.
      await chmod(path, record.mode & 0o777);
    }
  }
  await session.sendOk();
}

/** The machine says what the names are, and must not lead out of the folder with them. */
function checkedName(name: string): string {
  if (name !== '.' && name !== '..' && !/[/\\\0]/.test(name)) return name;
  throw new Failure({
    summary: `The machine sent a name that is none: ${JSON.stringify(name)}`,
    detail:
      'It would lead out of the folder that is downloaded to. Do not trust this machine, or find out what its scp program is.',
  });
}

function unexpected(record: ScpRecord | undefined): Failure {
  const what = record === undefined ? 'nothing' : `a record of kind "${record.kind}"`;
  return new Failure({
    summary: 'The scp program of the machine broke the protocol',
    detail: `It sent ${what} where a file or folder was due. Set ssh_file_transfer_method = "sftp".`,
  });
}

function tooDeep(path: string): Failure {
  return new Failure({
    summary: `The remote folder is too deep: ${path}`,
    detail:
      'Links are followed when a folder is downloaded, and one of them seems to lead in a circle.',
  });
}

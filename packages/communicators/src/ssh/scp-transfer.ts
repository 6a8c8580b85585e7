import { basename, join, posix } from 'node:path';
import type { Writable } from 'node:stream';
import type { Upload } from '@bake/plugin-sdk';
import type { LocalTree } from '../files/local-tree.ts';
import { raceAbort } from '../network/race-abort.ts';
import type { Connection } from './connection.ts';
import type { FileTransfer, OnBytes } from './file-transfer.ts';
import type { Link } from './link.ts';
import { RemoteError } from './remote-error.ts';
import { receiveFile, receiveTree } from './scp-download.ts';
import type { ScpRecord } from './scp-record.ts';
import { ScpSession } from './scp-session.ts';
import { ScpSender } from './scp-upload.ts';
import { shellPath } from './shell-path.ts';
import { sized } from './spool.ts';
import { defaultMode } from './upload-file.ts';

/** Milliseconds in which a cancelled transfer is to remove what it has half written here. */
const grace = 300;

/** Files by the machine's own scp program, one run of it per transfer. */
export class ScpTransfer implements FileTransfer {
  readonly method = 'scp';
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  upload(content: Upload, path: string, signal: AbortSignal, onBytes: OnBytes): Promise<void> {
    // With -d it is an error when the folder is not there; scp would make a file of its name.
    const command = `scp -p -d -t ${shellPath(posix.dirname(path))}`;
    return this.#link.use(
      (connection) => openSink(connection, command, signal),
      (session) =>
        during(session, signal, async () => {
          const known = await sized(content, session.over);
          try {
            const sender = new ScpSender(session, onBytes);
            await sender.sendFile(posix.basename(path), content.mode ?? defaultMode, known);
            await sender.finish();
          } finally {
            await known.discard();
          }
        }),
      signal,
    );
  }

  uploadDir(
    tree: LocalTree,
    localDir: string,
    remoteDir: string,
    signal: AbortSignal,
    onBytes: OnBytes,
  ): Promise<void> {
    return this.#link.use(
      (connection) => openTreeSink(connection, localDir, remoteDir, signal),
      ({ session, name }) =>
        during(session, signal, async () => {
          const sender = new ScpSender(session, onBytes);
          await sender.sendTree(tree, name);
          await sender.finish();
        }),
      signal,
    );
  }

  download(path: string, sink: Writable, signal: AbortSignal): Promise<void> {
    return this.#link.use(
      (connection) => openSource(connection, `scp -f ${shellPath(path)}`, signal),
      ({ session, record }) =>
        during(session, signal, async () => {
          await receiveFile(session, record, sink, signal);
          await session.finish();
        }),
      signal,
    );
  }

  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    const target = remoteDir.endsWith('/') ? localDir : join(localDir, posix.basename(remoteDir));
    return this.#link.use(
      (connection) => openSource(connection, `scp -r -f ${shellPath(remoteDir)}`, signal),
      ({ session, record }) =>
        during(session, signal, async () => {
          await receiveTree(session, record, target, signal);
          await session.finish();
        }),
      signal,
    );
  }
}

async function openSession(
  connection: Connection,
  command: string,
  direction: 'to' | 'from',
  signal: AbortSignal,
): Promise<ScpSession> {
  return new ScpSession(await connection.exec(command, signal, { pty: false }), direction, signal);
}

async function openSink(
  connection: Connection,
  command: string,
  signal: AbortSignal,
): Promise<ScpSession> {
  const session = await openSession(connection, command, 'to', signal);
  await during(session, signal, () => session.expectOk());
  return session;
}

/** Where the tree goes, and under which name: none when what is in it goes into a folder that is there. */
async function openTreeSink(
  connection: Connection,
  localDir: string,
  remoteDir: string,
  signal: AbortSignal,
): Promise<{ session: ScpSession; name: string | undefined }> {
  const path = shellPath(remoteDir);
  if (localDir.endsWith('/')) {
    try {
      const session = await openSink(connection, `scp -r -p -d -t ${path}`, signal);
      return { session, name: undefined };
    } catch (error) {
      if (!(error instanceof RemoteError) || error.reason !== 'missing') throw error;
      // The folder is not there: the first one sent becomes it.
    }
  }
  const session = await openSink(connection, `scp -r -p -t ${path}`, signal);
  return { session, name: basename(localDir) };
}

async function openSource(
  connection: Connection,
  command: string,
  signal: AbortSignal,
): Promise<{ session: ScpSession; record: ScpRecord }> {
  const session = await openSession(connection, command, 'from', signal);
  return during(session, signal, async () => {
    await session.sendOk();
    const record = await session.readRecord();
    if (record === undefined) throw new Error('scp sent nothing');
    return { session, record };
  });
}

/** Work with a session, which is abandoned if that goes wrong. */
async function during<T>(
  session: ScpSession,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await raceAbort(work(), signal, { grace });
  } catch (error) {
    await session.abandon();
    throw error;
  }
}

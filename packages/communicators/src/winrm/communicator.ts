import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, join, win32 } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  type CommandResult,
  type Communicator,
  Failure,
  type RemoteCommand,
  type Ui,
  type Upload,
} from '@bake/plugin-sdk';
import { readLocalTree } from '../files/local-tree.ts';
import { reportBytes } from '../files/progress.ts';
import { ClixmlDecoder } from './clixml.ts';
import { CommandRunner } from './command-runner.ts';
import { downloadScript, downloadTreeScript } from './download-script.ts';
import { receiveFiles, sendFiles } from './file-transfer.ts';
import { TreeReceiver } from './receive-tree.ts';
import type { Sessions } from './sessions.ts';
import { type Transfer, transferFailure } from './transfer-failure.ts';
import { Checksum } from './transfer-line.ts';
import { writeInto } from './write-into.ts';

/** A Windows machine at the other end of WinRM. */
export class WinrmCommunicator implements Communicator {
  readonly #sessions: Sessions;
  readonly #runner: CommandRunner;
  readonly #ui: Ui;

  constructor(sessions: Sessions, ui: Ui) {
    this.#sessions = sessions;
    this.#runner = new CommandRunner(sessions);
    this.#ui = ui;
  }

  async run(command: RemoteCommand): Promise<CommandResult> {
    const { onStdout, onStderr, stdin, signal } = command;
    const clixml = new ClixmlDecoder();
    const tellStderr = (bytes: Buffer): void => {
      if (bytes.length > 0) onStderr?.(bytes);
    };
    const result = await this.#runner.run({
      command: command.command,
      stdin: typeof stdin === 'string' ? Readable.from([Buffer.from(stdin)]) : stdin,
      take: ({ stream, bytes }) =>
        stream === 'stdout' ? onStdout?.(bytes) : tellStderr(clixml.push(bytes)),
      signal,
    });
    tellStderr(clixml.flush());
    return result;
  }

  async upload(content: Upload, remotePath: string, signal: AbortSignal): Promise<void> {
    const { data, label, size } = content;
    const transfer = { verb: 'upload', remotePath } as const;
    const file = { name: '', content: () => (data instanceof Readable ? data : [data]) };
    const onBytes = reportBytes(this.#ui, label, size);
    // What breaks before it is read is told when it is.
    if (data instanceof Readable) data.on('error', () => undefined);
    try {
      if (/[\\/]$/.test(remotePath)) throw noFileName(remotePath);
      const outgoing = { folders: [], files: [file], onBytes };
      await asFailure(sendFiles(this.#runner, remotePath, outgoing, signal), transfer, signal);
    } finally {
      // It may not even have been begun; no one else would close what is behind it.
      if (data instanceof Readable) data.destroy();
    }
  }

  async uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void> {
    const transfer = { verb: 'upload', remotePath: remoteDir } as const;
    const tree = await asFailure(readLocalTree(localDir), transfer, signal);
    const place = localDir.endsWith('/') ? remoteDir : win32.join(remoteDir, basename(localDir));
    const outgoing = {
      // The folder itself is made too, even if there is nothing in it.
      folders: ['', ...tree.folders.map(({ path }) => toWindows(path))],
      files: tree.files.map(({ path, source }) => ({
        name: toWindows(path),
        content: () => createReadStream(source, { highWaterMark: 256 * 1024 }),
      })),
      onBytes: reportBytes(this.#ui, localDir, tree.size),
    };
    await asFailure(sendFiles(this.#runner, place, outgoing, signal), transfer, signal);
  }

  async download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void> {
    const checksum = new Checksum();
    const ended = finished(sink, { signal });
    // It is waited for at the end; a sink that breaks before shows in the writing, too.
    ended.catch(() => undefined);
    const receive = async (): Promise<void> => {
      await receiveFiles(
        this.#runner,
        downloadScript(remotePath),
        async (line) => {
          if (line.kind === 'file end') checksum.finish(line.hash);
          if (line.kind !== 'content') return;
          checksum.update(line.bytes);
          await writeInto(sink, line.bytes, signal);
        },
        signal,
      );
      sink.end();
      await ended;
    };
    try {
      await asFailure(receive(), { verb: 'download', remotePath }, signal);
    } catch (error) {
      sink.destroy();
      throw error;
    }
  }

  async downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    const isContents = /[\\/]$/.test(remoteDir);
    const target = isContents ? localDir : join(localDir, win32.basename(remoteDir));
    const receiver = new TreeReceiver(target);
    const receive = async (): Promise<void> => {
      await mkdir(target, { recursive: true });
      const script = downloadTreeScript(remoteDir);
      await receiveFiles(this.#runner, script, (line) => receiver.take(line, signal), signal);
    };
    try {
      const transfer = { verb: 'download', remotePath: remoteDir } as const;
      await asFailure(receive(), transfer, signal);
    } finally {
      await receiver.discard();
    }
  }

  async close(): Promise<void> {
    await this.#runner.settled();
    this.#sessions.close();
  }
}

async function asFailure<T>(work: Promise<T>, transfer: Transfer, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    throw transferFailure(error, transfer);
  }
}

function toWindows(path: string): string {
  return path.replaceAll('/', '\\');
}

function noFileName(remotePath: string): Failure {
  return new Failure({
    summary: `Cannot upload to ${remotePath}: it is a folder`,
    detail: 'Give the file a name: add it to the path.',
  });
}

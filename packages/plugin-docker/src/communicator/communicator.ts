import { mkdir, rm, stat } from 'node:fs/promises';
import { basename, join, posix, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import {
  type CommandResult,
  type Communicator,
  isFailure,
  messageOf,
  partOf,
  type RemoteCommand,
  type Upload,
} from '@bake/plugin-sdk';
import type { Docker } from '../engine/docker.ts';
import { transferFailure, unknownOwner } from '../messages.ts';
import { type ExecTarget, exec } from './exec.ts';
import { isFolder, moveTree } from './move-tree.ts';
import { type Owner, packFile, packFolder } from './pack.ts';
import { Turns } from './turns.ts';
import { takeFile } from './unpack.ts';

/** A container, and whom uploads are to belong to. */
export interface DockerTarget extends ExecTarget {
  /** Whose name or numbers uploads get; this process's own without. */
  readonly uploadOwner: string | undefined;
}

/** A container as a machine: commands and files by the engine, one at a time. */
export class DockerCommunicator implements Communicator {
  readonly #target: DockerTarget;
  readonly #docker: Docker;
  readonly #turns = new Turns();
  #owner: Promise<Owner> | undefined;

  constructor(target: DockerTarget) {
    this.#target = target;
    this.#docker = target.docker;
  }

  run(command: RemoteCommand): Promise<CommandResult> {
    return this.#turns.take(() => exec(this.#target, command), command.signal);
  }

  async upload(content: Upload, remotePath: string, signal: AbortSignal): Promise<void> {
    // What breaks before it is read is told when it is.
    if (content.data instanceof Readable) content.data.on('error', () => undefined);
    try {
      await this.#turns.take(async () => {
        const owner = await this.#uploadOwner(signal);
        const file = await packFile(content, posix.basename(remotePath), owner);
        await this.#send(file, posix.dirname(remotePath), remotePath, signal);
      }, signal);
    } finally {
      // It may not even have been begun; no one else would close what is behind it.
      if (content.data instanceof Readable) content.data.destroy();
    }
  }

  uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(async () => {
      await assertFolder(localDir, remoteDir);
      const owner = await this.#uploadOwner(signal);
      const exists = await this.#isFolder(remoteDir, signal);
      // A folder that is not there yet becomes the copy, as with Packer.
      const isInside = exists && localDir.endsWith('/');
      const name = basename(exists ? resolve(localDir) : remoteDir);
      const folder = packFolder(localDir, isInside ? undefined : name, owner);
      await this.#send(folder, exists ? remoteDir : posix.dirname(remoteDir), remoteDir, signal);
    }, signal);
  }

  async download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void> {
    const ended = finished(sink, { signal });
    // It is waited for at the end; a sink that breaks before shows in the writing, too.
    ended.catch(() => undefined);
    try {
      await this.#turns.take(() => this.#receive(remotePath, sink, signal), signal);
      sink.end();
      await ended;
    } catch (error) {
      sink.destroy();
      signal.throwIfAborted();
      throw isFailure(error) ? error : transferFailure('download', remotePath, messageOf(error));
    }
  }

  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    return this.#turns.take(
      () => this.#receiveFolder(remoteDir, resolve(localDir), signal),
      signal,
    );
  }

  async close(): Promise<void> {}

  async #send(
    archive: Readable,
    folder: string,
    remotePath: string,
    signal: AbortSignal,
  ): Promise<void> {
    let broken: Error | undefined;
    archive.once('error', (error) => {
      broken = error;
    });
    const { engine, container } = this.#target;
    try {
      const end = await engine.unpack(container, folder, archive, signal);
      if (end.exitCode !== 0) throw transferFailure('upload', remotePath, end.complaint);
    } catch (error) {
      throw broken === undefined || signal.aborted
        ? error
        : transferFailure('upload', remotePath, broken.message, broken);
    } finally {
      archive.destroy();
    }
  }

  /** Into a folder beside the place first: `docker cp` leaves half a file when it is ended. */
  async #receiveFolder(remoteDir: string, local: string, signal: AbortSignal): Promise<void> {
    const isContents = remoteDir.endsWith('/');
    const isThere = await isFolder(local);
    const beside = partOf(join(local, posix.basename(remoteDir)));
    await mkdir(beside, { recursive: true });
    try {
      const from = `${this.#target.container}:${remoteDir}${isContents ? '.' : ''}`;
      const end = await this.#docker.attempt(['cp', from, beside], { signal });
      if (end.exitCode !== 0) throw transferFailure('download', remoteDir, end.complaint);
      // As `docker cp` has it, a folder becomes the one that is to be made.
      const becomesIt = !isContents && !isThere;
      await moveTree(becomesIt ? join(beside, posix.basename(remoteDir)) : beside, local);
    } finally {
      await rm(beside, { recursive: true, force: true });
    }
  }

  async #receive(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void> {
    const from = `${this.#target.container}:${remotePath}`;
    for (const flags of [['--follow-link'], []]) {
      const { input, taken } = takeFile(sink);
      const end = await this.#docker.attempt(['cp', ...flags, from, '-'], {
        signal,
        stdout: input,
      });
      if (end.exitCode === 0) return taken;
      // Podman follows links in any case, and does not know the flag.
      if (/unknown flag: --follow-link/.test(end.complaint)) continue;
      throw transferFailure('download', remotePath, end.complaint);
    }
  }

  async #isFolder(path: string, signal: AbortSignal): Promise<boolean> {
    const command = `if test -d '${path.replaceAll("'", "'\\''")}'; then echo yes; fi`;
    return (await textOf(this.#target, command, signal)) === 'yes';
  }

  /** Found out once, when the first file travels. */
  #uploadOwner(signal: AbortSignal): Promise<Owner> {
    this.#owner ??= ownerOf(this.#target, signal).catch((error: unknown) => {
      this.#owner = undefined;
      throw error;
    });
    return this.#owner;
  }
}

async function assertFolder(localDir: string, remoteDir: string): Promise<void> {
  const found = await stat(localDir).catch((error: unknown) => {
    throw transferFailure('upload', remoteDir, messageOf(error), error);
  });
  if (!found.isDirectory()) throw transferFailure('upload', remoteDir, `${localDir} is no folder`);
}

/** Numbers for a user as `docker run` takes one: `app`, `1000`, `app:staff`, `1000:1000`, nothing for root. */
async function ownerOf(target: DockerTarget, signal: AbortSignal): Promise<Owner> {
  const user = target.uploadOwner;
  if (user === undefined) return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  if (/^(root|0)?(:(root|0))?$/.test(user)) return { uid: 0, gid: 0 };
  const numbers = /^(\d+):(\d+)$/.exec(user);
  if (numbers !== null) return { uid: Number(numbers[1]), gid: Number(numbers[2]) };
  const ids = await textOf({ ...target, user }, 'id -u; id -g', signal);
  const [uid = '', gid = ''] = ids.split(/\s+/);
  if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid)) throw unknownOwner(user);
  return { uid: Number(uid), gid: Number(gid) };
}

/** What a command of our own prints, trimmed. */
async function textOf(target: ExecTarget, command: string, signal: AbortSignal): Promise<string> {
  const chunks: Uint8Array[] = [];
  const onStdout = (chunk: Uint8Array): void => void chunks.push(chunk);
  await exec({ ...target, pty: false }, { command, signal, onStdout });
  return Buffer.concat(chunks).toString('utf8').trim();
}

import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type CommandResult,
  type Communicator,
  isFailure,
  messageOf,
  type RemoteCommand,
  type Upload,
} from '@bake/plugin-sdk';
import type { SharedFolder } from '../builder/start-container.ts';
import { transferFailure } from '../messages.ts';
import { type ExecTarget, exec } from './exec.ts';
import { Turns } from './turns.ts';

type Verb = 'upload' | 'download';

/**
 * A Windows container as a machine: commands by `docker exec`, one at a time. The engine copies nothing into or out of
 * such a container while it runs, so files go through a folder that both see.
 */
export class WindowsCommunicator implements Communicator {
  readonly #target: ExecTarget;
  readonly #shared: SharedFolder;
  readonly #turns = new Turns();

  constructor(target: ExecTarget, shared: SharedFolder) {
    this.#target = target;
    this.#shared = shared;
  }

  run(command: RemoteCommand): Promise<CommandResult> {
    return this.#turns.take(() => exec(this.#target, command), command.signal);
  }

  upload({ data }: Upload, remotePath: string, signal: AbortSignal): Promise<void> {
    return this.#through('upload', remotePath, signal, async ({ local, inside }) => {
      await writeFile(local, data, { signal });
      await this.#copy('upload', inside, remotePath, remotePath, signal);
    });
  }

  uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void> {
    return this.#through('upload', remoteDir, signal, async ({ local, inside }) => {
      await cp(localDir, local, { recursive: true });
      const isInside = localDir.endsWith('/');
      const target = isInside ? remoteDir : `${remoteDir}/${basename(resolve(localDir))}`;
      const make = `New-Item -ItemType Directory -Force -Path ${quoted(target)} | Out-Null; `;
      const command = `${make}Copy-Item -Path ${quoted(`${inside}/*`)} -Destination ${quoted(target)} -Recurse -Force`;
      await this.#powershell('upload', command, remoteDir, signal);
    });
  }

  async download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void> {
    try {
      await this.#through('download', remotePath, signal, async ({ local, inside }) => {
        await this.#copy('download', remotePath, inside, remotePath, signal);
        await pipeline(createReadStream(local), sink, { signal });
      });
    } catch (error) {
      sink.destroy();
      throw error;
    }
  }

  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    return this.#through('download', remoteDir, signal, async ({ local, inside }) => {
      await mkdir(local);
      const command = `Copy-Item -Path ${quoted(`${remoteDir.replace(/[\\/]$/, '')}/*`)} -Destination ${quoted(inside)} -Recurse -Force`;
      await this.#powershell('download', command, remoteDir, signal);
      const isInside = /[\\/]$/.test(remoteDir);
      const name = remoteDir.split(/[\\/]/).at(-1) ?? '';
      await cp(local, isInside ? localDir : join(localDir, name), { recursive: true });
    });
  }

  async close(): Promise<void> {}

  /** Gives a transfer a place of its own in the shared folder, which is empty again afterwards. */
  #through(
    verb: Verb,
    remotePath: string,
    signal: AbortSignal,
    work: (place: SharedFolder) => Promise<void>,
  ): Promise<void> {
    return this.#turns.take(async () => {
      const name = randomUUID();
      const local = join(this.#shared.local, name);
      try {
        await work({ local, inside: `${this.#shared.inside}/${name}` });
      } catch (error) {
        signal.throwIfAborted();
        throw isFailure(error) ? error : transferFailure(verb, remotePath, messageOf(error), error);
      } finally {
        await rm(local, { recursive: true, force: true });
      }
    }, signal);
  }

  #copy(
    verb: Verb,
    from: string,
    to: string,
    remotePath: string,
    signal: AbortSignal,
  ): Promise<void> {
    const command = `Copy-Item -LiteralPath ${quoted(from)} -Destination ${quoted(to)} -Force`;
    return this.#powershell(verb, command, remotePath, signal);
  }

  async #powershell(
    verb: Verb,
    script: string,
    remotePath: string,
    signal: AbortSignal,
  ): Promise<void> {
    let complaint = '';
    const onStderr = (chunk: Uint8Array): void => {
      complaint += Buffer.from(chunk).toString('utf8');
    };
    // An error of a cmdlet is no exit code of itself.
    const command = `$ErrorActionPreference = 'Stop'; ${script}`;
    const { exitCode } = await exec({ ...this.#target, pty: false }, { command, signal, onStderr });
    if (exitCode !== 0) throw transferFailure(verb, remotePath, complaint.trim());
  }
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

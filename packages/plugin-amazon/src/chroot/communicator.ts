import { mkdir, stat } from 'node:fs/promises';
import { basename, dirname, posix, resolve } from 'node:path';
import { PassThrough, Readable, type Writable } from 'node:stream';
import {
  type CommandResult,
  type Communicator,
  isFailure,
  type RemoteCommand,
  type Upload,
} from '@bake/plugin-sdk';
import { runProcess } from '@bake/plugin-sdk/process';
import * as messages from '../messages.ts';
import { quoted, type Shell } from './shell.ts';

/**
 * A folder that commands see as all there is. Files travel through commands inside of it, so that links in it lead to
 * where they lead there.
 */
export class ChrootCommunicator implements Communicator {
  readonly #root: string;
  readonly #shell: Shell;

  constructor(root: string, shell: Shell) {
    this.#root = root;
    this.#shell = shell;
  }

  async run({ command, stdin, ...how }: RemoteCommand): Promise<CommandResult> {
    const input = stdin === undefined ? {} : { input: stdin };
    const end = await this.#shell.run(this.#inside(command), { ...how, ...input });
    return {
      exitCode: end.exitCode,
      ...(end.signal === undefined ? {} : { signal: end.signal.replace(/^SIG/, '') }),
      disconnected: false,
    };
  }

  async upload({ data, mode = 0o644 }: Upload, path: string, signal: AbortSignal): Promise<void> {
    const place = quoted(path);
    const command = `cat > ${place} && chmod ${mode.toString(8)} ${place}`;
    try {
      await this.#shell.must(this.#inside(command), { signal, input: data });
    } finally {
      if (data instanceof Readable) data.destroy();
    }
  }

  async uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void> {
    const found = await stat(localDir).catch(() => undefined);
    if (!found?.isDirectory()) throw messages.noFolder(localDir);
    const isContents = localDir.endsWith('/');
    const [from, what] = isContents
      ? [localDir, '.']
      : [dirname(resolve(localDir)), basename(resolve(localDir))];
    const place = quoted(remoteDir);
    const unpack = this.#inside(`mkdir -p ${place} && tar -C ${place} -xof -`);
    await pack(from, what, signal, (input) => this.#shell.must(unpack, { signal, input }));
  }

  async download(path: string, sink: Writable, signal: AbortSignal): Promise<void> {
    await this.#shell.must(this.#inside(`cat ${quoted(path)}`), { signal, stdout: sink });
  }

  async downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    const isContents = remoteDir.endsWith('/');
    const from = isContents ? remoteDir : posix.dirname(remoteDir);
    const what = isContents ? '.' : posix.basename(remoteDir);
    await mkdir(localDir, { recursive: true });
    const between = new PassThrough();
    const packing = this.#inside(`tar -C ${quoted(from)} -cf - ${quoted(what)}`);
    const unpacked = tar(['-C', localDir, '-xof', '-'], { signal, input: between });
    const packed = this.#shell.must(packing, { signal, stdout: between });
    await joined(packed, unpacked);
  }

  async close(): Promise<void> {}

  #inside(command: string): string {
    return `chroot ${quoted(this.#root)} /bin/sh -c ${quoted(command)}`;
  }
}

async function pack(
  folder: string,
  what: string,
  signal: AbortSignal,
  take: (archive: Readable) => Promise<void>,
): Promise<void> {
  const between = new PassThrough();
  const packed = tar(['-C', folder, '-cf', '-', what], { signal, stdout: between });
  await joined(packed, take(between));
}

/** Waits for both ends of a pipe. When one fails the other breaks off, which is not what to tell. */
async function joined(...ends: readonly Promise<void>[]): Promise<void> {
  const reasons = (await Promise.allSettled(ends)).flatMap((end) =>
    end.status === 'rejected' ? [end.reason as unknown] : [],
  );
  if (reasons.length > 0) throw reasons.find(isFailure) ?? reasons[0];
}

interface TarStreams {
  readonly signal: AbortSignal;
  readonly input?: Readable;
  readonly stdout?: Writable;
}

async function tar(args: readonly string[], streams: TarStreams): Promise<void> {
  let said = '';
  const onStderr = (chunk: Uint8Array): void => {
    said += Buffer.from(chunk).toString();
  };
  const { exitCode } = await runProcess({ program: 'tar', args, ...streams, onStderr });
  if (exitCode !== 0) throw messages.tarFailed(said.trim());
}

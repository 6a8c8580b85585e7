import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import ssh2, { type ClientChannel, type SFTPWrapper } from 'ssh2';
import type { CommandResult, Communicator, RemoteCommand, Upload } from '../../communicator.ts';
import type { SshAddress } from '../connect-ssh-machine.ts';

/** Connects at once or not at all. */
export async function connect(machine: SshAddress): Promise<Communicator> {
  const client = new ssh2.Client();
  const { host, port, username, privateKey } = machine;
  const ready = once(client, 'ready');
  client.connect({ host, port, username, privateKey });
  await ready;
  // A connection that breaks later shows in what is under way.
  client.on('error', () => undefined);
  return new PlainCommunicator(client, machine.root);
}

class PlainCommunicator implements Communicator {
  readonly #client: ssh2.Client;
  readonly #root: string;
  #sftp: Promise<SFTPWrapper> | undefined;

  constructor(client: ssh2.Client, root: string) {
    this.#client = client;
    this.#root = root;
  }

  async run(command: RemoteCommand): Promise<CommandResult> {
    command.signal.throwIfAborted();
    const channel = await settled<ClientChannel>((done) =>
      this.#client.exec(command.command, done),
    );
    return readChannel(channel, command);
  }

  async upload({ data, mode = 0o644 }: Upload, path: string, signal: AbortSignal): Promise<void> {
    const sftp = await this.#files();
    const content = data instanceof Readable ? data : Readable.from([Buffer.from(data)]);
    await pipeline(content, sftp.createWriteStream(path, { mode }), { signal });
  }

  async download(path: string, sink: Writable, signal: AbortSignal): Promise<void> {
    const sftp = await this.#files();
    await pipeline(sftp.createReadStream(path), sink, { signal });
  }

  uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void> {
    return copyFolder(localDir, join(this.#root, remoteDir), signal);
  }

  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    return copyFolder(join(this.#root, remoteDir), localDir, signal);
  }

  async close(): Promise<void> {
    this.#client.end();
  }

  #files(): Promise<SFTPWrapper> {
    this.#sftp ??= settled((done) => this.#client.sftp(done));
    return this.#sftp;
  }
}

/** With a trailing slash the contents, without one the folder itself. */
async function copyFolder(from: string, to: string, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const target = from.endsWith('/') ? to : join(to, basename(from));
  await mkdir(target, { recursive: true });
  await cp(from, target, { recursive: true });
}

async function readChannel(
  channel: ClientChannel,
  { stdin, onStdout, onStderr, signal }: RemoteCommand,
): Promise<CommandResult> {
  const ignore = (): void => undefined;
  channel.on('data', onStdout ?? ignore);
  channel.stderr.on('data', onStderr ?? ignore);
  const closed = once(channel, 'close');
  const stop = (): void => void channel.close();
  signal.addEventListener('abort', stop);
  // It may have been cancelled while the command was being started.
  if (signal.aborted) stop();
  if (stdin instanceof Readable) stdin.pipe(channel);
  else channel.end(stdin);
  const [code, name] = await closed;
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  const exitCode = typeof code === 'number' ? code : undefined;
  return {
    exitCode,
    ...(typeof name === 'string' && { signal: name.replace(/^SIG/, '') }),
    disconnected: exitCode === undefined && typeof name !== 'string',
  };
}

function settled<T>(
  start: (done: (error: Error | undefined, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

import type { CommandResult, Communicator, ConnectTarget, RemoteCommand } from '@bake/plugin-sdk';
import ssh2, { type SFTPWrapper } from 'ssh2';

/** The part of a communicator that these tests use, straight on ssh2: plugins know no communicators. */
export type PlainCommunicator = Pick<Communicator, 'run' | 'upload' | 'close'>;

/** Connects at once or not at all. */
export async function connectPlain(target: ConnectTarget): Promise<Communicator> {
  const client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', reject);
    client.connect(target);
  });
  const plain: PlainCommunicator = {
    run: (command) => run(client, command),
    upload: async ({ data, mode = 0o644 }, path) => {
      const sftp = await promise<SFTPWrapper>((done) => client.sftp(done));
      await promise<unknown>((done) =>
        sftp.writeFile(path, Buffer.from(data as string), { mode }, (error) => done(error, {})),
      );
    },
    close: async () => {
      client.end();
    },
  };
  return plain as Communicator;
}

function run(client: ssh2.Client, { command, onStdout }: RemoteCommand): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, channel) => {
      if (error) return reject(error);
      channel.on('data', (chunk: Buffer) => onStdout?.(chunk));
      channel.stderr.resume();
      channel.once('close', (code?: number) =>
        resolve({ exitCode: code, disconnected: code === undefined }),
      );
      channel.end();
    });
  });
}

function promise<T>(
  start: (done: (error: Error | null | undefined, value: T) => void) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

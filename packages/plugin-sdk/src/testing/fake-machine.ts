import { Readable, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type {
  CommandResult,
  Communicator,
  Machine,
  MachineFacts,
  RemoteCommand,
  Upload,
} from '../communicator.ts';
import { Failure } from '../failure.ts';

/** How a fake machine behaves; by default every command exits with 0 and says nothing. */
export interface FakeMachineOptions {
  /**
   * Plays a command: what it returns, or the exit code, is how the command ends; what it throws is what
   * `run` rejects with. It may call `command.onStdout`.
   */
  readonly onCommand?: (command: RemoteCommand) => FakeResult | Promise<FakeResult>;
  /** Called before an upload is kept; what it throws is what `upload` rejects with. */
  readonly onUpload?: (remotePath: string) => void | Promise<void>;
  /** Files that can be downloaded, by remote path. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly facts?: Partial<MachineFacts>;
  readonly scriptFolder?: string;
}

/** An exit code, or more of how a command ended. */
export type FakeResult = number | Partial<CommandResult>;

/** A machine without a machine: it keeps what it is told. */
export interface FakeMachine extends Machine {
  /** Everything that was asked for, in order. */
  readonly calls: readonly FakeCall[];
  /** Only the commands, in order. */
  readonly commands: readonly string[];
  /** Content of what was uploaded last to a path, decoded as UTF-8. */
  uploaded(remotePath: string): string | undefined;
}

/** One thing that a communicator was asked for. */
export type FakeCall =
  | { readonly kind: 'run'; readonly command: string; readonly stdin: string }
  | {
      readonly kind: 'upload';
      readonly remotePath: string;
      readonly content: Buffer;
      readonly mode: number | undefined;
    }
  | { readonly kind: 'upload-dir'; readonly localDir: string; readonly remoteDir: string }
  | { readonly kind: 'download'; readonly remotePath: string }
  | { readonly kind: 'download-dir'; readonly remoteDir: string; readonly localDir: string }
  | { readonly kind: 'close' };

/** Makes a machine for tests of provisioners. */
export function fakeMachine(options: FakeMachineOptions = {}): FakeMachine {
  const calls: FakeCall[] = [];
  return {
    calls,
    get commands() {
      return calls.filter((call) => call.kind === 'run').map((call) => call.command);
    },
    uploaded: (remotePath) =>
      calls
        .filter((call) => call.kind === 'upload')
        .findLast((call) => call.remotePath === remotePath)
        ?.content.toString(),
    communicator: new FakeCommunicator(calls, options),
    facts: { ...facts, ...options.facts },
    ...(options.scriptFolder === undefined ? {} : { scriptFolder: options.scriptFolder }),
  };
}

const facts: MachineFacts = {
  Host: '192.0.2.1',
  Port: 22,
  User: 'tester',
  Password: '',
  ConnType: 'ssh',
};

class FakeCommunicator implements Communicator {
  readonly #calls: FakeCall[];
  readonly #options: FakeMachineOptions;

  constructor(calls: FakeCall[], options: FakeMachineOptions) {
    this.#calls = calls;
    this.#options = options;
  }

  async run(command: RemoteCommand): Promise<CommandResult> {
    command.signal.throwIfAborted();
    const stdin = await contentOf(command.stdin ?? '');
    this.#calls.push({ kind: 'run', command: command.command, stdin: stdin.toString() });
    const result = await this.#options.onCommand?.(command);
    command.signal.throwIfAborted();
    const end = typeof result === 'number' ? { exitCode: result } : result;
    return { exitCode: 0, disconnected: false, ...end };
  }

  async upload(upload: Upload, remotePath: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await this.#options.onUpload?.(remotePath);
    const content = await contentOf(upload.data);
    this.#calls.push({ kind: 'upload', remotePath, content, mode: upload.mode });
  }

  async uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#calls.push({ kind: 'upload-dir', localDir, remoteDir });
  }

  async download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#calls.push({ kind: 'download', remotePath });
    const content = this.#options.files?.[remotePath];
    if (content === undefined) throw new Failure({ summary: `No such file: ${remotePath}` });
    await new Promise<void>((resolve, reject) => {
      sink.once('error', reject);
      sink.end(content, resolve);
    });
  }

  async downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#calls.push({ kind: 'download-dir', remoteDir, localDir });
  }

  async close(): Promise<void> {
    this.#calls.push({ kind: 'close' });
  }
}

async function contentOf(data: Readable | Uint8Array | string): Promise<Buffer> {
  return data instanceof Readable ? buffer(data) : Buffer.from(data);
}

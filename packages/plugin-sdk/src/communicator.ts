import type { Readable, Writable } from 'node:stream';
import type { Checkpoints } from './checkpoints.ts';
import type { CommunicatorConfig } from './communicator-config.ts';
import type { Complain, ComponentBase } from './component.ts';
import type { RunContext } from './context.ts';

/**
 * A connection to a machine. Safe for concurrent use. Every method rejects with a `Failure` when the
 * transfer or command could not be carried out, and with the signal's reason when it was cancelled.
 */
export interface Communicator {
  /** Runs a command and resolves when it has ended, whatever its exit code. */
  run(command: RemoteCommand): Promise<CommandResult>;
  /** Writes a file; its folder must exist. Closes the stream behind it, which may break at any time, in every case. */
  upload(content: Upload, remotePath: string, signal: AbortSignal): Promise<void>;
  /**
   * Copies a folder with all below it. With a trailing slash on `localDir` its contents go into
   * `remoteDir`, without one the folder itself does (as rsync and Packer have it).
   */
  uploadDir(localDir: string, remoteDir: string, signal: AbortSignal): Promise<void>;
  /** Reads a file into `sink`, which is ended afterwards. */
  download(remotePath: string, sink: Writable, signal: AbortSignal): Promise<void>;
  /** Copies a remote folder; trailing slash as in `uploadDir`. */
  downloadDir(remoteDir: string, localDir: string, signal: AbortSignal): Promise<void>;
  /** Ends the connection; never rejects; may be called twice. */
  close(): Promise<void>;
}

/** A file to upload. */
export interface Upload {
  readonly data: Readable | Uint8Array | string;
  /** Permission bits; 0o644 when left out. */
  readonly mode?: number;
  /** Bytes, when known: progress bars need it. */
  readonly size?: number;
  /** What to call it in progress reports. */
  readonly label?: string;
}

/** A command for the machine's shell. */
export interface RemoteCommand {
  readonly command: string;
  readonly stdin?: Readable | string;
  /** Called with each piece of output as it arrives; pieces are not lines. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** Aborting it ends the remote process as far as the protocol allows. */
  readonly signal: AbortSignal;
}

/** How a command ended. */
export interface CommandResult {
  /** `undefined` when the machine did not say: see `signal` and `disconnected`. */
  readonly exitCode: number | undefined;
  /** Name of the signal that ended it, without `SIG`. */
  readonly signal?: string;
  /** The connection went away while the command ran (a reboot, for instance). */
  readonly disconnected: boolean;
}

/** Where a builder's machine can be reached; what is left out comes from the template's options. */
export interface ConnectTarget {
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  /** A private key in PEM or OpenSSH form, for instance of a temporary key pair. */
  readonly privateKey?: string;
  /** Aborts when waiting has become useless, because the machine is gone; `connect` then rejects with its reason. */
  readonly gone?: AbortSignal;
  /** Its public half, as a line of `authorized_keys`: what templates see as `build.SSHPublicKey`. */
  readonly publicKey?: string;
}

/** A kind of connection: `ssh`, `winrm`, `none`. Its options are the shared `communicatorOptions`. */
export interface CommunicatorComponent extends ComponentBase {
  readonly kind: 'communicator';
  /** Looks at the options without touching the network. */
  check?(config: CommunicatorConfig, complain: Complain): void | Promise<void>;
  /** Waits until the machine answers, at most as long as the options allow. The caller closes what it gets. */
  connect(
    config: CommunicatorConfig,
    target: ConnectTarget,
    context: RunContext,
  ): Promise<Communicator>;
}

/** Declares a communicator; identity, for the types. */
export function defineCommunicator(
  definition: Omit<CommunicatorComponent, 'kind'>,
): CommunicatorComponent {
  return { kind: 'communicator', ...definition };
}

/** A machine that provisioners work on. */
export interface Machine {
  readonly communicator: Communicator;
  /** What templates see as `build.Host`, `build.User` and so on. */
  readonly facts: MachineFacts;
  /** Where the shell family puts its scripts when the template does not say; `/tmp` if absent. */
  readonly scriptFolder?: string;
  /** It is somebody's and stays when the build is over: what provisioners leave on it is left behind. */
  readonly outlives?: true;
  /** How to keep states of it, if the builder can. */
  readonly checkpoints?: Checkpoints;
}

/** The part of `build.*` that follows from how the machine was reached. */
export interface MachineFacts {
  readonly Host: string;
  readonly Port: number;
  readonly User: string;
  readonly Password: string;
  readonly ConnType: string;
  readonly SSHPublicKey?: string;
  readonly SSHPrivateKey?: string;
  readonly SSHPrivateKeyFile?: string;
  readonly SSHAgentAuth?: boolean;
  readonly WinRMPassword?: string;
}

import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { messageOf } from '@bake/plugin-sdk';
import type { Client, ClientChannel, ExecOptions, PseudoTtyOptions, SFTPWrapper } from 'ssh2';
import { abortedIn, DialError } from '../network/dial-error.ts';
import type { Address } from '../network/open-socket.ts';
import { raceAbort } from '../network/race-abort.ts';
import { endCommands, ignore, signalCommand } from './end-command.ts';
import type { Line } from './line.ts';
import { NoMethodError, RemoteError } from './remote-error.ts';
import { tryOutSession } from './session-probe.ts';
import { SftpChannel } from './sftp-channel.ts';
import { join } from './tunnel.ts';
import type { Tunnel } from './tunnel-text.ts';

/** What sessions of a connection are opened with. */
export interface SessionSettings {
  readonly forwardedAgent: string | undefined;
  readonly pty: boolean;
}

/** Milliseconds that a command may take to heed a signal of the server before the next one. */
const killAfter = 1000;

/** Packer's terminal, without echo. */
const terminal: PseudoTtyOptions = { term: 'xterm', rows: 40, cols: 80, modes: { ECHO: 0 } };

/** ssh2 knows this option, its types do not. */
type AgentExecOptions = ExecOptions & { readonly agentForward?: boolean };

/** One logged-in connection. */
export class Connection {
  readonly #client: Client;
  readonly #line: Line;
  readonly #settings: SessionSettings;
  readonly #closed: Promise<void>;
  #isAlive = true;
  #forwardsAgent: boolean;
  #sftp: Promise<SftpChannel> | undefined;
  #commands = 0;
  readonly #ending = new Set<ClientChannel>();
  #endingAll: Promise<void> | undefined;
  #users = 0;
  #isRetired = false;

  constructor(client: Client, line: Line, settings: SessionSettings) {
    this.#client = client;
    this.#line = line;
    this.#settings = settings;
    this.#forwardsAgent = settings.forwardedAgent !== undefined;
    this.#closed = new Promise((resolve) => {
      client.once('close', () => {
        this.#isAlive = false;
        resolve();
      });
    });
    // What goes wrong is told by the channels; the socket is of no more use then.
    client.on('error', () => {
      this.#isAlive = false;
      line.close();
    });
    client.once('end', () => {
      this.#isAlive = false;
      line.close();
    });
  }

  get isAlive(): boolean {
    return this.#isAlive && this.#line.stream.writable;
  }

  /**
   * Starts a command, with a terminal when the template wants one unless `pty` is false. Rejects with any
   * error when no session can be opened.
   */
  async exec(
    command: string,
    signal: AbortSignal,
    { pty = this.#settings.pty }: { readonly pty?: boolean } = {},
  ): Promise<ClientChannel> {
    return this.#counted(await this.#start(command, pty ? { pty: terminal } : {}, signal));
  }

  /**
   * Ends the command of a channel with all that it has started, as far as the machine can do that. While others run that are to go on,
   * only the server can tell them apart. Resolves when it has done what it can; never rejects.
   */
  async endCommand(channel: ClientChannel): Promise<void> {
    this.#ending.add(channel);
    channel.once('close', () => this.#ending.delete(channel));
    // Those that are cancelled at the same time are all known then.
    await nextTurn();
    await this.#endingAll;
    if (!this.#ending.has(channel)) return;
    if (this.#commands > this.#ending.size || !this.isAlive) return signalTwice(channel);
    this.#endingAll ??= endCommands(this.#client, () => {
      for (const each of this.#ending) signalTwice(each);
    }).finally(() => {
      this.#endingAll = undefined;
    });
    await this.#endingAll;
  }

  async #start(command: string, options: ExecOptions, signal: AbortSignal): Promise<ClientChannel> {
    if (!this.#forwardsAgent) return this.#exec(command, options, signal);
    try {
      return await this.#exec(command, { ...options, agentForward: true }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!/agent forwarding/.test((error as Error).message)) throw error;
      this.#forwardsAgent = false;
      return this.#exec(command, options, signal);
    }
  }

  /** The connection's SFTP channel, opened when first asked for. Rejects like `exec`, or with `NoMethodError`. */
  sftp(signal: AbortSignal): Promise<SftpChannel> {
    this.#sftp ??= this.#keepSftp();
    return raceAbort(this.#sftp, signal);
  }

  /** Has the machine listen on ports, and brings to their ends what arrives there. */
  async listen(tunnels: readonly Tunnel[]): Promise<void> {
    if (tunnels.length === 0) return;
    this.#client.on('tcp connection', ({ destPort }, accept, reject) => {
      const tunnel = tunnels.find(({ port }) => port === destPort);
      if (tunnel === undefined) reject();
      else void join(connect({ ...tunnel.to, allowHalfOpen: true }), accept());
    });
    for (const { port } of tunnels) {
      await new Promise<void>((resolve, reject) => {
        this.#client.forwardIn('localhost', port, (error) => {
          if (error) reject(new DialError('tunnel', `port ${port}: ${error.message}`));
          else resolve();
        });
      });
    }
  }

  /** Finds out whether commands will get sessions. Rejects with a `DialError` when they don't, or when the signal aborts. */
  async tryOut(signal: AbortSignal): Promise<void> {
    try {
      await raceAbort(tryOutSession(this.#client), signal);
    } catch (error) {
      throw signal.aborted ? abortedIn('shell', signal) : new DialError('shell', messageOf(error));
    }
    if (!this.isAlive) throw new DialError('shell', 'the machine hung up');
  }

  /** Has the machine connect to somewhere. Rejects with any error when it can't. */
  tunnelTo({ host, port }: Address): Promise<Duplex> {
    return new Promise((resolve, reject) => {
      this.#client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (error) reject(new RemoteError('other', error.message));
        else resolve(channel);
      });
    });
  }

  /** Counts as in use while `work` goes on, so that a retired connection stays for it. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      if (this.#isRetired && this.#users === 0) void this.end();
    }
  }

  /** Ends it as soon as nothing uses it any more. */
  retire(): void {
    this.#isRetired = true;
    if (this.#users === 0) void this.end();
  }

  /** Says good-bye and closes; resolves when the socket is gone. */
  async end(): Promise<void> {
    this.#isAlive = false;
    this.#client.end();
    // A machine that does not answer any more must not hold us up.
    const timer = setTimeout(() => this.#line.close(), 500);
    await this.#closed;
    clearTimeout(timer);
  }

  #exec(command: string, options: AgentExecOptions, signal: AbortSignal): Promise<ClientChannel> {
    const opening = new Promise<ClientChannel>((resolve, reject) => {
      this.#client.exec(command, options, (error, channel) => {
        if (error) reject(error);
        else resolve(channel);
      });
    });
    const discard = (late: ClientChannel): void => {
      void this.endCommand(this.#counted(late));
      ignore(late);
    };
    return raceAbort(opening, signal, { discard });
  }

  #counted(channel: ClientChannel): ClientChannel {
    this.#commands += 1;
    channel.once('close', () => {
      this.#commands -= 1;
    });
    return channel;
  }

  #keepSftp(): Promise<SftpChannel> {
    const opening = this.#openSftp();
    const forget = (): void => {
      if (this.#sftp === opening) this.#sftp = undefined;
    };
    opening.then(
      (channel) => channel.onceClosed(forget),
      (error: unknown) => {
        // A server without SFTP stays one: asking again would only use up its sessions.
        if (!(error instanceof NoMethodError)) forget();
      },
    );
    return opening;
  }

  async #openSftp(): Promise<SftpChannel> {
    try {
      const sftp = await new Promise<SFTPWrapper>((resolve, reject) => {
        this.#client.sftp((error, channel) => (error ? reject(error) : resolve(channel)));
      });
      return new SftpChannel(sftp);
    } catch (error) {
      const { message } = error as Error;
      if (this.isAlive && /subsystem|SFTP session/i.test(message))
        throw new NoMethodError('sftp', message);
      throw error;
    }
  }
}

/** Has the server signal a command, and once more if that does not help. */
function signalTwice(channel: ClientChannel): void {
  signalCommand(channel, 'TERM');
  const timer = setTimeout(() => signalCommand(channel, 'KILL'), killAfter);
  channel.once('close', () => clearTimeout(timer));
}

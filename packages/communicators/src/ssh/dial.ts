import { connect, type Socket } from 'node:net';
import { messageOf } from '@bake/plugin-sdk';
import ssh2, { type Algorithms, type AnyAuthMethod, type Client } from 'ssh2';
import { offerInTurn } from './authentication.ts';
import { useCertificates } from './certificate-login.ts';
import { Connection } from './connection.ts';
import { abortedIn, DialError, type Stage } from './stage.ts';

/** Times in milliseconds, as Packer has them. */
const connectTimeout = 15_000;
const handshakeTimeout = 60_000;

/** Where to connect and as whom. */
export interface DialSettings {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly methods: readonly AnyAuthMethod[];
  readonly algorithms: Algorithms;
  /** Milliseconds; 0 for none. */
  readonly keepAlive: number;
  /** Socket of an agent that the machine may use, if any. */
  readonly forwardedAgent: string | undefined;
  readonly pty: boolean;
}

/** Tries once. Rejects with a `DialError`, or with the signal's reason. */
export async function dial(settings: DialSettings, signal: AbortSignal): Promise<Connection> {
  const socket = await openSocket(settings, signal);
  try {
    const client = await logIn(socket, settings, signal);
    return new Connection(client, socket, settings);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function openSocket({ host, port }: DialSettings, signal: AbortSignal): Promise<Socket> {
  signal.throwIfAborted();
  const seconds = connectTimeout / 1000;
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: 5000,
    });
    const fail = (error: unknown): void => {
      stopWaiting();
      socket.destroy();
      reject(error);
    };
    const onAbort = (): void => fail(abortedIn('connection', signal));
    const onError = (error: Error): void => fail(unreachable(error));
    const onConnect = (): void => {
      stopWaiting();
      socket.off('error', onError);
      resolve(socket);
    };
    const onTimeout = (): void =>
      fail(new DialError('connection', `no answer in ${seconds} seconds`));
    const timer = setTimeout(onTimeout, connectTimeout);
    const stopWaiting = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('error', onError);
    socket.once('connect', onConnect);
  });
}

function unreachable(error: NodeJS.ErrnoException): DialError {
  const isName = error.syscall === 'getaddrinfo';
  return new DialError(isName ? 'name' : 'connection', reasonOf(error));
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no route to host';
    case 'ETIMEDOUT':
      return 'connection timed out';
    case 'ECONNRESET':
      return 'the connection was reset by the machine';
    case 'ENOTFOUND':
      return 'no such host';
    default:
      return messageOf(error);
  }
}

function logIn(socket: Socket, settings: DialSettings, signal: AbortSignal): Promise<Client> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    let stage: Stage = 'key exchange';
    const settle = (end: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      client.removeAllListeners();
      client.on('error', () => undefined);
      end();
    };
    const fail = (reason: string): void => settle(() => reject(new DialError(stage, reason)));
    const onAbort = (): void => settle(() => reject(abortedIn(stage, signal)));
    signal.addEventListener('abort', onAbort, { once: true });
    client.on('handshake', () => {
      stage = 'authentication';
    });
    client.on('ready', () => settle(() => resolve(client)));
    client.on('close', () => fail('the machine closed the connection'));
    client.on('error', (error) => {
      // What an agent can't do, another way to log in may.
      if (error.level !== 'agent') fail(explain(error, stage));
    });
    client.connect({
      sock: socket,
      username: settings.username,
      authHandler: offerInTurn(settings.methods, settings.username),
      algorithms: settings.algorithms,
      readyTimeout: handshakeTimeout,
      keepaliveInterval: settings.keepAlive,
      // About a minute at the default interval, because answers queue behind bulk data on slow links.
      keepaliveCountMax: 11,
      ...(settings.forwardedAgent === undefined ? {} : { agent: settings.forwardedAgent }),
    });
    useCertificates(client);
  });
}

function explain(error: NodeJS.ErrnoException & { level?: string }, stage: Stage): string {
  if (error.level === 'client-authentication')
    return 'the machine took none of the logins it was offered';
  if (error.level === 'client-timeout') return `no end in ${handshakeTimeout / 1000} seconds`;
  if (stage === 'key exchange' && /before handshake/.test(error.message)) {
    return 'the machine closed the connection without a word';
  }
  return reasonOf(error);
}

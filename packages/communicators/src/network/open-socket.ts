import { connect, type Socket } from 'node:net';
import { messageOf } from '@bake/plugin-sdk';
import { abortedIn, DialError } from './dial-error.ts';

/** Milliseconds, as Packer has it. */
const connectTimeout = 15_000;

/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Connects by TCP. Rejects with a `DialError`, or with the signal's reason. */
export function openSocket({ host, port }: Address, signal: AbortSignal): Promise<Socket> {
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

/** What a system error means, to go on a sentence. */
export function reasonOf(error: NodeJS.ErrnoException): string {
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

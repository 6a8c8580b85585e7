import { once } from 'node:events';
import { isIPv4, isIPv6, type Socket } from 'node:net';
import { abortedIn, DialError } from './dial-error.ts';
import { type Address, openSocket } from './open-socket.ts';
import { raceAbort } from './race-abort.ts';

/** A SOCKS5 proxy (RFC 1928), with the login (RFC 1929) that it may want. */
export interface SocksProxy extends Address {
  readonly username: string;
  readonly password: string;
}

/** Milliseconds that the proxy gets to say yes or no. */
const patience = 30_000;

const version = 5;
const noLogin = 0;
const passwordLogin = 2;

const refusals: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'its rules do not allow it',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'the connection timed out',
  7: 'it does not know how to connect',
  8: 'it does not know this kind of address',
};

/** Connects to an address through a proxy, which looks its name up. Rejects as `openSocket` does. */
export async function openThroughProxy(
  proxy: SocksProxy,
  target: Address,
  signal: AbortSignal,
): Promise<Socket> {
  const socket = await openSocket(proxy, signal).catch((error: unknown) => {
    throw error instanceof DialError
      ? new DialError('proxy', `no connection to it: ${error.message}`)
      : error;
  });
  // What ends it shows in the reading.
  const ignore = (): void => undefined;
  socket.on('error', ignore);
  const timer = setTimeout(() => socket.destroy(), patience);
  try {
    await raceAbort(negotiate(socket, proxy, target), signal);
    return socket;
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? abortedIn('proxy', signal) : error;
  } finally {
    clearTimeout(timer);
  }
}

async function negotiate(socket: Socket, proxy: SocksProxy, target: Address): Promise<void> {
  const methods = proxy.username === '' ? [noLogin] : [noLogin, passwordLogin];
  socket.write(Buffer.from([version, methods.length, ...methods]));
  const [spoken, method] = await read(socket, 2);
  if (spoken !== version) throw new DialError('proxy', 'it does not speak SOCKS5');
  if (method === passwordLogin) await logIn(socket, proxy);
  else if (method !== noLogin) throw new DialError('proxy', 'it wants another kind of login');
  const port = Buffer.alloc(2);
  port.writeUInt16BE(target.port);
  socket.write(Buffer.concat([Buffer.from([version, 1, 0]), hostBytes(target.host), port]));
  const [, reply = 1, , kind] = await read(socket, 4);
  if (reply !== 0) {
    const why = refusals[reply] ?? `reply ${reply}`;
    throw new DialError('proxy', `it does not connect to ${target.host}: ${why}`);
  }
  await read(socket, (await boundLength(socket, kind)) + port.length);
}

async function logIn(socket: Socket, { username, password }: SocksProxy): Promise<void> {
  const [name, secret] = [Buffer.from(username), Buffer.from(password)];
  const parts = [Buffer.from([1, name.length]), name, Buffer.from([secret.length]), secret];
  socket.write(Buffer.concat(parts));
  const [, status] = await read(socket, 2);
  if (status !== 0) throw new DialError('proxy', 'it does not take the user and password');
}

/** An address as the protocol has it: its kind, then its bytes. */
function hostBytes(host: string): Buffer {
  if (isIPv4(host)) return Buffer.from([1, ...host.split('.').map(Number)]);
  if (isIPv6(host)) return Buffer.from([4, ...ipv6Bytes(host)]);
  const name = Buffer.from(host);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function ipv6Bytes(host: string): number[] {
  // The URL parser writes addresses out in one form, IPv4 endings included.
  const [head = '', tail] = new URL(`http://[${host}]`).hostname.slice(1, -1).split('::');
  const words = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [words(head), words(tail ?? '')];
  const zeros = Array<string>(8 - before.length - after.length).fill('0');
  return [...before, ...zeros, ...after].flatMap((word) => {
    const value = Number.parseInt(word, 16);
    return [value >> 8, value & 0xff];
  });
}

async function boundLength(socket: Socket, kind: number | undefined): Promise<number> {
  if (kind === 1) return 4;
  if (kind === 4) return 16;
  return (await read(socket, 1))[0] as number;
}

/** So many bytes and none of what comes after. */
async function read(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null;
    if (bytes?.length === length) return bytes;
    if (socket.readableEnded || socket.destroyed) throw new DialError('proxy', 'it hung up');
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]).catch(() => undefined);
  }
}

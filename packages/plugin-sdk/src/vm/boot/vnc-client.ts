import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Failure, isFailure } from '../../failure.ts';
import { networkProblem } from '../../http/network-problem.ts';
import type { Keyboard } from './keyboard.ts';
import { keysymOf } from './keysym.ts';
import { pause } from './pause.ts';
import { SocketReader } from './socket-reader.ts';
import type { VncTarget } from './vnc-keyboard.ts';

/** How often a server that refuses connections is tried, and the milliseconds in between. */
const attempts = 20;
const betweenAttempts = 250;

/** Does the work of `vncKeyboard`: a client of RFB 3.3 to 3.8 (RFC 6143) that only sends keys. */
export async function connectVnc(target: VncTarget): Promise<Keyboard> {
  const socket = await open(target);
  const reader = new SocketReader(socket);
  try {
    await shakeHands({ socket, reader, target });
  } catch (error) {
    socket.destroy();
    target.signal.throwIfAborted();
    throw isFailure(error) ? error : notConnected(target, error);
  }
  // What the server tells is of no interest, but it must not pile up.
  reader.discard();
  return {
    send: async (key, isDown) => {
      if (socket.destroyed) throw lost(target);
      await write(socket, keyEvent(keysymOf(key), isDown)).catch((error: unknown) => {
        target.signal.throwIfAborted();
        throw lost(target, error);
      });
    },
    close: async () => void socket.destroy(),
  };
}

async function open(target: VncTarget): Promise<Socket> {
  const { host, port, signal } = target;
  for (let left = attempts - 1; ; left -= 1) {
    const socket = connect({ host, port, noDelay: true });
    const hangUp = (): void => void socket.destroy();
    signal.addEventListener('abort', hangUp, { once: true });
    socket.on('close', () => signal.removeEventListener('abort', hangUp));
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      signal.throwIfAborted();
      const isStarting = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
      if (!isStarting || left === 0) throw notConnected(target, error);
      await pause(betweenAttempts, signal);
    }
  }
}

/** A connection on which nothing is agreed yet. */
interface Greeting {
  readonly socket: Socket;
  readonly reader: SocketReader;
  readonly target: VncTarget;
}

async function shakeHands(greeting: Greeting): Promise<void> {
  const { socket, reader, target } = greeting;
  const hello = (await reader.read(12)).toString('latin1');
  const [, major, minor] = /^RFB (\d{3})\.(\d{3})\n$/.exec(hello) ?? [];
  if (major === undefined || minor === undefined) throw notVnc(target);
  const version = Number(major) > 3 ? 8 : versionFor(Number(minor));
  await write(socket, Buffer.from(`RFB 003.00${version}\n`));
  const security = await agreeOnSecurity(greeting, version);
  if (security === passwordSecurity) await prove(greeting);
  if (security === passwordSecurity || version === 8) await readVerdict(greeting, version);
  const shared = 1;
  await write(socket, Buffer.of(shared));
  const screen = await reader.read(24);
  await reader.read(screen.readUInt32BE(20));
}

function versionFor(minor: number): 3 | 7 | 8 {
  if (minor >= 8) return 8;
  return minor === 7 ? 7 : 3;
}

const noSecurity = 1;
const passwordSecurity = 2;

/** Which of the server's ways of knowing us it is. */
async function agreeOnSecurity(
  { socket, reader, target }: Greeting,
  version: 3 | 7 | 8,
): Promise<number> {
  const offered = await readSecurity(reader, version);
  if (offered.length === 0) throw refused(target, await readText(reader));
  const known = target.password ? [passwordSecurity, noSecurity] : [noSecurity];
  const chosen = known.find((type) => offered.includes(type));
  if (chosen === undefined) throw noWayIn(target, offered);
  if (version > 3) await write(socket, Buffer.of(chosen));
  return chosen;
}

/** The numbers of what the server offers; in version 3.3 it decides alone. */
async function readSecurity(reader: SocketReader, version: 3 | 7 | 8): Promise<readonly number[]> {
  if (version > 3) return [...(await reader.read(await readByte(reader)))];
  const only = (await reader.read(4)).readUInt32BE();
  return only === 0 ? [] : [only];
}

/** Answers the server's challenge: DES with the password, whose bits stand the other way round, as key. */
async function prove({ socket, reader, target }: Greeting): Promise<void> {
  const challenge = await reader.read(16);
  const key = Buffer.alloc(8);
  Buffer.from(target.password ?? '', 'utf8').copy(key);
  const mirrored = key.map(mirror);
  // Three times the same key makes DES of triple DES; OpenSSL 3 has nothing else of it by default.
  const cipher = createCipheriv('des-ede3', Buffer.concat([mirrored, mirrored, mirrored]), null);
  cipher.setAutoPadding(false);
  await write(socket, Buffer.concat([cipher.update(challenge), cipher.final()]));
}

function mirror(byte: number): number {
  let mirrored = 0;
  for (let bit = 0; bit < 8; bit += 1) mirrored |= ((byte >> bit) & 1) << (7 - bit);
  return mirrored;
}

async function readVerdict({ reader, target }: Greeting, version: 3 | 7 | 8): Promise<void> {
  if ((await reader.read(4)).readUInt32BE() === 0) return;
  throw refused(target, version === 8 ? await readText(reader) : 'authentication failed');
}

async function readByte(reader: SocketReader): Promise<number> {
  return (await reader.read(1)).readUInt8();
}

async function readText(reader: SocketReader): Promise<string> {
  const length = (await reader.read(4)).readUInt32BE();
  return (await reader.read(Math.min(length, 1000))).toString();
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.write(bytes, (error) => (error ? reject(error) : resolve())),
  );
}

function keyEvent(keysym: number, isDown: boolean): Buffer {
  const message = Buffer.alloc(8);
  const keyEventType = 4;
  message.writeUInt8(keyEventType, 0);
  message.writeUInt8(isDown ? 1 : 0, 1);
  message.writeUInt32BE(keysym, 4);
  return message;
}

function notConnected({ host, port }: VncTarget, error: unknown): Failure {
  return new Failure({
    summary: `Could not connect to the machine's screen by VNC (${host}:${port}): ${networkProblem(error)}`,
    detail:
      'The boot command is typed there. Check that the machine runs and shows its screen by VNC.',
    cause: error,
  });
}

function notVnc({ host, port }: VncTarget): Failure {
  return new Failure({
    summary: `What answers at ${host}:${port} does not speak VNC`,
    detail: 'Another program listens there. Choose other ports for VNC.',
  });
}

function refused({ host, port }: VncTarget, reason: string): Failure {
  return new Failure({
    summary: `The VNC server at ${host}:${port} refused us: ${reason.trim()}`,
    detail:
      'Check the password. After several wrong ones some servers refuse everybody for a while.',
  });
}

function noWayIn({ host, port, password }: VncTarget, offered: readonly number[]): Failure {
  const wantsPassword = password === undefined && offered.includes(passwordSecurity);
  return new Failure({
    summary: wantsPassword
      ? `The VNC server at ${host}:${port} wants a password`
      : `The VNC server at ${host}:${port} wants security of type ${offered.join(' or ')}`,
    detail: wantsPassword
      ? 'There is none for it in the template.'
      : 'bake can log in to VNC servers without security (1) and with a VNC password (2).',
  });
}

function lost({ host, port }: VncTarget, cause?: unknown): Failure {
  return new Failure({
    summary: `The VNC connection to ${host}:${port} was lost while typing`,
    detail: 'The machine has ended, or somebody else took over its screen.',
    cause,
  });
}

import type { Duplex } from 'node:stream';
import { abortedIn, DialError } from '../network/dial-error.ts';
import { type Address, openSocket } from '../network/open-socket.ts';
import { openThroughProxy, type SocksProxy } from '../network/socks.ts';
import { Connection } from './connection.ts';
import type { Line } from './line.ts';
import { type LoginSettings, logIn } from './log-in.ts';
import { describeStage, isDialError } from './stage.ts';
import type { Tunnel } from './tunnel-text.ts';

/** Where to connect, how to get there and as whom to log in. */
export interface DialSettings extends Address, LoginSettings {
  readonly pty: boolean;
  /** A host to go through, with a login of its own. */
  readonly bastion?: (Address & LoginSettings) | undefined;
  /** A SOCKS5 proxy to go through. */
  readonly proxy?: SocksProxy | undefined;
  /** Ports that the machine listens on for us. */
  readonly remoteTunnels: readonly Tunnel[];
}

/** Tries once. Rejects with a `DialError`, with the signal's reason, or with a `Failure` that no other try would mend. */
export async function dial(settings: DialSettings, signal: AbortSignal): Promise<Connection> {
  const line = await openLine(settings, signal);
  try {
    const client = await logIn(line.stream, settings, signal);
    client.once('close', line.close);
    const connection = new Connection(client, line, settings);
    await connection.listen(settings.remoteTunnels);
    return connection;
  } catch (error) {
    line.close();
    throw error;
  }
}

/** Tries once, and whether commands get sessions there, too. Rejects like `dial`. */
export async function dialAndTryOut(
  settings: DialSettings,
  signal: AbortSignal,
): Promise<Connection> {
  const connection = await dial(settings, signal);
  try {
    await connection.tryOut(signal);
    return connection;
  } catch (error) {
    await connection.end();
    throw error;
  }
}

async function openLine(settings: DialSettings, signal: AbortSignal): Promise<Line> {
  const { bastion, proxy } = settings;
  if (bastion !== undefined) return openThroughBastion(settings, bastion, signal);
  const stream = await (proxy === undefined
    ? openSocket(settings, signal)
    : openThroughProxy(proxy, settings, signal));
  return { stream, close: () => stream.destroy() };
}

async function openThroughBastion(
  { host, port }: Address,
  bastion: Address & LoginSettings,
  signal: AbortSignal,
): Promise<Line> {
  const socket = await atBastion(openSocket(bastion, signal));
  const close = (): void => void socket.destroy();
  try {
    const client = await atBastion(logIn(socket, bastion, signal));
    const stream = await new Promise<Duplex>((resolve, reject) => {
      const onAbort = (): void => reject(abortedIn('connection', signal));
      signal.addEventListener('abort', onAbort, { once: true });
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        signal.removeEventListener('abort', onAbort);
        if (error) {
          const reason = `the bastion does not get through to ${host} port ${port} (${error.message})`;
          reject(new DialError('connection', reason));
        } else {
          resolve(channel);
        }
      });
    });
    return { stream, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Failures on the way to the bastion say so. */
async function atBastion<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!isDialError(error)) throw error;
    const stage = error.stage === 'authentication' ? 'bastion authentication' : 'bastion';
    throw new DialError(stage, describeStage(error));
  }
}

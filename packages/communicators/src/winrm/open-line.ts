import { request } from 'node:http';
import type { Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { messageOf } from '@bake/plugin-sdk';
import { DialError } from '../network/dial-error.ts';
import { type Address, openSocket } from '../network/open-socket.ts';
import { raceAbort } from '../network/race-abort.ts';
import { openThroughProxy } from '../network/socks.ts';
import type { WinrmSettings } from './settings.ts';
import { type Stage, TryError } from './stage.ts';
import type { WebProxy } from './web-proxy.ts';

/** Milliseconds that a TLS handshake or a proxy gets. */
const patience = 15_000;

/** A way to the service on which HTTP can be spoken. */
export interface Line {
  readonly socket: Socket;
  /** What stands in a request's first line: a path, or the whole URL for a proxy that passes requests on. */
  readonly requestTarget: string;
  /** What the proxy wants to hear with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The machine's certificate in DER, if TLS is spoken. */
  readonly certificate: Buffer | undefined;
}

/** Connects to the service, through the proxy and with TLS as set. Rejects with a `TryError`, or the signal's reason. */
export async function openLine(settings: WinrmSettings, signal: AbortSignal): Promise<Line> {
  const { proxy, tls, url } = settings;
  const passesOn = proxy !== undefined && proxy.kind !== 'socks5' && tls === undefined;
  const socket = await openWay(settings, signal);
  const line = {
    socket,
    requestTarget: passesOn ? url : new URL(url).pathname,
    headers: passesOn ? proxyHeaders(proxy) : {},
    certificate: undefined,
  };
  if (tls === undefined) return line;
  const secured = await secure(socket, settings, tls.checksCertificate, 'tls', signal);
  return { ...line, socket: secured, certificate: secured.getPeerCertificate().raw };
}

/** Up to where HTTP, or TLS with the machine, begins. */
async function openWay(settings: WinrmSettings, signal: AbortSignal): Promise<Socket> {
  const { proxy, tls, host, port } = settings;
  if (proxy === undefined) return asTry(openSocket({ host, port }, signal));
  if (proxy.kind === 'socks5') {
    return asTry(openThroughProxy(proxy, { host, port }, signal));
  }
  const plain = await asTry(openSocket(proxy, signal), 'proxy');
  const socket = proxy.kind === 'https' ? await secure(plain, proxy, true, 'proxy', signal) : plain;
  return tls === undefined ? socket : tunnel(socket, proxy, settings, signal);
}

/** What the ssh communicator says of sockets, in our words. */
async function asTry<T>(work: Promise<T>, stage?: Stage): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    const { stage: theirs, message } = error;
    const ours = theirs === 'name' || theirs === 'proxy' ? theirs : 'connection';
    throw new TryError(stage ?? ours, message);
  }
}

async function secure(
  socket: Socket,
  { host }: Address,
  checksCertificate: boolean,
  stage: Stage,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const secured = connectTls({
    socket,
    host,
    ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
    rejectUnauthorized: checksCertificate,
    // Windows Server 2012 and older offer no more.
    minVersion: 'TLSv1',
  });
  const shaken = new Promise<TLSSocket>((resolve, reject) => {
    secured.once('secureConnect', () => resolve(secured));
    secured.once('error', (error) => reject(new TryError(stage, messageOf(error))));
    secured.once('close', () => reject(new TryError(stage, 'the other side hung up')));
  });
  return within(shaken, secured, stage, signal);
}

/** Has an HTTP proxy connect through (RFC 9110, section 9.3.6). */
async function tunnel(
  socket: Socket,
  proxy: WebProxy,
  { host, port }: Address,
  signal: AbortSignal,
): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const asked = request({
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyHeaders(proxy) },
    createConnection: () => socket,
  });
  const open = new Promise<Socket>((resolve, reject) => {
    asked.once('connect', ({ statusCode = 0 }) => {
      if (statusCode >= 200 && statusCode < 300) resolve(socket);
      else reject(new TryError('proxy', `it answered with status ${statusCode}`));
    });
    asked.once('response', ({ statusCode }) =>
      reject(new TryError('proxy', `it answered with status ${statusCode}`)),
    );
    asked.once('error', (error) => reject(new TryError('proxy', messageOf(error))));
  });
  asked.end();
  return within(open, socket, 'proxy', signal);
}

/** Waits for a socket to be ready, and destroys it if that does not come about in time. */
async function within<T extends Socket>(
  ready: Promise<T>,
  socket: Socket,
  stage: Stage,
  signal: AbortSignal,
): Promise<T> {
  const clock = new AbortController();
  const late = new TryError(stage, `no answer in ${patience / 1000} seconds`);
  const timer = setTimeout(() => clock.abort(late), patience);
  try {
    return await raceAbort(ready, AbortSignal.any([signal, clock.signal]));
  } catch (error) {
    // What it still has to say is nobody's.
    socket.on('error', () => undefined);
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function proxyHeaders({ username, password }: WebProxy): Readonly<Record<string, string>> {
  if (username === '') return {};
  const login = Buffer.from(`${username}:${password}`).toString('base64');
  return { 'Proxy-Authorization': `Basic ${login}` };
}

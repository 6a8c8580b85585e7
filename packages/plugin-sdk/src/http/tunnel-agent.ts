import * as http from 'node:http';
import * as https from 'node:https';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { Failure } from '../failure.ts';

type Connected = (error: Error | null, socket?: Duplex) => void;

/** Reaches HTTPS servers through an HTTP proxy that lets connections through (`CONNECT`). */
export class TunnelAgent extends https.Agent {
  readonly #proxy: URL;
  readonly #signal: AbortSignal;

  /** The signal ends connections that are being made. */
  constructor(proxy: URL, signal: AbortSignal) {
    super({ keepAlive: false });
    this.#proxy = proxy;
    this.#signal = signal;
  }

  /** Node calls this for a connection, and takes it from the callback. */
  override createConnection(options: tls.ConnectionOptions, callback: Connected): undefined {
    const { host = 'localhost', port = 443 } = options;
    const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    const { protocol, hostname } = this.#proxy;
    const { request } = protocol === 'https:' ? https : http;
    request({
      method: 'CONNECT',
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: portOf(this.#proxy),
      path: target,
      headers: { Host: target, ...proxyLogin(this.#proxy) },
      agent: false,
      signal: this.#signal,
    })
      .on('connect', ({ statusCode = 0 }, socket) => {
        if (statusCode === 200) callback(null, tls.connect({ ...options, socket }));
        else {
          socket.destroy();
          callback(proxyRefused(this.#proxy, target, statusCode));
        }
      })
      .on('response', ({ statusCode = 0 }) =>
        callback(proxyRefused(this.#proxy, target, statusCode)),
      )
      .on('error', (error) => callback(error))
      .end();
  }
}

/** The port of a URL, by its protocol when it names none. */
export function portOf({ protocol, port }: URL): number {
  return Number(port || (protocol === 'https:' ? 443 : 80));
}

/** The header that logs in to a proxy whose URL has a user. */
export function proxyLogin({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '') return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

function proxyRefused({ host }: URL, target: string, status: number): Failure {
  return new Failure({
    summary: `The proxy ${host} does not connect to ${target}: HTTP status ${status}`,
    detail: 'Have it allowed there, or name the host in NO_PROXY.',
  });
}

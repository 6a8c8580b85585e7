import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { localCertificate } from '@bake/plugin-sdk/testing';

/** What a server was asked. */
export interface Asked {
  readonly method: string;
  /** Path and query, as they came. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What it answers: a status, a body that becomes JSON unless it is text, headers. `undefined`: never. */
export type Reply =
  | readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>]
  | undefined;

/** A server on loopback. */
export interface TestServer {
  readonly address: string;
  /** All that it was asked, in order. */
  readonly asked: Asked[];
  close(): void;
}

/** Starts a server that plays a service; `secure` gives it `localCertificate`, a text is its socket. */
export async function startServer(
  reply: (asked: Asked) => Reply,
  place: 'plain' | 'secure' | { readonly socket: string } = 'plain',
): Promise<TestServer> {
  const asked: Asked[] = [];
  const server: Server = place === 'secure' ? createSecureServer(localCertificate) : createServer();
  server.on('request', async (request, response) => {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const { method = '', url = '', headers } = request;
    const one = { method, url, headers, body };
    asked.push(one);
    const answer = reply(one);
    if (answer === undefined) return;
    const [status, content = '', more = {}] = answer;
    response.writeHead(status, more);
    response.end(typeof content === 'string' ? content : JSON.stringify(content));
  });
  await once(
    typeof place === 'object' ? server.listen(place.socket) : server.listen(0, '127.0.0.1'),
    'listening',
  );
  const scheme = place === 'secure' ? 'https' : 'http';
  const address =
    typeof place === 'object'
      ? `unix://${place.socket}`
      : `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    address,
    asked,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What an attempt comes to: the text, or the failure with its advice. */
export async function outcomeOf(attempt: Promise<string>): Promise<string> {
  try {
    return await attempt;
  } catch (error) {
    const { message, detail } = error as { readonly message: string; readonly detail?: string };
    return detail === undefined ? message : `${message}. ${detail}`;
  }
}

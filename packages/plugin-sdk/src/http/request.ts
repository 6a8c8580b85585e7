import * as http from 'node:http';
import * as https from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SecureContextOptions } from 'node:tls';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { timerDelay } from '../duration.ts';
import { Failure } from '../failure.ts';
import { portOf, proxyLogin, TunnelAgent } from './tunnel-agent.ts';

/** A request and how to carry it out. */
export interface HttpRequest {
  readonly url: URL;
  /** `GET` unless it says otherwise. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | HttpUpload;
  readonly signal: AbortSignal;
  /** Milliseconds for everything from connecting to the last byte; no limit without it. */
  readonly timeout?: number;
  /** The proxy for a URL, asked again for each redirect; see `proxyFor`. */
  readonly proxy?: (url: URL) => URL | undefined;
  readonly tls?: HttpTls;
  /** A Unix socket to connect to; the URL's host is then only a name. */
  readonly socketPath?: string;
  /** How many redirects are followed; 10 as Go does, unless it says otherwise. */
  readonly redirects?: number;
}

/** A body too large to hold. It is opened anew for each redirect that asks for it once more. */
export interface HttpUpload {
  /** Bytes, all of which are sent. */
  readonly size: number;
  open(): Readable;
}

/** How a server is known and the client makes itself known to it. */
export interface HttpTls extends Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> {
  readonly servername?: string;
  /** `false` takes any certificate. */
  readonly rejectUnauthorized?: boolean;
}

/** A response, with any status. */
export interface HttpResponse {
  readonly status: number;
  /** Names as Go writes them (`Content-Type`), several values of one joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A response whose body is still to be read, with any status. */
export interface OpenHttpResponse extends Omit<HttpResponse, 'body'> {
  /** As it comes: not unpacked. Whoever got it reads it to its end or destroys it. */
  readonly body: http.IncomingMessage;
  /** Where it came from after redirects, without credentials. */
  readonly url: URL;
}

/**
 * Sends a request and reads the whole response, following redirects and unpacking gzip as Go's client
 * does. Rejects with the error of the network, a `Failure` after too many redirects, the reason of the
 * signal, or a `TimeoutError`; `networkProblem` puts these into words.
 */
export async function sendRequest(request: HttpRequest): Promise<HttpResponse> {
  return follow(limited(request), (current) => sendOnce(current, read));
}

/**
 * Sends a request as `sendRequest` does and gives the response as soon as it begins, for bodies too large to
 * hold. `timeout` and `signal` end reading it, too.
 */
export async function openRequest(request: HttpRequest): Promise<OpenHttpResponse> {
  let last: OpenHttpResponse | undefined;
  return follow(limited(request), async (current) => {
    last?.body.destroy();
    last = await sendOnce(current, async (body) => ({
      status: body.statusCode ?? 0,
      headers: canonicalHeaders(body.rawHeaders),
      body,
      url: withoutLogin(current.url),
    }));
    return last;
  });
}

function limited(request: HttpRequest): HttpRequest {
  const limits = [request.signal];
  if (request.timeout !== undefined)
    limits.push(AbortSignal.timeout(Math.ceil(timerDelay(request.timeout))));
  return { ...request, signal: AbortSignal.any(limits) };
}

type Head = Pick<HttpResponse, 'status' | 'headers'>;

/** Sends a request, and on to where responses send it. */
async function follow<R extends Head>(
  request: HttpRequest,
  send: (request: HttpRequest) => Promise<R>,
): Promise<R> {
  let current = request;
  for (let left = request.redirects ?? 10; ; left -= 1) {
    const response = await send(current);
    const next = redirected(current, response);
    if (next === undefined || request.redirects === 0) return response;
    if (left === 0) throw tooManyRedirects(request.redirects ?? 10);
    current = next;
  }
}

function sendOnce<R>(
  request: HttpRequest,
  take: (incoming: http.IncomingMessage, outgoing: http.ClientRequest) => Promise<R>,
): Promise<R> {
  const { signal } = request;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(signal.aborted ? signal.reason : error);
    try {
      const outgoing = open(request);
      outgoing.on('response', (incoming) => take(incoming, outgoing).then(resolve, fail));
      outgoing.on('error', fail);
      send(request.body, outgoing, fail);
    } catch (error) {
      fail(error);
    }
  });
}

function send(
  body: string | HttpUpload | undefined,
  outgoing: http.ClientRequest,
  fail: (error: unknown) => void,
): void {
  if (body === undefined || typeof body === 'string') outgoing.end(body);
  else pipeline(body.open(), outgoing).catch(fail);
}

function open(request: HttpRequest): http.ClientRequest {
  const { url, method = 'GET', signal, socketPath, tls } = request;
  const headers = headersOf(request);
  const proxy = socketPath === undefined ? request.proxy?.(url) : undefined;
  const common = { method, headers, signal, setHost: false };
  if (proxy !== undefined && url.protocol === 'http:') {
    const { request: send } = proxy.protocol === 'https:' ? https : http;
    const host = proxy.hostname.replace(/^\[(.*)\]$/, '$1');
    const login = { ...headers, ...proxyLogin(proxy) };
    const path = `http://${url.host}${url.pathname}${url.search}`;
    return send({ ...common, host, port: portOf(proxy), path, headers: login, agent: false });
  }
  const agent = proxy === undefined ? false : new TunnelAgent(proxy, signal);
  const target = socketPath === undefined ? {} : { socketPath };
  const { request: send } = url.protocol === 'https:' ? https : http;
  return send(withoutLogin(url), { ...common, ...target, ...tls, agent });
}

function headersOf({ url, method, headers = {}, body }: HttpRequest): Record<string, string> {
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const defaults: Record<string, string> = { Host: url.host, 'User-Agent': 'bake' };
  if (method !== 'HEAD' && !given.has('range')) defaults['Accept-Encoding'] = 'gzip';
  if (body !== undefined) {
    const size = typeof body === 'string' ? Buffer.byteLength(body) : body.size;
    defaults['Content-Length'] = String(size);
  }
  if (url.username !== '') Object.assign(defaults, loginOf(url));
  const needed = Object.entries(defaults).filter(([name]) => !given.has(name.toLowerCase()));
  return { ...Object.fromEntries(needed), ...headers };
}

function loginOf(url: URL): Readonly<Record<string, string>> {
  const { 'Proxy-Authorization': login } = proxyLogin(url);
  return login === undefined ? {} : { Authorization: login };
}

function withoutLogin(url: URL): URL {
  const copy = new URL(url);
  copy.username = '';
  copy.password = '';
  return copy;
}

async function read(
  incoming: http.IncomingMessage,
  outgoing: http.ClientRequest,
): Promise<HttpResponse> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = canonicalHeaders(incoming.rawHeaders);
  const body = Buffer.concat(chunks);
  const status = incoming.statusCode ?? 0;
  const isPacked = headers['Content-Encoding'] === 'gzip' && body.length > 0;
  if (!isPacked || outgoing.getHeader('accept-encoding') !== 'gzip') {
    return { status, headers, body };
  }
  const { 'Content-Encoding': _, 'Content-Length': __, ...others } = headers;
  return { status, headers: others, body: await promisify(gunzip)(body) };
}

/** `a-b` is `A-B` to Go; what is no proper name stays as it is. */
function canonicalHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>();
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = raw.slice(index, index + 2);
    const canonical = name
      .toLowerCase()
      .replace(/(?:^|-)[a-z]/g, (initial) => initial.toUpperCase());
    const before = headers.get(canonical);
    headers.set(canonical, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

/** The request that a response sends us on to, if it does. */
function redirected(request: HttpRequest, response: Head): HttpRequest | undefined {
  const { method = 'GET', url, headers = {} } = request;
  const location = response.headers['Location'];
  if (location === undefined || ![301, 302, 303, 307, 308].includes(response.status)) {
    return undefined;
  }
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next?.protocol !== 'http:' && next?.protocol !== 'https:') return undefined;
  const kept = {
    ...request,
    url: next,
    headers: isTrusted(url, next) ? headers : discreet(headers),
  };
  if (response.status >= 307) return kept;
  const { body: _, ...bodiless } = kept;
  return { ...bodiless, method: method === 'HEAD' ? 'HEAD' : 'GET' };
}

/** Credentials go on to the same host and those below it, nowhere else. */
function isTrusted(from: URL, to: URL): boolean {
  return to.hostname === from.hostname || to.hostname.endsWith(`.${from.hostname}`);
}

function discreet(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const secret = /^(?:authorization|cookie|www-authenticate|x-vault-token|x-consul-token)$/i;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secret.test(name)));
}

function tooManyRedirects(count: number): Failure {
  return new Failure({
    summary: `stopped after ${count} redirects`,
    detail: 'The server sends each request on to another address, perhaps in a circle.',
  });
}

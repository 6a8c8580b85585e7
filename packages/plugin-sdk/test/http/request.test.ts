import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type HttpRequest, networkProblem, sendRequest } from '../../src/http/index.ts';
import { localCertificate } from '../../src/testing/index.ts';

const { cert, key } = localCertificate;
const never = new AbortController().signal;

/** What the servers saw, in order. */
const seen: string[] = [];
afterEach(() => {
  seen.splice(0);
});

const answer: http.RequestListener = async (request, response) => {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  const { authorization = '' } = request.headers;
  seen.push([request.method, request.url, body, authorization].filter(Boolean).join(' '));
  const path = (request.url ?? '').replace(/^http:\/\/[^/]*/, '');
  if (path === '/slow') return;
  if (path === '/cut') return void request.socket.destroy();
  if (path === '/loop') response.writeHead(302, { Location: '/loop' });
  if (path === '/to-headers') response.writeHead(302, { Location: 'headers' });
  if (path === '/keep') response.writeHead(307, { Location: '/headers' });
  if (path === '/away')
    response.writeHead(302, { Location: `http://127.0.0.2:${port(plain)}/headers` });
  if (path === '/headers')
    response.writeHead(
      200,
      [
        ['x-a', '1'],
        ['X-A', '2'],
        ['content-type', 'text/plain'],
      ].flat(),
    );
  if (path === '/gzip') response.writeHead(200, { 'Content-Encoding': 'gzip' });
  response.end(path === '/gzip' ? gzipSync('unpacked') : `at ${path}`);
};

const plain = http.createServer(answer);
const secure = https.createServer({ cert, key }, answer);
const proxy = http.createServer((request, response) => {
  const login = request.headers['proxy-authorization'] ?? '';
  seen.push(`proxy ${request.method} ${request.url} ${login}`.trim());
  response.end('by proxy');
});
proxy.on('connect', (request, socket: net.Socket) => {
  seen.push(`proxy CONNECT ${request.url?.replace(/\d+$/, '')}`);
  if (request.headers['proxy-authorization'] === undefined) {
    socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    return;
  }
  const upstream = net.connect(port(secure), '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    upstream.pipe(socket).pipe(upstream);
  });
});
const folder = mkdtempSync(join(tmpdir(), 'bake-http-'));
const socketPath = join(folder, 'socket');
const local = http.createServer(answer);
const servers = [plain, secure, proxy, local];

function port(server: net.Server): number {
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  plain.listen(0, '0.0.0.0');
  secure.listen(0, '127.0.0.1');
  proxy.listen(0, '127.0.0.1');
  local.listen(socketPath);
  await Promise.all(servers.map((server) => once(server, 'listening')));
});

afterAll(() => {
  for (const server of servers) server.close();
  plain.closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** Sends to the plain server; the status and body as text. */
async function get(path: string, more: Partial<HttpRequest> = {}): Promise<string> {
  const url = new URL(path, `http://127.0.0.1:${port(plain)}`);
  const { status, body } = await sendRequest({ url, signal: never, ...more });
  return `${status} ${body}`;
}

/** How the request fails, in words. */
function problemOf(sending: Promise<unknown>): Promise<string> {
  return sending.then(() => 'no problem', networkProblem);
}

test('a response has its headers as Go writes them', async () => {
  const url = new URL(`http://127.0.0.1:${port(plain)}/headers`);
  const { headers } = await sendRequest({ url, signal: never });
  expect(headers).toMatchObject({ 'X-A': '1, 2', 'Content-Type': 'text/plain' });
});

test('gzip is unpacked, unless it was asked for', async () => {
  expect(await get('/gzip')).toBe('200 unpacked');
  expect(await get('/gzip', { headers: { 'accept-encoding': 'br' } })).not.toBe('200 unpacked');
});

test('redirects are followed, as GET or as they were', async () => {
  expect(await get('/to-headers', { method: 'POST', body: 'b' })).toBe('200 at /headers');
  expect(await get('/keep', { method: 'POST', body: 'b' })).toBe('200 at /headers');
  expect(await get('/to-headers', { redirects: 0 })).toBe('302 at /to-headers');
  expect(await problemOf(get('/loop', { redirects: 3 }))).toBe('stopped after 3 redirects');
  expect(seen).toEqual([
    'POST /to-headers b',
    'GET /headers',
    'POST /keep b',
    'POST /headers b',
    'GET /to-headers',
    ...Array.from({ length: 4 }, () => 'GET /loop'),
  ]);
});

test('credentials stay with their host', async () => {
  const headers = { Authorization: 'Bearer t' };
  await get('/to-headers', { headers });
  await get('/away', { headers });
  expect(seen).toEqual([
    'GET /to-headers Bearer t',
    'GET /headers Bearer t',
    'GET /away Bearer t',
    'GET /headers',
  ]);
});

test('a user in the URL is sent as basic authentication', async () => {
  const url = new URL(`http://a%40b:c@127.0.0.1:${port(plain)}/headers`);
  await sendRequest({ url, signal: never });
  expect(seen).toEqual([`GET /headers Basic ${Buffer.from('a@b:c').toString('base64')}`]);
});

test('an HTTP proxy is given the whole URL', async () => {
  const through = new URL(`http://me:pw@127.0.0.1:${port(proxy)}`);
  const url = new URL('http://me:in-url@far.example/x?y=1');
  const { body } = await sendRequest({ url, signal: never, proxy: () => through });
  expect(body.toString()).toBe('by proxy');
  expect(seen).toEqual(['proxy GET http://far.example/x?y=1 Basic bWU6cHc=']);
});

test('HTTPS goes through a proxy unseen', async () => {
  const url = new URL('https://far.example/headers');
  const tls = { ca: cert, servername: 'localhost' };
  const through = (user: string) => () => new URL(`http://${user}127.0.0.1:${port(proxy)}`);
  const response = await sendRequest({ url, signal: never, tls, proxy: through('me:pw@') });
  expect(response.body.toString()).toBe('at /headers');
  const refused = sendRequest({ url, signal: never, tls, proxy: through('') });
  expect(await problemOf(refused)).toBe(
    `The proxy 127.0.0.1:${port(proxy)} does not connect to far.example:443: HTTP status 407`,
  );
  expect(seen).toEqual([
    'proxy CONNECT far.example:',
    'GET /headers',
    'proxy CONNECT far.example:',
  ]);
});

test('a socket stands for a host', async () => {
  expect(await get('/x', { socketPath })).toBe('200 at /x');
});

test.each([
  { title: 'known', tls: { ca: cert }, want: 'no problem' },
  { title: 'taken as it is', tls: { rejectUnauthorized: false }, want: 'no problem' },
  { title: 'unknown', tls: {}, want: 'its certificate is signed by itself' },
  {
    title: 'of another host',
    tls: { ca: cert, servername: 'other' },
    want: 'its certificate is for another host name',
  },
])('a certificate that is $title: $want', async ({ tls, want }) => {
  const url = new URL(`https://localhost:${port(secure)}/headers`);
  expect(await problemOf(sendRequest({ url, signal: never, tls }))).toBe(want);
});

test('what goes wrong on the way is said in words', async () => {
  const { port: closed } = await closedPort();
  const url = new URL(`http://127.0.0.1:${closed}`);
  expect(await problemOf(sendRequest({ url, signal: never }))).toBe(
    'nothing answers at that address (connection refused)',
  );
  expect(await problemOf(get('/cut'))).toBe('the connection was closed before there was an answer');
  expect(await problemOf(get('/slow', { timeout: 50 }))).toBe('there was no answer in time');
  const tlsToPlain = new URL(`https://127.0.0.1:${port(plain)}`);
  expect(await problemOf(sendRequest({ url: tlsToPlain, signal: never }))).toContain('TLS');
});

test('the reason of a signal is what a request is rejected with', async () => {
  const controller = new AbortController();
  const sent = get('/slow', { signal: controller.signal });
  controller.abort(new Error('interrupt'));
  expect(await problemOf(sent)).toBe('interrupt');
  expect(await problemOf(get('/x', { signal: controller.signal }))).toBe('interrupt');
});

async function closedPort(): Promise<AddressInfo> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return address;
}

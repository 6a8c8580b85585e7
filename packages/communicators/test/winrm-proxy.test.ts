import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import winrm from '../src/winrm/component.ts';
import { webProxyFor } from '../src/winrm/web-proxy.ts';
import { options } from './options.ts';
import { startSocks } from './socks-server.ts';
import type { WinrmMachine } from './winrm-machine/machine.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';

const proxy = (more: object): object => ({ port: 80, username: '', password: '', ...more });

test.each<[string, NodeJS.ProcessEnv, object | undefined]>([
  ['http://h:5985/', {}, undefined],
  [
    'http://h:5985/',
    { HTTP_PROXY: 'http://p:3128' },
    proxy({ kind: 'http', host: 'p', port: 3128 }),
  ],
  ['http://h:5985/', { http_proxy: 'p:3128' }, proxy({ kind: 'http', host: 'p', port: 3128 })],
  ['http://h:5985/', { HTTP_PROXY: 'a', http_proxy: 'b' }, proxy({ kind: 'http', host: 'a' })],
  ['http://h:5985/', { HTTPS_PROXY: 'http://p' }, undefined],
  ['https://h:5986/', { HTTP_PROXY: 'http://p' }, undefined],
  ['https://h:5986/', { https_proxy: 'https://p' }, proxy({ kind: 'https', host: 'p', port: 443 })],
  ['http://h:5985/', { ALL_PROXY: 'http://p' }, undefined],
  [
    'http://h:5985/',
    { HTTP_PROXY: 'socks5://u%40x:p%3A@p' },
    { kind: 'socks5', host: 'p', port: 1080, username: 'u@x', password: 'p:' },
  ],
  [
    'http://h:5985/',
    { HTTP_PROXY: 'socks5h://[::1]:9' },
    proxy({ kind: 'socks5', host: '::1', port: 9 }),
  ],
])('the proxy for %s with %j is %j', (url, environment, want) => {
  expect(webProxyFor(url, environment)).toEqual(want);
});

test.each([
  ['localhost', '', true],
  ['127.0.0.1', '', true],
  ['127.9.9.9', '', true],
  ['[::1]', '', true],
  ['10.0.0.1', '', false],
  ['h.example', '*', true],
  ['h.example', 'example', true],
  ['h.example', 'h.example', true],
  ['H.Example', 'h.EXAMPLE', true],
  ['h.example', '.example', true],
  ['h.example', '*.example', true],
  ['example', '.example', false],
  ['example', 'example', true],
  ['hexample', 'example', false],
  ['h.example', ' a , h.example , b', true],
  ['h.example', 'h.example:5985', true],
  ['h.example', 'h.example:80', false],
  ['10.1.2.3', '10.1.2.3', true],
  ['10.1.2.3', '10.1.2.3:5985', true],
  ['10.1.2.3', '2.3', true],
  ['10.1.2.3', '10.0.0.0/8', true],
  ['10.1.2.3', '10.1.2.0/25,10.2.0.0/16', true],
  ['10.1.2.200', '10.1.2.0/25', false],
  ['10.1.2.3', 'fe80::/10', false],
  ['[fe80::1]', 'fe80::/10', true],
  ['[fe80::1]', 'fe80::1', true],
  ['h.example', '10.0.0.0/8', false],
  ['10.1.2.3', '10.0.0.0/99', false],
])('%s with NO_PROXY "%s" goes without proxy: %s', (host, noProxy, isDirect) => {
  const environment = { HTTP_PROXY: 'http://p', NO_PROXY: noProxy };
  expect(webProxyFor(`http://${host}:5985/`, environment) === undefined).toBe(isDirect);
});

test.each(['ftp://p', 'http://', 'p:port', '::'])('the proxy %s is refused, unseen', (text) => {
  expect(() => webProxyFor('http://h/', { HTTP_PROXY: text })).toThrow(
    'Invalid HTTP_PROXY in the environment',
  );
});

let root: string;
let machine: WinrmMachine | undefined;
let server: Server | undefined;
const saved = { ...process.env };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bake-winrm-'));
});
afterEach(async () => {
  process.env = { ...saved };
  await machine?.close();
  server?.close();
});
afterAll(() => rm(root, { recursive: true }));

/** A proxy that leads to the machine whatever it is asked for, and notes what that was. */
async function startProxy(seen: string[], login = ''): Promise<number> {
  const authorization = login === '' ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const started = createServer((incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (incoming.headers['proxy-authorization'] !== authorization) {
      response.writeHead(407).end();
      return;
    }
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    const onward = request(
      { port: machine?.port, host: '127.0.0.1', method: 'POST', path: '/wsman', headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(onward);
  });
  started.on('connect', (incoming, socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    if (incoming.headers['proxy-authorization'] !== authorization) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const onward = connect(machine?.port ?? 0, '127.0.0.1');
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    socket.pipe(onward).pipe(socket);
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return (started.address() as AddressInfo).port;
}

async function connectTo(host: string, config: object): Promise<void> {
  const { port, username, password } = machine as WinrmMachine;
  const target = { host, port, username, password };
  const settings = options({ winrm_timeout: 2000, ...config });
  await (await winrm.connect(settings, target, testContext())).close();
}

test('winrm goes through a proxy for HTTP', async () => {
  machine = await startWinrmMachine({ root });
  const seen: string[] = [];
  process.env['HTTP_PROXY'] =
    `http://me:sec%20ret@127.0.0.1:${await startProxy(seen, 'me:sec ret')}`;
  await connectTo('machine.invalid', {});
  expect(new Set(seen)).toEqual(new Set([`POST http://machine.invalid:${machine.port}/wsman`]));
});

test('winrm goes through a proxy for HTTPS', async () => {
  machine = await startWinrmMachine({ root, tls: true });
  const seen: string[] = [];
  process.env['HTTPS_PROXY'] = `http://me:secret@127.0.0.1:${await startProxy(seen, 'me:secret')}`;
  const config = { winrm_use_ssl: true, winrm_insecure: true, winrm_use_ntlm: true };
  await connectTo('machine.invalid', config);
  expect(new Set(seen)).toEqual(new Set([`CONNECT machine.invalid:${machine.port}`]));
  expect(machine.isBound).toBe(true);
});

test('winrm goes through a SOCKS proxy', async () => {
  machine = await startWinrmMachine({ root });
  const socks = await startSocks({ username: 'me', password: 'secret' });
  process.env['HTTP_PROXY'] = `socks5://me:secret@127.0.0.1:${socks.port}`;
  // This is this computer, too, but the rules do not know that.
  await connectTo('0.0.0.0', { winrm_use_ntlm: true });
  expect(new Set(socks.asked)).toEqual(new Set([`0.0.0.0:${machine.port}`]));
  socks.stop();
});

test('winrm says that it does not get through a proxy', async () => {
  machine = await startWinrmMachine({ root, tls: true });
  process.env['HTTPS_PROXY'] = `http://me:wrong@127.0.0.1:${await startProxy([], 'me:secret')}`;
  const config = { winrm_use_ssl: true, winrm_timeout: 500 };
  await expect(connectTo('machine.invalid', config)).rejects.toMatchObject({
    detail: expect.stringContaining('did not get through the proxy: it answered with status 407'),
  });
});

test.each([
  ['winrm_no_proxy', 'machine.invalid', { winrm_no_proxy: true, winrm_timeout: 300 }],
  ['being on this computer', '127.0.0.1', {}],
])('winrm keeps away from a proxy because of %s', async (_, host, config) => {
  machine = await startWinrmMachine({ root });
  const seen: string[] = [];
  process.env['HTTP_PROXY'] = `http://127.0.0.1:${await startProxy(seen)}`;
  await connectTo(host, config).catch(() => undefined);
  expect(seen).toEqual([]);
});

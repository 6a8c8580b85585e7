import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { withDefaults } from '../../src/index.ts';
import { complaintsOf, type TestContext, testContext } from '../../src/testing/index.ts';
import { startHttpServer } from '../../src/vm/http/start-http-server.ts';
import { checkHttp, type HttpOptions, type HttpServer, httpOptions } from '../../src/vm/index.ts';

// A loaded machine takes its time.
jest.setTimeout(120_000);

let folder: string;
let context: TestContext;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-http-'));
  await mkdir(join(folder, 'www/with index'), { recursive: true });
  await mkdir(join(folder, 'www/empty'));
  await writeFile(join(folder, 'secret'), 'outside');
  const files = {
    'a.txt': 'hello',
    'no-ending': 'text',
    binary: Buffer.from([0, 1, 2, 255]),
    nothing: '',
    'page.html': '<p>',
    'x.json': '{}',
    'ks.cfg': 'install\n',
    'sp ace & <x>"\'.txt': 'odd',
    '%41': 'percent',
    ünï: 'unicode',
    '.hidden': 'dot',
    'with index/index.html': 'the index',
    'with index/other': 'other',
  };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, 'www', name), text);
    await utimes(join(folder, 'www', name), 1e9, 1e9);
  }
  await symlink('../secret', join(folder, 'www/link'));
  await symlink('with index', join(folder, 'www/link-to-folder'));
  await symlink('nowhere', join(folder, 'www/broken'));
  context = testContext();
});
afterEach(async () => {
  await context.cleanUp();
  context = testContext();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (given: Partial<HttpOptions>): HttpOptions =>
  withDefaults(httpOptions, { http_port_min: 20_000, http_port_max: 30_000, ...given });

const start = (given: Partial<HttpOptions>): Promise<HttpServer> =>
  startHttpServer({ options: options(given), bindAddress: '127.0.0.1' }, context);

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

const told = ['location', 'content-type', 'content-range', 'last-modified'];

/** Sends the path as it is, unlike `fetch`. */
async function ask(
  address: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  const [host = '', port] = address.split(':');
  const outgoing = request({ host, port, path, headers, method, agent: false }).end();
  const [incoming] = await once(outgoing, 'response');
  const body = (await incoming.setEncoding('utf8').toArray()).join('');
  // Go does not escape where it sends us on to.
  const kept = told.map((name) => [name, decodeURIComponent(incoming.headers[name] ?? '')]);
  // Nor as much as we do in the links of a listing.
  const page = body.startsWith('<!doctype') ? decodeURIComponent(body) : body;
  return { status: incoming.statusCode, body: page, headers: Object.fromEntries(kept) };
}

const address = ({ generated }: HttpServer): string => String(generated['PackerHTTPAddr']);

const whyNoGo =
  spawnSync('go', ['version']).status === 0 ? undefined : 'skipped: there is no go on PATH';
const comparing = whyNoGo === undefined ? test : test.skip;
const paths = [
  '/',
  '/a.txt',
  '/a.txt/',
  '/a.txt?x=1',
  '/no-ending',
  '/binary',
  '/nothing',
  '/page.html',
  '/x.json',
  '/ks.cfg',
  '/sp%20ace%20&%20%3Cx%3E%22%27.txt',
  '/%2541',
  '/%C3%BCn%C3%AF',
  '/.hidden',
  '/empty',
  '/empty?x=1',
  '/empty/',
  '/with%20index',
  '/with%20index/',
  '/with%20index/index.html',
  '/with%20index/other',
  '/with%20index/../a.txt',
  '/link',
  '/link-to-folder',
  '/link-to-folder/other',
  '/broken',
  '/missing',
  '/a.txt/below',
  '/../secret',
  '/..%2fsecret',
  '/%2e%2e/secret',
  '//a.txt',
  '/./a.txt',
  '/a.txt%00',
];

comparing(
  ["serves a folder as Go's file server does", whyNoGo].filter(Boolean).join(', '),
  async () => {
    const binary = join(folder, 'serve');
    const build = spawnSync(
      'go',
      ['build', '-o', binary, join(import.meta.dirname, 'go/serve.go')],
      {
        encoding: 'utf8',
        env: { ...process.env, GOFLAGS: '', GO111MODULE: 'off' },
      },
    );
    expect(build.stderr).toBe('');
    const www = join(folder, 'www');
    const ours = address(await start({ http_directory: www }));
    const go = spawn(binary, [www], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [theirs] = await once(createInterface(go.stdout), 'line');
      const requests: readonly (readonly [string, Record<string, string>, string])[] = [
        ...paths.map((path) => [path, {}, 'GET'] as const),
        ...paths.map((path) => [path, {}, 'HEAD'] as const),
        ['/a.txt', {}, 'POST'],
        ...['bytes=0-1', 'bytes=2-', 'bytes=-2', 'bytes=0-99', 'bytes=9-'].map(
          (range) => ['/a.txt', { Range: range }, 'GET'] as const,
        ),
        ['/a.txt', { 'If-Modified-Since': new Date(1e12).toUTCString() }, 'GET'],
        ['/a.txt', { 'If-Modified-Since': new Date(1e11).toUTCString() }, 'GET'],
      ];
      const different = [];
      for (const [path, headers, method] of requests) {
        const [our, their] = await Promise.all([
          ask(ours, path, headers, method),
          ask(theirs, path, headers, method),
        ]);
        if (JSON.stringify(our) !== JSON.stringify(their)) different.push({ path, our, their });
      }
      expect(different).toEqual([]);
    } finally {
      go.kill();
    }
  },
  120_000,
);

test('stays below its folder', async () => {
  const server = address(await start({ http_directory: join(folder, 'www') }));
  for (const path of ['/../secret', '/..%2fsecret', '/%2e%2e/secret', '/x/../../secret']) {
    expect((await ask(server, path)).status).toBe(404);
  }
});

test('sends a range, and says when there is none', async () => {
  const server = address(await start({ http_directory: join(folder, 'www') }));
  const ranged = (range: string): Promise<Answer> => ask(server, '/a.txt', { Range: range });
  expect(await ranged('bytes=1-2')).toMatchObject({ status: 206, body: 'el' });
  expect(await ranged('bytes=5-')).toMatchObject({
    status: 416,
    headers: { 'content-range': 'bytes */5' },
  });
});

test('serves texts and names them when another path is asked for', async () => {
  const content = { '/ks.cfg': 'text ü', '/a/b': 'deep' };
  const server = await start({ http_content: content });
  const at = address(server);
  expect(await ask(at, '/ks.cfg')).toMatchObject({ status: 200, body: 'text ü' });
  expect(await ask(at, '/a/./b')).toMatchObject({ status: 200, body: 'deep' });
  expect(await ask(at, '/ks.cfg', { Range: 'bytes=5-' })).toMatchObject({ body: 'ü' });
  expect(await ask(at, '/a')).toMatchObject({
    status: 404,
    body: '/a not found. Served are: /a/b, /ks.cfg\n',
  });
  expect(server.requests).toEqual([
    'GET /ks.cfg: 200',
    'GET /a/./b: 200',
    'GET /ks.cfg: 206',
    'GET /a: 404',
  ]);
});

test('tells templates and scripts where the guest finds it', async () => {
  const serving = { options: options({ http_content: { '/x': '' } }), guestHost: '10.0.2.2' };
  const { data, generated } = await startHttpServer(serving, context);
  expect(data).toEqual({ HTTPIP: '10.0.2.2', HTTPPort: expect.any(Number) });
  expect(generated).toEqual({
    PackerHTTPIP: '10.0.2.2',
    PackerHTTPPort: String(data.HTTPPort),
    PackerHTTPAddr: `10.0.2.2:${data.HTTPPort}`,
  });
  expect(context.ui.said).toEqual([`Starting HTTP server on port ${data.HTTPPort}`]);
});

test('listens on the interface and stops with the build, also while the guest reads', async () => {
  const loopback = process.platform === 'linux' ? 'lo' : 'lo0';
  await writeFile(join(folder, 'large'), '');
  await truncate(join(folder, 'large'), 1e8);
  const server = await start({ http_directory: folder, http_interface: loopback });
  const at = address(server);
  expect(at).toMatch(/^127\.0\.0\.1:/);
  const reading = request(`http://${at}/large`, { agent: false }).end();
  const [incoming] = await once(reading, 'response');
  incoming.on('error', () => undefined);
  await context.cleanUp('failed');
  await expect(ask(at, '/large')).rejects.toThrow('ECONNREFUSED');
});

test('takes a port of the range that is free, and says when none is', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const given = { http_content: { '/x': '' }, http_port_min: port };
  await expect(start({ ...given, http_port_max: port })).rejects.toMatchObject({
    message: `Could not start the HTTP server: Port ${port} of 127.0.0.1 is taken`,
    detail: expect.stringContaining('http_port_max'),
  });
  const { data } = await start({ ...given, http_port_max: port + 20 });
  expect(data.HTTPPort).toBeGreaterThan(port);
  taken.close();
});

test.each([
  [{ http_bind_address: '203.0.113.7' }, 'this machine has no such address'],
  [{ http_interface: 'nope0' }, 'The network interface "nope0"'],
  [{ http_directory: '/nowhere', http_content: {} }, 'Could not find the folder "/nowhere"'],
])('fails with advice: %j', async (given, message) => {
  const failing = start({ http_content: { '/x': '' }, ...given });
  await expect(failing).rejects.toMatchObject({ message: expect.stringContaining(message) });
  expect(context.pending).toEqual([]);
});

test('checks its options', async () => {
  const check = (given: Partial<HttpOptions>): Promise<string[]> =>
    complaintsOf((complain) => checkHttp(options(given), complain));
  expect(await check({ http_directory: folder })).toEqual([]);
  expect(await check({ http_directory: '/nowhere' })).toEqual([
    'http_directory: Could not find the folder "/nowhere" of "http_directory": no such file or directory',
  ]);
  expect(await check({ http_directory: join(folder, 'secret') })).toEqual([
    expect.stringContaining('is not a folder'),
  ]);
  expect(await check({ http_directory: folder, http_content: { x: '' } })).toEqual([
    'http_content: "http_content" and "http_directory" exclude each other',
    'http_content: The path "x" in "http_content" does not start with a slash',
  ]);
  expect(await check({ http_port_min: 9001, http_port_max: 9000 })).toEqual([
    'http_port_min: "http_port_min" is greater than "http_port_max"',
  ]);
  expect(await check({ http_port_max: 70_000 })).toEqual(['http_port_max: 70000 is no port']);
  expect(await check({ http_interface: 'lo', http_bind_address: '::1' })).toHaveLength(1);
  expect(await check({ http_network_protocol: 'unix' })).toHaveLength(1);
  expect(await check({ http_network_protocol: 'tcp4', http_bind_address: '::1' })).toHaveLength(1);
});

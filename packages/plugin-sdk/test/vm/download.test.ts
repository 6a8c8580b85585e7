import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { withDefaults } from '../../src/index.ts';
import { complaintsOf, Random, type TestContext, testContext } from '../../src/testing/index.ts';
import { checkIso, type Download, type IsoOptions, isoOptions } from '../../src/vm/index.ts';
import { takeLock } from '../../src/vm/iso/file-lock.ts';
import { retrieve } from '../../src/vm/iso/retrieve.ts';

// A loaded machine takes its time.
jest.setTimeout(120_000);

const content = new Random(1).bytes(300_000);
const digest = (algorithm: string, bytes: Uint8Array = content): string =>
  createHash(algorithm).update(bytes).digest('hex');
const sha256 = `sha256:${digest('sha256')}`;

/** How the server behaves, one entry a request of the file; the last one stays. */
let conduct: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
/** What was asked for: method, path, range. */
const asked: string[] = [];

/** Sends the file as a good server does. */
const good = (request: IncomingMessage, response: ServerResponse): void => {
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
  const tag = '"v1"';
  const fits = request.headers['if-range'] === undefined || request.headers['if-range'] === tag;
  const start = from === undefined || !fits ? 0 : Number(from);
  if (start >= content.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${content.length}` }).end();
    return;
  }
  const length = { 'Content-Length': content.length - start, ETag: tag };
  const range = { 'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}` };
  response.writeHead(start > 0 ? 206 : 200, start > 0 ? { ...length, ...range } : length);
  response.end(request.method === 'HEAD' ? undefined : content.subarray(start));
};

/** Breaks off after so many bytes. */
const cut =
  (bytes: number, headers = {}) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const [, from = '0'] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from);
    response.writeHead(start > 0 ? 206 : 200, {
      'Content-Length': content.length - start,
      ...(start > 0 && {
        'Content-Range': `bytes ${start}-${content.length - 1}/${content.length}`,
      }),
      ...headers,
    });
    response.write(content.subarray(start, start + bytes), () =>
      setTimeout(() => response.destroy(), 20),
    );
  };

const server = createServer((request, response) => {
  const { method, url = '', headers } = request;
  asked.push([method, url, headers.range].filter(Boolean).join(' '));
  if (url === '/sums') {
    response.end(`${digest('sha256')}  ./x.iso\n`);
  } else if (url === '/elsewhere') {
    response.writeHead(302, { Location: '/x.iso' }).end();
  } else if (url === '/missing') {
    response.writeHead(404).end();
  } else if (url === '/private/x.iso' && headers.authorization === undefined) {
    response.writeHead(401).end();
  } else {
    const behave = conduct.length > 1 ? conduct.shift() : conduct[0];
    (behave ?? good)(request, response);
  }
});

let base = '';
let folder = '';
let context: TestContext;
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-download-'));
  process.env['PACKER_CACHE_DIR'] = join(folder, 'cache');
  conduct = [];
  asked.splice(0);
  context = testContext();
});
afterEach(async () => {
  await context.cleanUp();
  delete process.env['PACKER_CACHE_DIR'];
  delete process.env['PACKER_GETTER_READ_TIMEOUT'];
  await rm(folder, { recursive: true, force: true });
});

const wanted = (given: Partial<Download> = {}): Download => ({
  label: 'ISO',
  sources: [`${base}/x.iso`],
  checksum: sha256,
  extension: 'iso',
  ...given,
});
const get = (given: Partial<Download> = {}, at: TestContext = context): Promise<string> =>
  retrieve(wanted(given), at).then(({ path }) => path);
const cached = (): string[] =>
  existsSync(join(folder, 'cache')) ? readdirSync(join(folder, 'cache')) : [];
const nameFor = (key: string): string => `${digest('sha1', Buffer.from(key))}.iso`;

test('downloads into the cache once, where Packer finds it too', async () => {
  const path = await get();
  expect(path).toBe(join(folder, 'cache', nameFor(sha256)));
  expect(digest('sha256', await readFile(path))).toBe(digest('sha256'));
  expect(context.ui.said).toEqual([
    'Retrieving ISO',
    `Trying ${base}/x.iso`,
    `${base}/x.iso => ${path}`,
  ]);
  const report = { label: 'ISO x.iso', done: 300_000, total: 300_000, unit: 'bytes' };
  expect(context.ui.reports.at(-1)).toEqual(report);
  expect(await get()).toBe(path);
  expect(asked).toEqual(['GET /x.iso']);
  expect(cached()).toEqual([nameFor(sha256)]);
  expect(context.pending).toEqual([]);
});

test.each([
  ['md5', `md5:${digest('md5')}`],
  ['sha1 in capitals', `SHA1:${digest('sha1').toUpperCase()}`],
  ['sha512 by its length', digest('sha512')],
  ['md5 by its length', digest('md5')],
  ['a file of checksums on a server', 'SUMS'],
])('takes %s', async (_, checksum) => {
  const option = checksum === 'SUMS' ? `file:${base}/sums` : checksum;
  expect(existsSync(await get({ checksum: option }))).toBe(true);
  const wrong = checksum.replace(/[\da-f]$/i, (digit) => (digit === '0' ? '1' : '0'));
  if (checksum !== 'SUMS') await expect(get({ checksum: wrong })).rejects.toThrow('did not match');
});

test.each([
  ['GNU', `${digest('sha256')}  other.iso\n${digest('sha1')} *x.iso\n`],
  ['GNU with folders and Windows line ends', `# list\r\n${digest('md5')}  ./dir/x.iso\r\n`],
  ['BSD', `MD5 (other.iso) = ${digest('sha1')}\nSHA256 (x.iso) = ${digest('sha256')}\n`],
  ['a checksum alone', `${digest('sha512')}\n`],
])('finds the checksum in a file: %s', async (_, text) => {
  await writeFile(join(folder, 'SUMS'), text);
  for (const form of [`file:${folder}/SUMS`, `file:file://${folder}/SUMS`]) {
    expect(existsSync(await get({ checksum: form }))).toBe(true);
  }
});

test('fails when the file of checksums has none for it', async () => {
  await writeFile(join(folder, 'SUMS'), `${digest('md5')}  other.iso\n`);
  await expect(get({ checksum: `file:${folder}/SUMS` })).rejects.toThrow(
    `No checksum of "x.iso" found in ${folder}/SUMS`,
  );
  await expect(get({ checksum: `file:${base}/missing` })).rejects.toThrow(
    'answered with status 404',
  );
});

test('the checksum in the URL wins, and is not sent', async () => {
  const sources = [`${base}/x.iso?a=1&checksum=${sha256}`];
  expect(existsSync(await get({ sources, checksum: 'none' }))).toBe(true);
  expect(asked).toEqual(['GET /x.iso?a=1']);
});

test('says what was expected and what was found, and keeps nothing of it', async () => {
  const checksum = `md5:${'0'.repeat(32)}`;
  await expect(get({ checksum })).rejects.toThrow(
    `Checksum did not match: expected ${checksum}, found md5:${digest('md5')} for ${base}/x.iso`,
  );
  expect(cached()).toEqual([]);
});

test('without checksum asks how long the file is before the cached one is used', async () => {
  const path = await get({ checksum: 'none' });
  expect(path).toBe(join(folder, 'cache', nameFor(`${base}/x.iso`)));
  await get({ checksum: 'none' });
  await writeFile(path, 'of another length');
  await get({ checksum: 'none' });
  expect(asked).toEqual(['GET /x.iso', 'HEAD /x.iso', 'HEAD /x.iso', 'GET /x.iso']);
  expect((await readFile(path)).length).toBe(content.length);
});

test('goes on where a connection breaks off, again and again', async () => {
  conduct = [cut(100_000), cut(50_000), cut(50_000), good];
  expect(digest('sha256', await readFile(await get()))).toBe(digest('sha256'));
  const starts = [100_000, 150_000, 200_000].map((start) => `GET /x.iso bytes=${start}-`);
  expect(asked).toEqual(['GET /x.iso', ...starts]);
  expect(context.ui.said).toContainEqual(expect.stringContaining(`Going on with ${base}/x.iso`));
});

test('starts over with a server that ignores ranges', async () => {
  const whole = (_: IncomingMessage, response: ServerResponse): void => void response.end(content);
  conduct = [cut(100_000), whole];
  expect(digest('sha256', await readFile(await get()))).toBe(digest('sha256'));
  expect(asked).toHaveLength(2);
});

test('gives up on a server that always breaks off at the same place', async () => {
  conduct = [
    (_, response) => {
      response.writeHead(200, { 'Content-Length': content.length });
      response.write(content.subarray(0, 10), () => setTimeout(() => response.destroy(), 20));
    },
  ];
  await expect(get()).rejects.toMatchObject({
    message: expect.stringContaining(`Could not download ${base}/x.iso`),
    detail: 'What has come so far is kept: the next build goes on with it.',
  });
  expect(asked.length).toBeGreaterThan(2);
}, 30_000);

test('a cancelled download is gone on with by the next build', async () => {
  const cancel = new AbortController();
  conduct = [
    (_, response) => void response.writeHead(200).write(content.subarray(0, 100_000)),
    good,
  ];
  const first = testContext({ signal: cancel.signal });
  const getting = get({}, first);
  while ((first.ui.reports.at(-1)?.done ?? 0) < 100_000) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  cancel.abort(new Error('stop'));
  await expect(getting).rejects.toThrow('stop');
  expect(first.pending).toEqual([]);
  expect(cached()).toEqual([`${nameFor(sha256)}.part`]);
  await get();
  expect(asked).toEqual(['GET /x.iso', 'GET /x.iso bytes=100000-']);
  expect(cached()).toEqual([nameFor(sha256)]);
});

test('what was there of another file is thrown away', async () => {
  await mkdir(join(folder, 'cache'));
  const part = join(folder, 'cache', `${nameFor(sha256)}.part`);
  await writeFile(part, 'x'.repeat(1000));
  await get();
  expect(asked).toEqual(['GET /x.iso bytes=1000-', 'GET /x.iso']);
  await rm(join(folder, 'cache', nameFor(sha256)));
  await writeFile(part, 'x'.repeat(400_000));
  await get();
  expect(asked.slice(2)).toEqual(['GET /x.iso bytes=400000-', 'GET /x.iso']);
  await rm(join(folder, 'cache', nameFor(sha256)));
  await writeFile(part, content);
  await get();
  expect(asked.slice(4)).toEqual(['GET /x.iso bytes=300000-']);
});

test('without checksum goes on only with a file that has not changed', async () => {
  const oneTime = (headers: object): Promise<string> => {
    conduct = [cut(100_000, headers), good];
    return get({ checksum: 'none' });
  };
  expect(digest('md5', await readFile(await oneTime({ ETag: '"v1"' })))).toBe(digest('md5'));
  await rm(join(folder, 'cache'), { recursive: true });
  // The server has another version by then, and sends all of it.
  expect(digest('md5', await readFile(await oneTime({ ETag: '"v0"' })))).toBe(digest('md5'));
  await rm(join(folder, 'cache'), { recursive: true });
  expect(digest('md5', await readFile(await oneTime({})))).toBe(digest('md5'));
  expect(asked).toEqual([
    'GET /x.iso',
    'GET /x.iso bytes=100000-',
    'GET /x.iso',
    'GET /x.iso bytes=100000-',
    'GET /x.iso',
    'GET /x.iso',
  ]);
});

test('tries mirrors in turn, and tells of all when none has it', async () => {
  const sources = ['http://127.0.0.1:9/x.iso', `${base}/missing`, `${base}/x.iso`];
  expect(existsSync(await get({ sources }))).toBe(true);
  expect(context.ui.errors).toEqual([
    expect.stringContaining('127.0.0.1:9'),
    expect.stringContaining('status 404'),
  ]);
  await expect(
    get({ sources: sources.slice(0, 2), checksum: digest('md5') }),
  ).rejects.toMatchObject({
    message: 'Could not get the ISO from any of 2 places',
    detail: expect.stringMatching(/connection refused.*\n.*status 404/),
  });
});

test('another mirror goes on with what the first one gave', async () => {
  conduct = [cut(100_000), (_, response) => void response.writeHead(503).end(), good];
  await get({ sources: [`${base}/x.iso`, `${base}/mirror/x.iso`] });
  expect(asked).toEqual([
    'GET /x.iso',
    'GET /x.iso bytes=100000-',
    'GET /mirror/x.iso bytes=100000-',
  ]);
});

test('follows redirects, and logs in without showing how', async () => {
  expect(existsSync(await get({ sources: [`${base}/elsewhere`] }))).toBe(true);
  const url = `${base.replace('//', '//me:p%40ss@')}/private/x.iso`;
  expect(existsSync(await get({ sources: [url], checksum: digest('md5') }))).toBe(true);
  expect(context.secrets).toEqual(['p%40ss', 'p@ss']);
  expect(context.ui.said.join()).not.toContain('p%40ss');
  expect(context.ui.said).toContain(`Trying ${base}/private/x.iso`);
  await expect(get({ sources: [`${base}/private/x.iso`], checksum: 'none' })).rejects.toMatchObject(
    {
      detail: expect.stringContaining('user and password'),
    },
  );
});

test.each([
  ['machine 127.0.0.1 login me password p@ss\n', true],
  [
    '# mine\nmachine other login x password y\n\nmachine 127.0.0.1\n  login me # me\n  password p@ss',
    true,
  ],
  [
    'macdef init\nmachine 127.0.0.1 login no password no\n\nmachine 127.0.0.1 login me password p@ss',
    true,
  ],
  ['machine other login me password p@ss default login me password p@ss', false],
  ['', false],
])('logs in as .netrc says: %j', async (text, isKnown) => {
  process.env['NETRC'] = join(folder, 'netrc');
  try {
    await writeFile(join(folder, 'netrc'), text);
    const getting = get({ sources: [`${base}/private/x.iso`], checksum: 'none' });
    if (!isKnown) await expect(getting).rejects.toThrow('status 401');
    else expect(await getting).toContain(nameFor(`${base}/private/x.iso`));
    expect(context.secrets).toEqual(isKnown ? ['p%40ss', 'p@ss'] : []);
  } finally {
    delete process.env['NETRC'];
  }
});

test('gives up on a server that falls silent', async () => {
  process.env['PACKER_GETTER_READ_TIMEOUT'] = '100ms';
  conduct = [(_, response) => void response.writeHead(200).write('a')];
  await expect(get()).rejects.toThrow('the server has sent nothing for 100ms');
}, 30_000);

test('builds side by side download once, one after the other', async () => {
  conduct = [
    (request, response) => {
      setTimeout(() => good(request, response), 100);
    },
  ];
  const contexts = [testContext(), testContext(), testContext()];
  const paths = await Promise.all(contexts.map((one) => get({}, one)));
  expect(new Set(paths).size).toBe(1);
  expect(asked).toEqual(['GET /x.iso']);
});

test('waits for the lock of another process, not for that of one that has ended', async () => {
  const path = join(folder, 'lock');
  const [alive, dead] = [process.ppid, 2 ** 22 + 1];
  await writeFile(path, `${dead} ${hostname()} x\n`);
  let waits = 0;
  const onWait = (): void => {
    waits += 1;
  };
  const wait = { signal: new AbortController().signal, onWait };
  await (await takeLock(path, wait))();
  expect(waits).toBe(0);
  await writeFile(path, `${alive} ${hostname()} x\n`);
  const taking = takeLock(path, wait);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(waits).toBe(1);
  await rm(path);
  await (await taking)();
  await writeFile(path, `1 elsewhere x\n`);
  await utimes(path, 0, 0);
  await (await takeLock(path, wait))();
  expect(existsSync(path)).toBe(false);
  const cancel = AbortSignal.timeout(100);
  await writeFile(path, `${alive} ${hostname()} x\n`);
  await expect(takeLock(path, { ...wait, signal: cancel })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
});

test('a local file is used where it is', async () => {
  const path = join(folder, 'x.iso');
  await writeFile(path, content);
  for (const source of [path, `file://${path}`]) {
    expect(await get({ sources: [source] })).toBe(path);
  }
  await expect(get({ sources: [path], checksum: `md5:${'0'.repeat(32)}` })).rejects.toThrow(
    'did not match',
  );
  expect(existsSync(path)).toBe(true);
  expect(cached()).toEqual([]);
  await expect(get({ sources: [join(folder, 'none.iso')] })).rejects.toThrow('no such file');
  await expect(get({ sources: [folder] })).rejects.toThrow('it is a folder');
});

test('keeps the file where the template wants it', async () => {
  const file = join(folder, 'kept/here.img');
  expect(await get({ targetPath: file })).toBe(file);
  const inFolder = join(folder, 'images');
  expect(await get({ targetPath: inFolder })).toBe(join(inFolder, nameFor(sha256)));
  await writeFile(file, 'another file');
  expect(await get({ targetPath: file })).toBe(file);
  expect((await readFile(file)).length).toBe(content.length);
  await expect(get({ targetPath: join(file, 'below.iso') })).rejects.toThrow('Could not use');
});

test('fails before it downloads what has no space', async () => {
  conduct = [
    (_, response) => void response.writeHead(200, { 'Content-Length': 2 ** 50 }).write('a'),
  ];
  await expect(get()).rejects.toMatchObject({
    message: expect.stringMatching(
      /no space for the ISO in .*: it needs 1125899907 MB, and \d+ MB are/,
    ),
    detail: expect.stringContaining('PACKER_CACHE_DIR'),
  });
  expect(cached()).toEqual([]);
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('leaves nothing of what it could not write', async () => {
  await mkdir(join(folder, 'cache'));
  await symlink('/dev/full', join(folder, 'cache', `${nameFor(sha256)}.part`));
  await expect(get()).rejects.toMatchObject({
    message: expect.stringMatching(/^Could not write the ISO to .*: no space left on device$/),
    detail: expect.stringContaining('PACKER_CACHE_DIR'),
  });
  expect(cached()).toEqual([]);
});

test('checks its options', async () => {
  const check = (given: Partial<IsoOptions>): Promise<string[]> =>
    complaintsOf((complain) => checkIso(withDefaults(isoOptions, given), complain));
  const url = { iso_url: 'https://example.org/x.iso' };
  expect(await check({ ...url, iso_checksum: sha256 })).toEqual([]);
  expect(await check({})).toEqual([
    '-: One of iso_url or iso_urls must be specified',
    '-: A checksum must be specified',
  ]);
  expect(await check({ ...url, iso_urls: ['x'], iso_checksum: 'none' })).toEqual([
    'iso_url: Only one of iso_url or iso_urls must be specified',
    'iso_checksum: What is downloaded is not checked',
  ]);
  expect(await check({ iso_urls: ['x.iso', 's3::https://x'], iso_checksum: sha256 })).toEqual([
    'iso_urls.1: Bake cannot download by "s3", only by http and https',
  ]);
  expect(await check({ ...url, iso_checksum: 'md5:12' })).toEqual([
    'iso_checksum: "md5:12" is no checksum: it has 2 digits, where md5 has 32, sha1 40, sha256 64 and sha512 128',
  ]);
  expect(await check({ ...url, iso_checksum: `md5:${digest('sha1')}` })).toEqual([
    expect.stringContaining('it has as many digits as sha1, not md5'),
  ]);
  expect(await check({ ...url, iso_checksum: 'crc:12' })).toHaveLength(1);
  expect(await check({ ...url, iso_checksum: 'file:https://example.org/SUMS' })).toEqual([]);
  expect(await check({ ...url, iso_checksum: 'file:x.iso' })).toHaveLength(1);
  expect(await check({ ...url, iso_checksum: 'file:/nowhere/SUMS' })).toEqual([
    'iso_checksum: Could not read the file of checksums "/nowhere/SUMS": no such file or directory',
  ]);
});

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { withDefaults } from '@bake/plugin-sdk';
import { complaintsOf, testContext } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import dataSource, { type HttpConfig } from '../src/data-source.ts';

/** What the server saw, in order. */
const seen: string[] = [];

const server = createServer(async (request, response) => {
  const body = (await request.setEncoding('utf8').toArray()).join('');
  seen.push(
    [request.method, request.url, request.headers['x-key'], body].filter(Boolean).join(' '),
  );
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
  const type = searchParams.get('type') ?? 'text/plain';
  if (pathname === '/hang') return;
  if (pathname === '/moved') response.writeHead(301, { Location: '/here' });
  else if (pathname.startsWith('/status/')) response.writeHead(Number(pathname.slice(8)));
  else response.writeHead(200, ['Content-Type', type, 'x-several', 'a', 'x-several', 'b']);
  response.end(`at ${pathname}`);
});

let root = '';
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  seen.splice(0);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const decoded = (given: Partial<HttpConfig>): HttpConfig => withDefaults(dataSource.config, given);

describe('reading', () => {
  test('gives the body and the headers of the response', async () => {
    const context = testContext();
    const result = await dataSource.read(decoded({ url: `${root}/moved` }), context);
    expect(result).toMatchObject({
      url: `${root}/moved`,
      body: 'at /here',
      request_headers: { 'Content-Type': 'text/plain', 'X-Several': 'a, b' },
    });
    expect(context.ui.said).toEqual([]);
    expect(seen).toEqual(['GET /moved', 'GET /here']);
  });

  test('sends what it is told', async () => {
    const request = { method: 'PUT', request_headers: { 'X-Key': 'k' }, request_body: 'ä' };
    await dataSource.read(decoded({ url: `${root}/x?a=b`, ...request }), testContext());
    await dataSource.read(decoded({ url: root, method: '' }), testContext());
    expect(seen).toEqual(['PUT /x?a=b k ä', 'GET /']);
  });

  test.each([
    ['text/html; charset=utf-8', true],
    ['text/csv;charset="US-ASCII"', true],
    ['application/json', true],
    ['application/json-seq', false],
    ['text/plain; charset=latin1', false],
    ['application/octet-stream', false],
    ['', false],
  ])('a body of type "%s" is text: %s', async (type, isText) => {
    const context = testContext();
    const url = `${root}/?type=${encodeURIComponent(type)}`;
    await dataSource.read(decoded({ url }), context);
    const note = `Content-Type is not recognized as a text type, got "${type}"`;
    expect(context.ui.said.includes(note)).toBe(!isText);
  });

  test.each([200, 204, 299])('status %d is good', async (status) => {
    const read = dataSource.read(decoded({ url: `${root}/status/${status}` }), testContext());
    await expect(read).resolves.toBeDefined();
  });

  test.each([300, 404, 500])('status %d is an error', async (status) => {
    const url = `${root}/status/${status}?token=hunter2`;
    await expect(dataSource.read(decoded({ url }), testContext())).rejects.toMatchObject({
      message: `HTTP request error. Response code: ${status}`,
      detail: `The request was sent to ${root}/status/${status}.`,
    });
  });

  test('a server that is not there is an error without secrets', async () => {
    const read = dataSource.read(
      decoded({ url: 'http://me:hunter2@127.0.0.1:1/p' }),
      testContext(),
    );
    await expect(read).rejects.toThrow(
      'No response from http://127.0.0.1:1/p: nothing answers at that address (connection refused)',
    );
  });

  test('an interrupt ends the waiting', async () => {
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal });
    const read = dataSource.read(decoded({ url: `${root}/hang` }), context);
    controller.abort(new Error('interrupt'));
    await expect(read).rejects.toThrow('interrupt');
  });

  test('the proxy of the environment is asked', async () => {
    const before = process.env['HTTP_PROXY'];
    process.env['HTTP_PROXY'] = root;
    try {
      await dataSource.read(decoded({ url: 'http://far.example/x' }), testContext());
    } finally {
      if (before === undefined) delete process.env['HTTP_PROXY'];
      else process.env['HTTP_PROXY'] = before;
    }
    expect(seen).toEqual(['GET http://far.example/x']);
  });
});

describe('checking', () => {
  const allowed = '[HEAD GET POST PUT DELETE OPTIONS PATCH]';

  test.each<[Partial<HttpConfig>, string[]]>([
    [{ url: 'https://a.example' }, []],
    [{ url: 'https://a.example', method: 'PATCH' }, []],
    [{ url: '' }, ['url: the `url` must be specified']],
    [{ url: 'a.example' }, ['url: the `url` is not one of HTTP']],
    [{ url: 'ftp://a.example' }, ['url: the `url` is not one of HTTP']],
    [
      { url: 'http://a.example', method: 'get' },
      [`method: the \`method\` must be one of ${allowed}`],
    ],
  ])('of %j complains %j', async (given, want) => {
    expect(await complaintsOf((complain) => dataSource.check?.(decoded(given), complain))).toEqual(
      want,
    );
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { readConsul } from '../../src/services/consul.ts';
import { type Asked, outcomeOf, type Reply, startServer, type TestServer } from './server.ts';

/** An entry as Consul's API documentation has it ("KV store endpoints"). */
function entry(key: string, value: string | null): Reply {
  const encoded = value === null ? null : Buffer.from(value).toString('base64');
  return [200, [{ CreateIndex: 100, Flags: 0, Key: key, Value: encoded }]];
}

const denied = "Permission denied: token with AccessorID 'x' lacks permission 'key:read' on \"no\"";
const replies: Readonly<Record<string, Reply>> = {
  '/v1/kv/app/region': entry('app/region', 'eu-süd'),
  '/v1/kv/empty': entry('empty', null),
  '/v1/kv/no': [403, `${denied} t-hunter2\nmore`],
  '/v1/kv/page': [200, '<html>'],
  '/v1/kv/ill': [500, 'No cluster leader'],
  '/pre/v1/kv/app/region': entry('app/region', 'below'),
};

let consul: TestServer;
let secure: TestServer;
const folder = mkdtempSync(join(tmpdir(), 'bake-consul-'));
const reply = ({ url }: Asked): Reply => replies[url.split('?')[0] ?? ''] ?? [404];

beforeAll(async () => {
  consul = await startServer(reply);
  secure = await startServer(reply, 'secure');
});
afterEach(() => {
  consul.asked.length = 0;
});
afterAll(() => {
  consul.close();
  secure.close();
  rmSync(folder, { recursive: true });
});

function read(key: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
  const given = { CONSUL_HTTP_ADDR: consul.address.slice('http://'.length), ...environment };
  return outcomeOf(readConsul(key, given, new AbortController().signal));
}

test.each([
  ['app/region', /^eu-süd$/],
  ['/app/region', /^eu-süd$/],
  ['none', /^Consul at http:\S+ has no key "none"\. Check its spelling/],
  ['empty', /^The key "empty" of Consul at \S+ is empty\./],
  ['page', /^What answers at \S+ when asked for "page" is not Consul\./],
  ['ill', /HTTP status 500: No cluster leader\. See that Consul is well/],
  ['no', /HTTP status 403: Permission denied: .* <token>\. Set CONSUL_HTTP_TOKEN/],
])('%s gives %s', async (key, want) => {
  expect(await read(key, { CONSUL_HTTP_TOKEN: 't-hunter2' })).toMatch(want);
});

test('says who asks, and for what', async () => {
  const file = join(folder, 'token');
  writeFileSync(file, 'from-file\n');
  await read('a b/c', { CONSUL_HTTP_TOKEN: 'from-environment', CONSUL_NAMESPACE: 'n' });
  await read('x', { CONSUL_HTTP_TOKEN: 't', CONSUL_HTTP_TOKEN_FILE: file, CONSUL_PARTITION: 'p' });
  await read('x', { CONSUL_HTTP_AUTH: 'me:pw' });
  expect(
    consul.asked.map(({ url, headers }) => [url, headers['x-consul-token'], headers.authorization]),
  ).toEqual([
    ['/v1/kv/a%20b/c?ns=n', 'from-environment', undefined],
    ['/v1/kv/x?partition=p', 'from-file', undefined],
    ['/v1/kv/x', undefined, 'Basic bWU6cHc='],
  ]);
});

test.each([
  ['with a scheme', () => ({ CONSUL_HTTP_ADDR: consul.address }), 'eu-süd'],
  ['below a prefix', () => ({ CONSUL_HTTP_ADDR: `${consul.address}/pre` }), 'below'],
  [
    'by TLS',
    () => ({ CONSUL_HTTP_ADDR: secure.address, CONSUL_HTTP_SSL_VERIFY: 'false' }),
    'eu-süd',
  ],
  [
    'by TLS that is wanted apart',
    () => ({
      CONSUL_HTTP_ADDR: secure.address.replace('https', 'http'),
      CONSUL_HTTP_SSL: '1',
      CONSUL_HTTP_SSL_VERIFY: '0',
    }),
    'eu-süd',
  ],
])('is reached %s', async (_, environment, want) => {
  expect(await read('app/region', environment())).toBe(want);
});

test.each([
  [{ CONSUL_HTTP_ADDR: '127.0.0.1:1' }, /^Consul at http:\/\/127\.0\.0\.1:1 cannot be reached/],
  [{ CONSUL_HTTP_SSL: 'x' }, /CONSUL_HTTP_SSL cannot be used/],
  [{ CONSUL_HTTP_TOKEN_FILE: '/nowhere' }, /CONSUL_HTTP_TOKEN_FILE cannot be used/],
  [
    { CONSUL_CLIENT_KEY: import.meta.filename },
    /CONSUL_CLIENT_CERT cannot be used\. It goes together/,
  ],
])('with %j says so', async (environment, want) => {
  expect(await read('app/region', environment)).toMatch(want);
});

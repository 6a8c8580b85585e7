import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localCertificate } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { readVault } from '../../src/services/vault.ts';
import { type Asked, outcomeOf, type Reply, startServer, type TestServer } from './server.ts';

const token = 'hvs.hunter2';
const metadata = { created_time: '2026-01-01T00:00:00Z', destroyed: false, version: 1 };
const foreign = 'Invalid path for a versioned K/V secrets engine.';

/** As Vault's API documentation has them ("KV secrets engine, version 1 and 2"). */
const replies: Readonly<Record<string, Reply>> = {
  '/v1/secret/data/app': [
    200,
    { data: { data: { user: 'ada', port: 22 }, metadata }, warnings: null },
  ],
  '/v1/kv/app': [200, { data: { user: 'bob' }, lease_duration: 2764800 }],
  '/v1/secret/app': [404, { errors: [], warnings: [foreign] }],
  '/v1/secret/data/gone': [404, { data: { data: null, metadata } }],
  '/v1/secret/data/other': [403, { errors: ['1 error occurred:\n\t* permission denied\n\n'] }],
  '/v1/secret/data/sealed': [503, { errors: ['Vault is sealed'] }],
  '/v1/secret/data/page': [200, '<html>'],
  '/v1/secret/data/a%20b%3F': [200, { data: { data: { k: 'encoded' } } }],
};

let vault: TestServer;
let secure: TestServer;
const folder = mkdtempSync(join(tmpdir(), 'bake-vault-'));
let failures = 0;

function reply({ url }: Asked): Reply {
  if (url === '/v1/slow') return undefined;
  if (url === '/v1/standby') return [307, '', { Location: `${vault.address}/v1/kv/app` }];
  if (url === '/v1/flaky' && failures-- > 0) return [500, { errors: ['internal error'] }];
  if (url === '/v1/flaky') return [200, { data: { k: 'well again' } }];
  return replies[url] ?? [404, { errors: [] }];
}

beforeAll(async () => {
  vault = await startServer(reply);
  secure = await startServer(reply, 'secure');
});
afterEach(() => {
  vault.asked.length = 0;
});
afterAll(() => {
  vault.close();
  secure.close();
  rmSync(folder, { recursive: true });
});

const never = new AbortController().signal;

/** Reads as with this environment; `VAULT_ADDR` and the token are there unless it says otherwise. */
function read(
  path: string,
  key: string,
  environment: Readonly<Record<string, string>> = {},
  signal = never,
): Promise<string> {
  const given = { VAULT_ADDR: vault.address, VAULT_TOKEN: token, VAULT_MAX_RETRIES: '0' };
  return outcomeOf(readVault(path, key, { ...given, ...environment }, signal));
}

test.each([
  ['secret/data/app', 'user', 'ada'],
  ['/secret/data/app', 'user', 'ada'],
  ['kv/app', 'user', 'bob'],
  ['secret/data/a b?', 'k', 'encoded'],
  ['standby', 'user', 'bob'],
])('%s has %s', async (path, key, want) => {
  expect(await read(path, key)).toBe(want);
});

test('says who asks', async () => {
  await read('kv/app', 'user', { VAULT_NAMESPACE: 'team/a', VAULT_HEADERS: '{"X-Gate":"g"}' });
  expect(vault.asked).toMatchObject([
    {
      method: 'GET',
      url: '/v1/kv/app',
      headers: {
        'x-vault-token': token,
        'x-vault-request': 'true',
        'x-vault-namespace': 'team/a',
        'x-gate': 'g',
      },
    },
  ]);
});

test.each([
  [
    'secret/app',
    'k',
    /^Vault at .* has no secret at "secret\/app"\. In a KV store of version 2 .*"secret\/data\/name"\. Vault says: Invalid path/,
  ],
  ['secret/data/none', 'k', /^Vault at http:\S+ has no secret at "secret\/data\/none"\./],
  ['secret/data/gone', 'k', /The latest version of it was deleted\.$/],
  ['secret/data/page', 'k', /has no secret at/],
  [
    'secret/data/app',
    'users',
    /^The secret "secret\/data\/app" in Vault has no key "users"\. Did you mean "user"\?$/,
  ],
  ['secret/data/app', 'zzz', /It has "user", "port"\.$/],
  ['secret/data/app', 'port', /^In Vault, "port" of "secret\/data\/app" is not text\./],
  [
    'secret/data/other',
    'k',
    /^Vault at .* does not give "secret\/data\/other": HTTP status 403: 1 error occurred:\n\t\* permission denied\. The token in VAULT_TOKEN/,
  ],
  ['secret/data/sealed', 'k', /HTTP status 503: Vault is sealed\. See that Vault is unsealed/],
])('%s has no %s, which is said', async (path, key, want) => {
  const said = await read(path, key);
  expect(said).toMatch(want);
  expect(said).not.toMatch(/hunter2|ada/);
});

test.each<[Readonly<Record<string, string>>, string | RegExp]>([
  [{ VAULT_TOKEN: '' }, /^Must set VAULT_TOKEN env var in order to use vault template function\./],
  [
    { VAULT_ADDR: 'http://user:hunter2@127.0.0.1:1' },
    /^Vault at http:\/\/127\.0\.0\.1:1 cannot be reached: nothing answers .* comes from VAULT_ADDR\.$/,
  ],
  [{ VAULT_ADDR: 'ftp://x' }, /^The environment variable VAULT_ADDR cannot be used\./],
  [{ VAULT_AGENT_ADDR: 'http://127.0.0.1:1' }, /comes from VAULT_AGENT_ADDR\.$/],
  [{ VAULT_SKIP_VERIFY: 'maybe' }, /VAULT_SKIP_VERIFY cannot be used\. It must be true or false\./],
  [{ VAULT_CLIENT_TIMEOUT: 'soon' }, /VAULT_CLIENT_TIMEOUT cannot be used\./],
  [{ VAULT_HEADERS: '{"X-Vault-Token":"a"}' }, /VAULT_HEADERS cannot be used\. It must be/],
  [{ VAULT_HEADERS: 'X-Gate: g' }, /VAULT_HEADERS cannot be used\./],
  [{ VAULT_MAX_RETRIES: '-1' }, /VAULT_MAX_RETRIES cannot be used\./],
  [{ VAULT_SRV_LOOKUP: 'true' }, /VAULT_SRV_LOOKUP cannot be used\. bake does not do this/],
  [{ VAULT_CLIENT_CERT: 'x.pem' }, /VAULT_CLIENT_CERT cannot be used\. It cannot be read: ENOENT/],
  [{ VAULT_PROXY_ADDR: 'socks5://x' }, /VAULT_PROXY_ADDR is no address of an HTTP proxy/],
  [{ VAULT_PROXY_ADDR: 'http://127.0.0.1:1' }, /cannot be reached: nothing answers/],
])('with %j says so', async (environment, want) => {
  const said = await read('kv/app', 'user', environment);
  expect(said).toMatch(want);
  expect(said).not.toContain('hunter2');
});

test('a certificate is checked as the environment wants it', async () => {
  const file = join(folder, 'ca.pem');
  writeFileSync(file, localCertificate.cert);
  const outcomes = [
    { VAULT_CACERT: file },
    { VAULT_CACERT_BYTES: localCertificate.cert },
    { VAULT_CAPATH: folder },
    { VAULT_SKIP_VERIFY: 'T' },
    {},
    { VAULT_CACERT: file, VAULT_TLS_SERVER_NAME: 'vault.example' },
  ].map((environment) => read('kv/app', 'user', { VAULT_ADDR: secure.address, ...environment }));
  const said = await Promise.all(outcomes);
  expect(said.slice(0, 4)).toEqual(['bob', 'bob', 'bob', 'bob']);
  expect(said[4]).toContain('its certificate is signed by itself');
  expect(said[5]).toContain('its certificate is for another host name');
});

test('a socket will do', async () => {
  const socket = join(folder, 'vault.sock');
  const local = await startServer(reply, { socket });
  expect(await read('kv/app', 'user', { VAULT_ADDR: local.address })).toBe('bob');
  local.close();
});

test('a server that is not well is asked again', async () => {
  failures = 1;
  expect(await read('flaky', 'k', { VAULT_MAX_RETRIES: '1' })).toBe('well again');
  failures = 1;
  expect(await read('flaky', 'k')).toContain('HTTP status 500: internal error');
});

test('redirects can be turned off', async () => {
  const said = await read('standby', 'user', { VAULT_DISABLE_REDIRECTS: '1' });
  expect(said).toContain('HTTP status 307');
});

test('waiting ends in time, or when it is interrupted', async () => {
  expect(await read('slow', 'k', { VAULT_CLIENT_TIMEOUT: '50ms' })).toContain(
    'there was no answer in time',
  );
  const controller = new AbortController();
  const waiting = read('slow', 'k', {}, controller.signal);
  controller.abort(new Error('interrupt'));
  expect(await waiting).toBe('interrupt');
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { plainAddress } from '../src/engine/address.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-docker-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const standard = { socketPath: '/var/run/docker.sock' };
const socket = { DOCKER_HOST: 'unix:///tmp/socket' };

test.each([
  ['nothing', {}, standard],
  ['a socket', socket, { socketPath: '/tmp/socket' }],
  ['TCP', { DOCKER_HOST: 'tcp://engine:4000' }, { host: 'engine', port: 4000 }],
  ['TCP without a port', { DOCKER_HOST: 'tcp://127.0.0.1' }, { host: '127.0.0.1', port: 2375 }],
  ['the default context', { DOCKER_CONTEXT: 'default' }, standard],
  ['a context', { DOCKER_CONTEXT: 'other' }, undefined],
  // It wins over a context.
  ['a host and a context', { ...socket, DOCKER_CONTEXT: 'other' }, { socketPath: '/tmp/socket' }],
  ['ssh', { DOCKER_HOST: 'ssh://user@engine' }, undefined],
  ['a path behind TCP', { DOCKER_HOST: 'tcp://engine:4000/prefix' }, undefined],
  ['TLS', { DOCKER_HOST: 'tcp://engine:2376', DOCKER_TLS_VERIFY: '1' }, undefined],
  ['a proxy', { DOCKER_HOST: 'tcp://engine:4000', HTTP_PROXY: 'http://proxy' }, undefined],
  ['a version', { ...socket, DOCKER_API_VERSION: '1.40' }, undefined],
])('where the engine is by the environment: %s', (_, env, expected) => {
  expect(plainAddress({ ...env, DOCKER_CONFIG: folder })).toEqual(expected);
});

test.each([
  ['a context', '{"currentContext": "other"}', {}, undefined],
  ['the default context', '{"currentContext": "default"}', {}, standard],
  ['a context and a host', '{"currentContext": "other"}', socket, { socketPath: '/tmp/socket' }],
  ['headers', '{"HttpHeaders": {"X": "y"}}', socket, undefined],
  ['logins', '{"auths": {"registry": {}}}', {}, standard],
  ['no JSON', 'none', socket, undefined],
])('where the engine is by the settings: %s', async (_, text, env, expected) => {
  const own = await mkdtemp(join(folder, 'config-'));
  await writeFile(join(own, 'config.json'), text);
  expect(plainAddress({ ...env, DOCKER_CONFIG: own })).toEqual(expected);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withDefaults } from '@bake/plugin-sdk';
import { complaintsOf } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import docker, { type DockerConfig } from '../src/builder/component.ts';
import push from '../src/post-processor/push.ts';
import tag from '../src/post-processor/tag.ts';
import { config } from './test-build.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-docker-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const dockerfile = { build_dir: '.', arguments: undefined, pull: true, compress: false };

test.each<[string, () => Partial<DockerConfig>, readonly RegExp[]]>([
  ['nothing to complain of', () => ({ commit: true }), []],
  ['no image', () => ({ image: undefined, commit: true }), [/^-: Image must be specified/]],
  [
    'an image and a Dockerfile',
    () => ({ commit: true, build: { ...dockerfile, path: 'package.json' } }),
    [/^image: Both/],
  ],
  [
    'no Dockerfile there',
    () => ({ image: undefined, commit: true, build: { ...dockerfile, path: '/no/where' } }),
    [/^build.0.path: No such file/],
  ],
  [
    'no folder there',
    () => ({
      image: undefined,
      commit: true,
      build: { ...dockerfile, path: 'package.json', build_dir: '/no/where' },
    }),
    [/^build.0.build_dir: No such folder/],
  ],
  ['no result', () => ({}), [/^-: No instructions given for handling the artifact/]],
  [
    'commit and discard',
    () => ({ commit: true, discard: true }),
    [/^discard: Cannot specify more than one/],
  ],
  [
    'commit and export',
    () => ({ commit: true, export_path: 'x.tar' }),
    [/^export_path: Cannot specify more than one/],
  ],
  [
    'discard and export',
    () => ({ discard: true, export_path: 'x.tar' }),
    [/^export_path: Cannot specify more than one/],
  ],
  [
    'an export into a folder',
    () => ({ export_path: folder }),
    [/^export_path: export_path must be a file/],
  ],
  [
    'Amazon without a server',
    () => ({ commit: true, ecr_login: true }),
    [/^ecr_login: ECR login requires/],
  ],
  ['a broken template', () => ({ commit: true, run_command: ['{{.Image'] }), [/^run_command: ./]],
])('%s', async (_, set, expected) => {
  const complaints = await complaintsOf((complain) => docker.check?.(config(set()), complain));
  expect(complaints.length).toBe(expected.length);
  for (const [index, pattern] of expected.entries()) expect(complaints[index]).toMatch(pattern);
});

test('docker-push and docker-tag want what they cannot do without', async () => {
  const login = withDefaults(push.config, { ecr_login: true });
  expect(await complaintsOf((complain) => push.check?.(login, complain))).toEqual([
    'ecr_login: ECR login requires login server to be provided.',
  ]);
  const names = withDefaults(tag.config, { tags: ['1'] });
  expect(await complaintsOf((complain) => tag.check?.(names, complain))).toEqual([
    '-: repository must be specified',
  ]);
});

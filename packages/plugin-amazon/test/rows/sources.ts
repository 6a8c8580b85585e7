import type { DataSource } from '@bake/plugin-sdk';
import { expect } from '@jest/globals';
import ami from '../../src/data-source/ami.ts';
import parameterStore from '../../src/data-source/parameter-store.ts';
import secretsManager from '../../src/data-source/secrets-manager.ts';
import { decoding } from './access.ts';
import type { Given, Params, Row } from './row.ts';

const shows = (option: string, set: Given, action: string, params: Params): Row => ({
  shows: option,
  set,
  effect: [action, params],
});
const images = (option: string, set: Given, params: Params): Row =>
  shows(option, set, 'DescribeImages', params);

const ofAmi: readonly Row[] = [
  ...decoding('DescribeImages'),
  images('filters', { filters: { name: 'a,b' } }, { 'Filter.1.Value.2': 'b' }),
  images('owners', {}, { 'Owner.1': '099720109477' }),
  images('include_deprecated', { include_deprecated: true }, { IncludeDeprecated: 'true' }),
  {
    shows: 'most_recent',
    set: { most_recent: false },
    fails: /^2 images match$/,
    effect: ({ server }) => expect(server.of('DescribeImages')).toHaveLength(1),
  },
];

const secret = (option: string, set: Given, params: Params): Row =>
  shows(option, set, 'GetSecretValue', params);

const ofSecrets: readonly Row[] = [
  secret('name', { name: 'db' }, { SecretId: 'db' }),
  secret('version_id', { version_id: 'v1' }, { VersionId: 'v1', VersionStage: undefined }),
  secret('version_stage', { version_stage: 'OLD' }, { VersionStage: 'OLD' }),
  {
    shows: 'key',
    set: { key: 'port' },
    effect: (seen) => expect(seen).toMatchObject({ result: { value: '5432' } }),
  },
];

const ofParameters: readonly Row[] = [
  shows('name', { name: '/a' }, 'GetParameter', { Name: '/a' }),
  shows('with_decryption', { with_decryption: true }, 'GetParameter', { WithDecryption: 'true' }),
];

/** Data sources, what they cannot do without, and what their own options do. */
export const sources: readonly (readonly [DataSource, Given, readonly Row[]])[] = [
  [
    ami as DataSource,
    { filters: { name: 'ubuntu-*' }, owners: ['099720109477'], most_recent: true },
    ofAmi,
  ],
  [secretsManager as DataSource, { name: 'app' }, ofSecrets],
  [parameterStore as DataSource, { name: '/web' }, ofParameters],
];

import { expect } from '@jest/globals';
import { paceOf } from '../../src/aws/wait.ts';
import ebs from '../../src/ebs/component.ts';
import type { Ec2Server } from '../ec2-server.ts';
import { vault } from '../vault.ts';
import { Fault } from '../world/act.ts';
import { expectCall, file, type Row } from './row.ts';

const noKeys = { access_key: undefined, secret_key: undefined };
const noEndpoint = { custom_endpoint_ec2: undefined };
const sts = ({ address }: Ec2Server) => ({ AWS_ENDPOINT_URL_STS: address });
const profiles = () =>
  file(
    'credentials',
    '[build]\naws_access_key_id = profile-key\naws_secret_access_key = s\n' +
      '[mfa]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = build\nmfa_serial = device-1\n',
  );

/** Credentials, region, endpoint, in every component. */
export const access: readonly Row[] = [
  {
    shows: ['access_key', 'custom_endpoint_ec2'],
    set: { access_key: 'AKIA1' },
    effect: ({ server }) =>
      expect(new Set(server.calls.map((call) => call.key))).toEqual(new Set(['AKIA1'])),
  },
  {
    shows: 'secret_key',
    set: { secret_key: 'hush' },
    effect: ({ server }) => expect(server.calls.at(-1)?.isSignedBy('hush')).toBe(true),
  },
  {
    shows: 'token',
    set: { token: 'tok' },
    effect: ({ server }) => expect(server.calls[0]?.token).toBe('tok'),
  },
  {
    shows: ['profile', 'shared_credentials_file'],
    set: () => ({ ...noKeys, profile: 'build', shared_credentials_file: profiles() }),
    effect: ({ server }) => expect(server.calls[0]?.key).toBe('profile-key'),
  },
  {
    shows: 'mfa_code',
    set: () => ({
      ...noKeys,
      profile: 'mfa',
      shared_credentials_file: profiles(),
      mfa_code: '123456',
    }),
    env: sts,
    effect: ['AssumeRole', { SerialNumber: 'device-1', TokenCode: '123456' }],
  },
  {
    shows: Object.keys(ebs.config.assume_role.body ?? {}).map((name) => `assume_role.${name}`),
    set: {
      assume_role: {
        role_arn: 'arn:aws:iam::1:role/builder',
        duration_seconds: 1800,
        external_id: 'ext',
        policy: '{}',
        policy_arns: ['arn:policy'],
        session_name: 'nightly',
        tags: { a: 'b' },
        transitive_tag_keys: ['a'],
      },
    },
    env: sts,
    effect: (seen) => {
      expectCall(seen, 'AssumeRole', {
        RoleArn: 'arn:aws:iam::1:role/builder',
        DurationSeconds: '1800',
        ExternalId: 'ext',
        Policy: '{}',
        'PolicyArns.member.1.arn': 'arn:policy',
        RoleSessionName: 'nightly',
        'Tags.member.1.Key': 'a',
        'TransitiveTagKeys.member.1': 'a',
      });
      expect(seen.server.calls.at(-1)?.key).toBe('role-key');
    },
  },
  {
    shows: 'region',
    set: { region: 'us-east-1' },
    effect: ({ server }) => expect(server.calls.at(-1)?.region).toBe('us-east-1'),
  },
  {
    shows: 'max_retries',
    set: { max_retries: 1 },
    prepare: (server) => {
      server.conduct = () => 'cut-before';
    },
    fails: /AWS cannot be reached for \w+/,
    effect: ({ server: { calls } }) =>
      expect(calls.filter(({ action }) => action === calls[0]?.action)).toHaveLength(2),
  },
  {
    shows: 'skip_credential_validation',
    set: { ...noEndpoint, skip_credential_validation: true },
    env: (server) => ({ AWS_ENDPOINT_URL: server.address }),
    effect: ({ server }) => expect(server.of('GetCallerIdentity')).toHaveLength(0),
  },
  {
    shows: 'skip_metadata_api_check',
    set: { ...noKeys, skip_metadata_api_check: true },
    env: (server) => ({
      AWS_EC2_METADATA_DISABLED: undefined,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: server.address,
    }),
    fails: /There are no credentials for AWS/,
    effect: ({ server }) => expect(server.calls).toEqual([]),
  },
  {
    shows: Object.keys(ebs.config.vault_aws_engine.body ?? {}).map(
      (name) => `vault_aws_engine.${name}`,
    ),
    set: {
      ...noKeys,
      vault_aws_engine: {
        name: 'builder',
        role_arn: 'arn:aws:iam::1:role/r',
        ttl: '1800s',
        engine_name: 'cloud',
      },
    },
    env: () => ({ VAULT_ADDR: vault.address, VAULT_TOKEN: 'hvs.t' }),
    effect: ({ server }) => {
      expect(vault.asked.at(-1)).toBe(
        '/v1/cloud/creds/builder?role_arn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&ttl=1800s',
      );
      expect(server.calls.at(-1)).toMatchObject({ key: 'vault-key', token: 'vault-token' });
      expect(server.calls.at(-1)?.isSignedBy('vault-secret')).toBe(true);
    },
  },
];

/** What EC2 says of missing permissions when it refuses a call. */
export const decoding = (action: string): readonly Row[] => [
  {
    shows: 'decode_authorization_messages',
    set: { decode_authorization_messages: true },
    env: sts,
    prepare: (server) => {
      server.overrides.set(action, () => {
        throw new Fault(
          'UnauthorizedOperation',
          'No. Encoded authorization failure message: abc',
          403,
        );
      });
    },
    fails: new RegExp(`AWS refused ${action} in eu-central-1: UnauthorizedOperation: No\\.`),
    effect: (seen) => {
      expectCall(seen, 'DecodeAuthorizationMessage', { EncodedMessage: 'abc' });
      expect(seen.failure).toMatchObject({
        detail: expect.stringContaining('"missing":"ec2:RunInstances"'),
      });
    },
  },
];

/** Waiting, and messages of EC2, in builders that start an instance. */
export const patience: readonly Row[] = [
  ...decoding('RunInstances'),
  {
    shows: 'aws_polling.max_attempts',
    set: { aws_polling: { max_attempts: 2, delay_seconds: 0.01 } },
    prepare: ({ world }) => {
      world.slowness = 1000;
      world.answer = limited(world);
    },
    fails: /Instance i-\d+ is still pending/,
    effect: ({ server }) => expect(server.of('DescribeInstances').length).toBeGreaterThanOrEqual(2),
  },
  {
    shows: 'aws_polling.delay_seconds',
    set: {},
    effect: () =>
      expect(paceOf({ aws_polling: { delay_seconds: 7, max_attempts: 0 } })).toEqual({
        delay: 7000,
      }),
  },
];

/** A slow cloud that is quick when it comes to ending. */
function limited(world: Ec2Server['world']): Ec2Server['world']['answer'] {
  const answer = world.answer.bind(world);
  return (call) => {
    if (call.action === 'TerminateInstances') world.slowness = 0;
    return answer(call);
  };
}

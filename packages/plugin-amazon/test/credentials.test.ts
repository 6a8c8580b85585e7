import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Ec2Server } from './ec2-server.ts';
import { config, runBuild } from './test-build.ts';
import { Fault } from './world/act.ts';

/** The first one loads AWS's SDK. */
jest.setTimeout(60_000);

let server: Ec2Server;
const before = { ...process.env };
beforeEach(async () => {
  server = await Ec2Server.start();
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_')) delete process.env[name];
  process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
  process.env['AWS_CONFIG_FILE'] = '/nowhere';
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/nowhere';
  process.env['AWS_ENDPOINT_URL'] = server.address;
});
afterEach(async () => {
  process.env = { ...before };
  await server.close();
});

const noKeys = { access_key: undefined, secret_key: undefined };
const amazon = { custom_endpoint_ec2: undefined };

test('without credentials says first what to do, and calls nobody', async () => {
  const { failure } = await runBuild(config(server.address, noKeys));
  expect(failure).toMatchObject({
    message: expect.stringMatching(/^There are no credentials for AWS/),
    detail: expect.stringMatching(/aws sso login/),
  });
  expect(server.calls).toEqual([]);
});

test('a profile that is not there is named', async () => {
  process.env['AWS_PROFILE'] = 'nobody';
  for (const skip_metadata_api_check of [true, false]) {
    const set = { ...noKeys, skip_metadata_api_check };
    const { failure } = await runBuild(config(server.address, set));
    expect(failure).toMatchObject({
      message: expect.not.stringMatching(/Web identity/),
      detail: expect.stringMatching(/^The profile "nobody" gives none/),
    });
  }
});

test('without a region says so', async () => {
  const { failure } = await runBuild(config(server.address, { region: undefined }));
  expect(failure).toMatchObject({ message: 'In which region of AWS to build is not known' });
});

test('takes region and credentials of the environment', async () => {
  process.env['AWS_DEFAULT_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'env-key';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'env-secret';
  const set = { ...noKeys, region: undefined };
  const { failure, test: context } = await runBuild(config(server.address, set));
  expect(failure).toBeUndefined();
  expect(server.of('RunInstances')).toMatchObject([{ region: 'us-east-1', key: 'env-key' }]);
  expect(context.secrets).toContain('env-secret');
});

test('asks AWS whether it knows the credentials', async () => {
  const { failure } = await runBuild(config(server.address, amazon));
  expect(failure).toBeUndefined();
  expect(server.calls[0]?.action).toBe('GetCallerIdentity');
});

test('says that AWS does not know them, before anything else', async () => {
  server.overrides.set('GetCallerIdentity', () => {
    throw new Fault('InvalidClientTokenId', 'The security token is invalid.', 403);
  });
  const { failure } = await runBuild(config(server.address, amazon));
  expect(failure).toMatchObject({
    message:
      'AWS does not take the credentials: InvalidClientTokenId: The security token is invalid.',
    detail: expect.stringMatching(/Check access key, secret key and profile/),
  });
  expect(server.calls).toHaveLength(1);
});

test('says that the role cannot be assumed', async () => {
  server.overrides.set('AssumeRole', () => {
    throw new Fault('AccessDenied', 'not trusted', 403);
  });
  const role = {
    role_arn: 'arn:aws:iam::1:role/r',
    duration_seconds: undefined,
    external_id: undefined,
    policy: undefined,
    policy_arns: undefined,
    session_name: undefined,
    tags: undefined,
    transitive_tag_keys: undefined,
  };
  const { failure } = await runBuild(config(server.address, { assume_role: role }));
  expect(failure).toMatchObject({
    message: 'Cannot assume the role arn:aws:iam::1:role/r: AccessDenied: not trusted',
  });
});

test('traces hold nothing secret', async () => {
  const set = { access_key: 'AKIA9', secret_key: 'hush9', token: 'token9' };
  server.conduct = ({ action }) => (action === 'StopInstances' ? new Fault('No', 'no') : 'normal');
  const { test: context } = await runBuild(config(server.address, set), { isKilled: true });
  expect(context.journaled.length).toBeGreaterThan(2);
  expect(JSON.stringify(context.journaled)).not.toMatch(/AKIA9|hush9|token9|PRIVATE KEY/);
});

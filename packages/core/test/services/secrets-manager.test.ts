import { startMoto, whyNoMoto } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { readSecret } from '../../src/services/secrets-manager.ts';
import { createSecret } from './moto.ts';
import { type Asked, outcomeOf, type Reply, startServer, type TestServer } from './server.ts';

/** Secrets by name. */
const secrets: Readonly<Record<string, string>> = {
  one: '{"password":"hunter2"}',
  several: '{"user":"ada","port":5432,"ratio":1.50,"on":true}',
  none: '{}',
  plain: 'just text',
  digits: '12345',
};

/** As AWS's API reference has it ("GetSecretValue"). */
function reply({ headers, body }: Asked): Reply {
  expect(headers['x-amz-target']).toBe('secretsmanager.GetSecretValue');
  const { SecretId: name, VersionStage } = JSON.parse(body);
  expect(VersionStage).toBe('AWSCURRENT');
  const refusal = (type: string, message: string): Reply => [400, { __type: type, message }];
  if (name === 'forbidden') return refusal('AccessDeniedException', 'no identity-based policy');
  if (name === 'binary') return [200, { Name: name, SecretBinary: 'AAAA' }];
  const text = secrets[name];
  return text === undefined
    ? refusal('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
    : [200, { Name: name, SecretString: text, VersionStages: ['AWSCURRENT'] }];
}

/** AWS's SDK looks at the environment of the process. */
const login = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_MAX_ATTEMPTS: '1',
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
};
const before = { ...process.env };
let aws: TestServer;

beforeAll(async () => {
  aws = await startServer(reply);
});
afterAll(() => aws.close());
afterEach(() => {
  process.env = { ...before };
});

function read(
  name: string,
  key: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const wanted = { ...login, AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.address, ...environment };
  for (const [variable, value] of Object.entries(wanted)) {
    if (value === undefined) delete process.env[variable];
    else process.env[variable] = value;
  }
  return outcomeOf(readSecret(name, key, process.env, new AbortController().signal));
}

test.each([
  ['one', '', 'hunter2'],
  ['one', 'password', 'hunter2'],
  ['several', 'user', 'ada'],
  ['several', 'port', '5432'],
  ['several', 'ratio', '1.5'],
  ['several', undefined, secrets['several']],
  ['plain', '', 'just text'],
  ['plain', 'key', 'just text'],
  ['plain', undefined, 'just text'],
  ['digits', '', '12345'],
])('of %s the key %j is %s', async (name, key, want) => {
  expect(await read(name, key)).toBe(want);
});

test.each([
  ['several', '', /has several keys\. Say which: "on", "port", "ratio", "user"\.$/],
  ['several', 'usr', /^The secret "several" in AWS .* no key "usr"\. Did you mean "user"\?$/],
  ['several', 'on', /^In AWS Secrets Manager, "on" of "several" is not text\./],
  ['none', '', /has no key ""\. It has no keys at all\.$/],
  ['digits', 'k', /has no key "k"/],
  ['binary', '', /^The secret "binary" in AWS Secrets Manager is binary\./],
  ['', '', /^At least one secret name must be provided\./],
  ['gone', '', /^AWS Secrets Manager at http:\/\/127\S+ has no secret "gone"\. Check its name/],
  ['forbidden', '', /HTTP status 400: AccessDeniedException: no identity-based policy\. The/],
])('of %s there is no %j, which is said', async (name, key, want) => {
  const said = await read(name, key);
  expect(said).toMatch(want);
  expect(said).not.toMatch(/hunter2|ada|5432/);
});

// In jest the SDK takes errors of the network for foreign ones and wraps them.
const refused = '(?:nothing answers|.*ECONNREFUSED)';

test.each([
  {
    title: 'a region',
    environment: { AWS_REGION: undefined },
    want: /^AWS Secrets Manager was not asked: no region is set\. Set AWS_/,
  },
  {
    title: 'credentials',
    environment: { AWS_ACCESS_KEY_ID: undefined },
    want: /^AWS Secrets Manager was not asked: Could not load credentials from any providers\. Set/,
  },
  {
    title: 'a server there',
    environment: { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' },
    want: new RegExp(
      `^AWS Secrets Manager at http://127\\.0\\.0\\.1:1 cannot be reached: ${refused}`,
    ),
  },
  {
    title: 'the proxy there',
    environment: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: undefined,
      HTTPS_PROXY: 'http://127.0.0.1:1',
    },
    want: new RegExp(`https://secretsmanager\\.eu-west-1\\.amazonaws\\.com .* reached: ${refused}`),
  },
])('without $title says so', async ({ environment, want }) => {
  expect(await read('one', '', environment)).toMatch(want);
});

const why = whyNoMoto();
const title = 'moto, which plays AWS, gives what was put there';

(why === undefined ? test : test.skip)(
  why === undefined ? title : `${title} (${why})`,
  async () => {
    const moto = await startMoto();
    try {
      const endpoint = { AWS_ENDPOINT_URL_SECRETS_MANAGER: moto.address };
      await createSecret(moto, 'app', '{"user":"ada","port":5432}');
      expect(await read('app', 'user', endpoint)).toBe('ada');
      expect(await read('app', 'port', endpoint)).toBe('5432');
      expect(await read('app', undefined, endpoint)).toBe('{"user":"ada","port":5432}');
      expect(await read('other', '', endpoint)).toContain('has no secret "other"');
    } finally {
      await moto.stop();
    }
  },
  120_000,
);

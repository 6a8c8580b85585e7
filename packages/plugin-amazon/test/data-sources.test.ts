import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { ConfigSchema, DataSource } from '@bake/plugin-sdk';
import { complaintsOf, testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import ami from '../src/data-source/ami.ts';
import parameterStore from '../src/data-source/parameter-store.ts';
import secretsManager from '../src/data-source/secrets-manager.ts';
import { decoded } from './decode.ts';
import { Ec2Server } from './ec2-server.ts';

/** The first one loads AWS's SDK. */
jest.setTimeout(60_000);

type Given = Readonly<Record<string, unknown>>;

const access = { access_key: 'key', secret_key: 'secret', region: 'eu-central-1', max_retries: 0 };

function read<S extends ConfigSchema, R extends ConfigSchema>(
  source: DataSource<S, R>,
  address: string,
  set: Given,
) {
  const given = { ...access, custom_endpoint_ec2: address, ...set };
  return source.read(decoded(source.config, given), testContext());
}

describe('amazon-ami', () => {
  let server: Ec2Server;
  beforeEach(async () => {
    server = await Ec2Server.start();
  });
  afterEach(() => server.close());

  const query = { filters: { name: 'ubuntu-*' }, owners: ['099720109477'] };

  test('gives the newest image', async () => {
    expect(await read(ami, server.address, { ...query, most_recent: true })).toEqual({
      id: 'ami-new',
      name: 'ubuntu-2',
      creation_date: '2025-01-01T00:00:00.000Z',
      owner: '099720109477',
      owner_name: 'amazon',
      tags: { Release: 'ubuntu-2' },
    });
    expect(server.of('DescribeImages')).toMatchObject([
      {
        region: 'eu-central-1',
        params: {
          'Filter.1.Name': 'name',
          'Filter.1.Value.1': 'ubuntu-*',
          'Owner.1': '099720109477',
        },
      },
    ]);
  });

  test('finds deprecated images if that is wanted', async () => {
    await read(ami, server.address, { ...query, most_recent: true, include_deprecated: true });
    expect(server.of('DescribeImages')[0]?.params['IncludeDeprecated']).toBe('true');
  });

  test.each([
    ['several', query, /^2 images match$/],
    ['none', { ...query, owners: ['1'] }, /^No image matches$/],
  ])('fails with %s', async (_, set, message) => {
    await expect(read(ami, server.address, set)).rejects.toThrow(message);
  });
});

/** A server that speaks AWS's JSON protocol. */
class JsonServer {
  readonly asked: { readonly target: string; readonly body: unknown }[] = [];
  answer: readonly [status: number, body: unknown] = [200, {}];
  readonly #server: Server = createServer(async (request, response) => {
    this.asked.push({ target: String(request.headers['x-amz-target']), body: await json(request) });
    const [status, body] = this.answer;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(body));
  });

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

describe('of services that speak JSON', () => {
  let server: JsonServer;
  let address: string;
  beforeEach(async () => {
    server = new JsonServer();
    address = await server.start();
  });
  afterEach(() => server.close());

  const several = '{"user":"ada","port":5432,"on":true}';

  test.each<[string, Given, Given, string]>([
    ['the value of a key', { key: 'port' }, { SecretString: several }, '5432'],
    ['the first value', {}, { SecretString: several }, 'ada'],
    ['plain text', {}, { SecretString: 'text' }, 'text'],
    ['a list as text', {}, { SecretString: '["a"]' }, '["a"]'],
    ['nothing of binary', {}, { SecretBinary: 'AAE=' }, ''],
  ])('amazon-secretsmanager gives %s', async (_, set, answer, value) => {
    server.answer = [200, { VersionId: 'v1', ...answer }];
    expect(await read(secretsManager, address, { name: 'app', ...set })).toEqual({
      value,
      secret_string: answer['SecretString'] ?? '',
      secret_binary: answer['SecretBinary'] ?? '',
      version_id: 'v1',
    });
  });

  test.each([
    [{}, { SecretId: 'app', VersionStage: 'AWSCURRENT' }],
    [{ version_stage: 'AWSPREVIOUS' }, { SecretId: 'app', VersionStage: 'AWSPREVIOUS' }],
    [{ version_id: 'v1' }, { SecretId: 'app', VersionId: 'v1' }],
  ])('amazon-secretsmanager asks for the version %j', async (set, body) => {
    server.answer = [200, { SecretString: 'x' }];
    await read(secretsManager, address, { name: 'app', ...set });
    expect(server.asked).toEqual([{ target: 'secretsmanager.GetSecretValue', body }]);
  });

  test.each<[string, Given, readonly [number, unknown], RegExp]>([
    [
      'key',
      { key: 'usr' },
      [200, { SecretString: several }],
      /^The secret "app" has no text with the key "usr"$/,
    ],
    [
      'text',
      { key: 'on' },
      [200, { SecretString: several }],
      /^The secret "app" has no text with the key "on"$/,
    ],
    [
      'secret',
      {},
      [400, { __type: 'ResourceNotFoundException', message: 'gone' }],
      /^AWS refused GetSecretValue in eu-central-1: ResourceNotFoundException: gone$/,
    ],
  ])('amazon-secretsmanager fails without the %s', async (_, set, answer, message) => {
    server.answer = answer;
    const reading = read(secretsManager, address, { name: 'app', ...set });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.not.toThrow(/ada|5432/);
  });

  test('amazon-parameterstore gives a parameter', async () => {
    server.answer = [200, { Parameter: { Value: 'x', Version: 3, ARN: 'arn:p' } }];
    const set = { name: '/web/version', with_decryption: true };
    expect(await read(parameterStore, address, set)).toEqual({
      value: 'x',
      version: '3',
      arn: 'arn:p',
    });
    const body = { Name: '/web/version', WithDecryption: true };
    expect(server.asked).toEqual([{ target: 'AmazonSSM.GetParameter', body }]);
  });

  test('amazon-parameterstore says that there is no such parameter', async () => {
    server.answer = [400, { __type: 'ParameterNotFound' }];
    const reading = read(parameterStore, address, { name: '/no' });
    await expect(reading).rejects.toThrow(
      /^AWS refused GetParameter in eu-central-1: ParameterNotFound/,
    );
  });
});

test.each<[string, DataSource, Given, readonly string[]]>([
  [
    'ami',
    ami as DataSource,
    {},
    [
      'filters: The `filters` must be specified',
      'owners: For security reasons, you must declare an owner',
    ],
  ],
  [
    'secretsmanager',
    secretsManager as DataSource,
    { name: '' },
    ["name: a 'name' must be provided"],
  ],
  [
    'parameterstore',
    parameterStore as DataSource,
    { name: '', access_key: 'a' },
    ['access_key: Half a pair of keys', "name: a 'name' must be provided"],
  ],
])('amazon-%s wants what it cannot do without', async (_, source, set, expected) => {
  const config = decoded(source.config, set);
  expect(await complaintsOf((complain) => source.check?.(config, complain))).toEqual(expected);
});

test('what is secret is said to be', () => {
  const secret = (schema: ConfigSchema) =>
    Object.keys(schema).filter((name) => schema[name]?.sensitive);
  expect(secret(secretsManager.result)).toEqual(['value', 'secret_string', 'secret_binary']);
  expect(secret(parameterStore.result)).toEqual(['value']);
});

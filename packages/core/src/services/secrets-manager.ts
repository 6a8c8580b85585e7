import { compareText, formatNum, jsonToValue, type Value } from '@bake/hcl';
import { isFailure, messageOf } from '@bake/plugin-sdk';
import {
  type Environment,
  networkProblem,
  proxyFor,
  TunnelAgent,
  unreachable,
} from '@bake/plugin-sdk/http';
import * as messages from './messages.ts';

/** For one secret, with all that is asked to get credentials. */
const timeout = 60_000;

/**
 * A secret in AWS Secrets Manager: with `key` `undefined` its whole text, else the value of a key of it,
 * '' being the only one there is. A secret that is no JSON is given as it is (Packer's SDK does so).
 * Credentials, region and endpoint come from the default chain of AWS's SDK, which reads the process's own
 * environment; `environment` only says which proxy to use. Rejects with a `Failure`.
 */
export async function readSecret(
  name: string,
  key: string | undefined,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  if (name === '') throw messages.noSecretName();
  const text = await secretText(name, environment, signal);
  return key === undefined ? text : valueIn(text, name, key);
}

async function secretText(
  name: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await loadSdk();
  const limited = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  const proxy = proxyFor(new URL('https://secretsmanager.amazonaws.com'), environment);
  const client = new SecretsManagerClient(
    proxy === undefined ? {} : { requestHandler: { httpsAgent: new TunnelAgent(proxy, limited) } },
  );
  let address: string | undefined;
  client.middlewareStack.add(
    (next) => (args) => {
      address = addressOf(args.request) ?? address;
      return next(args);
    },
    { step: 'build' },
  );
  try {
    const command = new GetSecretValueCommand({ SecretId: name, VersionStage: 'AWSCURRENT' });
    const { SecretString: text } = await client.send(command, { abortSignal: limited });
    if (text === undefined) throw messages.binarySecret(name);
    return text;
  } catch (error) {
    signal.throwIfAborted();
    if (isFailure(error)) throw error;
    throw problemOf(limited.aborted ? limited.reason : error, { name, address });
  } finally {
    client.destroy();
  }
}

/** On Node 20 the SDK would print that it will need a newer Node one day, which the user cannot help. */
function loadSdk(): Promise<typeof import('@aws-sdk/client-secrets-manager')> {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  return import('@aws-sdk/client-secrets-manager');
}

/** Where a request of the SDK goes to. */
function addressOf(request: unknown): string | undefined {
  const { protocol, hostname, port } = request as Readonly<Record<string, unknown>>;
  if (typeof hostname !== 'string') return undefined;
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
}

function problemOf(error: unknown, place: messages.SecretPlace): Error {
  const { name, $metadata } = error as {
    readonly name?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if (name === 'ResourceNotFoundException') return messages.noSecret(place);
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return messages.noAwsCredentials(messageOf(error));
  }
  if (messageOf(error) === 'Region is missing') return messages.noAwsRegion();
  const status = $metadata?.httpStatusCode;
  if (status !== undefined)
    return messages.awsRefused(place, status, `${name}: ${messageOf(error)}`);
  return unreachable(
    'AWS Secrets Manager',
    place.address ?? 'its address',
    networkProblem(error),
    'AWS_REGION and AWS_ENDPOINT_URL',
  );
}

/** Numbers are given as they are written, every other kind of value is no text. */
function valueIn(text: string, name: string, key: string): string {
  const secret = parsed(text);
  if (secret?.kind !== 'object') {
    if (secret === undefined || key === '') return text;
    throw messages.noSecretKey(name, key, []);
  }
  const keys = [...secret.entries.keys()].toSorted(compareText);
  const [only = '', ...others] = keys;
  if (key === '' && others.length > 0) throw messages.severalSecretKeys(name, keys);
  const value = secret.entries.get(key === '' ? only : key);
  if (value === undefined) throw messages.noSecretKey(name, key, keys);
  if (value.kind === 'string') return value.value;
  if (value.kind === 'number') return formatNum(value.value);
  throw messages.notText('AWS Secrets Manager', `"${key || only}" of "${name}"`);
}

function parsed(text: string): Value | undefined {
  try {
    return jsonToValue(text);
  } catch {
    return undefined;
  }
}

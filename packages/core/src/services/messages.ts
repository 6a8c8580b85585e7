import { suggest } from '@bake/hcl';
import { Failure } from '@bake/plugin-sdk';
import type { VaultPlace } from '@bake/plugin-sdk/http';

/** What services that functions ask can fail with. No token and no value of a secret goes in here. */

/** A key in a Consul server. */
export interface ConsulPlace {
  readonly address: string;
  readonly key: string;
}

/** A secret in AWS; where was asked is not known before the first request. */
export interface SecretPlace {
  readonly name: string;
  readonly address: string | undefined;
}

/** Why a question has no answer that was given up. */
export const interrupted = 'It was interrupted while waiting for the answer.';

/** Why a question is not asked that is another one each time. */
export const everNewQuestion =
  'What it asks for is different each time the expression is evaluated; functions such as uuidv4() and timestamp() cannot be used in its arguments.';

export function notText(service: string, what: string): Failure {
  return new Failure({
    summary: `In ${service}, ${what} is not text`,
    detail: 'Only text can be read; store it as a string.',
  });
}

export function noVaultSecret(
  { address, path }: VaultPlace,
  warnings: readonly string[],
  isDeleted: boolean,
): Failure {
  const said = warnings.map((warning) => ` Vault says: ${warning}`).join('');
  const where = `In a KV store of version 2 the path has "data" after the name of the store: "secret/data/name".`;
  return new Failure({
    summary: `Vault at ${address} has no secret at "${path}"`,
    detail: isDeleted ? `The latest version of it was deleted.${said}` : `${where}${said}`,
  });
}

export function noVaultKey({ path }: VaultPlace, key: string, keys: readonly string[]): Failure {
  return new Failure({
    summary: `The secret "${path}" in Vault has no key "${key}"`,
    detail: otherKeys(key, keys),
  });
}

export function noConsulKey({ address, key }: ConsulPlace): Failure {
  return new Failure({
    summary: `Consul at ${address} has no key "${key}"`,
    detail: 'Check its spelling; "consul kv get -keys -recurse" lists those that there are.',
  });
}

export function emptyConsulKey({ address, key }: ConsulPlace): Failure {
  return new Failure({
    summary: `The key "${key}" of Consul at ${address} is empty`,
    detail: 'An empty value counts as none, as it does for Packer.',
  });
}

export function consulRefused(
  { address, key }: ConsulPlace,
  status: number,
  reason: string,
): Failure {
  const said = reason === '' ? '' : `: ${reason}`;
  return new Failure({
    summary: `Consul at ${address} does not give "${key}": HTTP status ${status}${said}`,
    detail:
      status === 401 || status === 403
        ? 'Set CONSUL_HTTP_TOKEN to a token whose policies let it read this key.'
        : 'See that Consul is well and has a leader.',
  });
}

export function noConsul({ address, key }: ConsulPlace): Failure {
  return new Failure({
    summary: `What answers at ${address} when asked for "${key}" is not Consul`,
    detail: 'Check CONSUL_HTTP_ADDR.',
  });
}

export function noSecretName(): Failure {
  return new Failure({
    summary: 'At least one secret name must be provided',
    detail: 'The first argument is the name or the ARN of the secret.',
  });
}

export function noSecret({ name, address }: SecretPlace): Failure {
  return new Failure({
    summary: `AWS Secrets Manager at ${address} has no secret "${name}"`,
    detail: 'Check its name, AWS_REGION and the account that the credentials are of.',
  });
}

export function binarySecret(name: string): Failure {
  return new Failure({
    summary: `The secret "${name}" in AWS Secrets Manager is binary`,
    detail: 'Only text can be read.',
  });
}

export function noAwsRegion(): Failure {
  return new Failure({
    summary: 'AWS Secrets Manager was not asked: no region is set',
    detail: 'Set AWS_REGION, or "region" in the profile that AWS_PROFILE names.',
  });
}

export function noAwsCredentials(reason: string): Failure {
  return new Failure({
    summary: `AWS Secrets Manager was not asked: ${reason}`,
    detail: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.',
  });
}

export function awsRefused(
  { name, address }: SecretPlace,
  status: number,
  reason: string,
): Failure {
  return new Failure({
    summary: `AWS Secrets Manager at ${address} does not give "${name}": HTTP status ${status}: ${reason}`,
    detail:
      'The credentials must be valid, and allow secretsmanager:GetSecretValue on it and kms:Decrypt on its key.',
  });
}

export function severalSecretKeys(name: string, keys: readonly string[]): Failure {
  return new Failure({
    summary: `The secret "${name}" in AWS Secrets Manager has several keys`,
    detail: `Say which: ${listed(keys)}.`,
  });
}

export function noSecretKey(name: string, key: string, keys: readonly string[]): Failure {
  return new Failure({
    summary: `The secret "${name}" in AWS Secrets Manager has no key "${key}"`,
    detail: otherKeys(key, keys),
  });
}

function otherKeys(key: string, keys: readonly string[]): string {
  const similar = suggest(key, keys);
  if (similar !== undefined) return `Did you mean "${similar}"?`;
  return keys.length === 0 ? 'It has no keys at all.' : `It has ${listed(keys)}.`;
}

/** Some of many keys. */
function listed(keys: readonly string[]): string {
  const quoted = keys.slice(0, 10).map((key) => `"${key}"`);
  return keys.length > quoted.length ? `${quoted.join(', ')} and more` : quoted.join(', ');
}

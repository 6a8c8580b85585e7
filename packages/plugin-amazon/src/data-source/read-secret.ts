import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DataContext } from '@bake/plugin-sdk';
import { openCloud } from '../aws/cloud.ts';
import * as messages from '../messages.ts';
import type { SecretQuery } from './secrets-manager.ts';

/** Reads the secret. */
export async function readSecret(query: SecretQuery, { signal }: DataContext) {
  const access = { ...query, decode_authorization_messages: false };
  const cloud = await openCloud(access, { signal });
  const client = new SecretsManagerClient(cloud.settings);
  const version = query.version_id
    ? { VersionId: query.version_id }
    : { VersionStage: query.version_stage };
  try {
    const command = new GetSecretValueCommand({ SecretId: query.name, ...version });
    const secret = await client.send(command, { abortSignal: signal });
    const text = secret.SecretString ?? '';
    return {
      value: valueIn(text, query),
      secret_string: text,
      secret_binary: Buffer.from(secret.SecretBinary ?? []).toString('base64'),
      version_id: secret.VersionId ?? '',
    };
  } catch (error) {
    signal.throwIfAborted();
    throw messages.asFailure('GetSecretValue', cloud.region, error);
  } finally {
    client.destroy();
    cloud.close();
  }
}

/** Numbers are given as text; other values are no text. */
function valueIn(text: string, { name, key }: SecretQuery): string {
  const values = parsed(text);
  if (values === undefined) return text;
  const value = key ? values[key] : Object.values(values)[0];
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (!key) return '';
  throw messages.noSecretKey(name, key, Object.keys(values));
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return value as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

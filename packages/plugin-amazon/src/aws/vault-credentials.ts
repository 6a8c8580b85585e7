import { askVault, vaultRefused } from '@bake/plugin-sdk/http';
import * as messages from '../messages.ts';
import type { AccessConfig } from '../options/access.ts';
import type { CredentialSource, Credentials } from './credentials.ts';

type VaultEngine = NonNullable<AccessConfig['vault_aws_engine']>;

/** Credentials of the AWS engine of HashiCorp Vault, which the environment says how to reach. */
export function vaultSource(engine: VaultEngine): CredentialSource {
  const { name = '', engine_name: mount = 'aws', role_arn: role, ttl } = engine;
  const query = { ...(role ? { role_arn: role } : {}), ...(ttl ? { ttl } : {}) };
  const path = `${(mount || 'aws').replace(/^\/|\/$/g, '')}/creds/${name}`;
  return async () => {
    const question = { path, query, purpose: 'vault_aws_engine' };
    const answer = await askVault(question, process.env, new AbortController().signal);
    if (answer.status !== 200) throw vaultRefused(answer);
    return credentialsIn(answer.secret, path);
  };
}

function credentialsIn(secret: Readonly<Record<string, unknown>>, path: string): Credentials {
  const data = (secret['data'] ?? {}) as Readonly<Record<string, unknown>>;
  const { access_key: key, secret_key: secretKey } = data;
  const token = data['security_token'] ?? data['session_token'];
  if (typeof key !== 'string' || typeof secretKey !== 'string') throw messages.noVaultKeys(path);
  const seconds = Number(secret['lease_duration'] ?? 0);
  return {
    accessKeyId: key,
    secretAccessKey: secretKey,
    ...(typeof token === 'string' && token !== '' ? { sessionToken: token } : {}),
    ...(seconds > 0 ? { expiration: new Date(Date.now() + seconds * 1000) } : {}),
  };
}

import { askVault, type Environment, type VaultPlace, vaultRefused } from '@bake/plugin-sdk/http';
import * as messages from './messages.ts';

/** What Vault's API answers to a read, as far as it is looked at. */
interface Secret {
  readonly data?: unknown;
  readonly warnings?: unknown;
}

/**
 * A key of a secret in a KV store of Vault, version 2 or 1, read as Vault's own client reads its settings
 * from the environment. Rejects with a `Failure`.
 */
export async function readVault(
  path: string,
  key: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  const question = { path, purpose: 'vault template function' };
  const answer = await askVault(question, environment, signal);
  const { place, status } = answer;
  const secret: Secret = answer.secret;
  if (status === 404 || status === 204) {
    throw messages.noVaultSecret(place, textsOf(secret.warnings), isDeleted(secret));
  }
  if (status !== 200) throw vaultRefused(answer);
  return valueIn(secret, key, place);
}

/** Version 2 of the store has the keys in `data.data`, version 1 in `data`. */
function valueIn({ data, warnings }: Secret, key: string, place: VaultPlace): string {
  const outer = recordOf(data);
  if (outer === undefined) throw messages.noVaultSecret(place, textsOf(warnings), false);
  const keys = Object.hasOwn(outer, 'data') ? recordOf(outer['data']) : outer;
  if (keys === undefined) throw messages.noVaultSecret(place, textsOf(warnings), true);
  if (!Object.hasOwn(keys, key)) throw messages.noVaultKey(place, key, Object.keys(keys));
  const value = keys[key];
  if (typeof value === 'string') return value;
  throw messages.notText('Vault', `"${key}" of "${place.path}"`);
}

/** What is left of a deleted version in a store of version 2. */
function isDeleted({ data }: Secret): boolean {
  return recordOf(recordOf(data)?.['metadata']) !== undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

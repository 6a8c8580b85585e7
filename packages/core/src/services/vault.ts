import { setTimeout } from 'node:timers/promises';
import { parseDuration } from '@bake/plugin-sdk';
import {
  type Environment,
  type HttpRequest,
  type HttpResponse,
  parseProxy,
  proxyFor,
} from '@bake/plugin-sdk/http';
import * as messages from './messages.ts';
import { type Server, sendTo, serverAt, shownAddress, urlBelow } from './server.ts';
import { boolSetting, textSetting, tlsSettings } from './settings.ts';

const tlsVariables = {
  ca: 'VAULT_CACERT',
  caText: 'VAULT_CACERT_BYTES',
  caFolder: 'VAULT_CAPATH',
  cert: 'VAULT_CLIENT_CERT',
  key: 'VAULT_CLIENT_KEY',
  serverName: 'VAULT_TLS_SERVER_NAME',
};

/** What Vault's API answers to a read, as far as it is looked at. */
interface Secret {
  readonly data?: unknown;
  readonly errors?: unknown;
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
  const server = vaultServer(environment);
  const place = { address: shownAddress(server), path };
  const request = readRequest(server, path, environment, signal);
  const response = await withRetries(server, request, environment);
  const secret = parsed(response);
  if (response.status === 404 || response.status === 204) {
    throw messages.noVaultSecret(place, textsOf(secret.warnings), isDeleted(secret));
  }
  if (response.status !== 200) {
    throw messages.vaultRefused(place, response.status, textsOf(secret.errors));
  }
  return valueIn(secret, key, place);
}

function vaultServer(environment: Environment): Server {
  if (boolSetting('VAULT_SRV_LOOKUP', environment) === true) {
    throw messages.invalidSetting('VAULT_SRV_LOOKUP', 'bake does not do this: set VAULT_ADDR.');
  }
  const agent = textSetting('VAULT_AGENT_ADDR', environment);
  if (agent !== undefined) return serverAt('Vault', agent, 'VAULT_AGENT_ADDR');
  const address = textSetting('VAULT_ADDR', environment) ?? 'https://127.0.0.1:8200';
  return serverAt('Vault', address, 'VAULT_ADDR');
}

function readRequest(
  server: Server,
  path: string,
  environment: Environment,
  signal: AbortSignal,
): HttpRequest & { readonly timeout: number } {
  const token = textSetting('VAULT_TOKEN', environment);
  if (token === undefined) throw messages.noVaultToken();
  const namespace = textSetting('VAULT_NAMESPACE', environment);
  const skipVerify = boolSetting('VAULT_SKIP_VERIFY', environment) ?? false;
  const own = ['VAULT_PROXY_ADDR', 'VAULT_HTTP_PROXY'].find((name) => environment[name]);
  return {
    url: urlBelow(server, `v1/${path.replace(/^\/+/, '')}`),
    headers: {
      'X-Vault-Request': 'true',
      'X-Vault-Token': token,
      ...(namespace !== undefined && { 'X-Vault-Namespace': namespace }),
      ...moreHeaders(environment),
    },
    signal,
    timeout: timeoutOf(environment),
    tls: tlsSettings(tlsVariables, !skipVerify, environment),
    proxy: (url) =>
      own === undefined ? proxyFor(url, environment) : parseProxy(String(environment[own]), own),
    redirects: 0,
  };
}

/** What a server in front of Vault may want: a JSON object of texts. */
function moreHeaders(environment: Environment): Readonly<Record<string, string>> {
  const text = textSetting('VAULT_HEADERS', environment);
  if (text === undefined) return {};
  const headers = recordOf(jsonOf(text)) ?? { '': undefined };
  const isFit = ([name, value]: readonly [string, unknown]): boolean =>
    typeof value === 'string' && !/^x-vault-/i.test(name);
  if (Object.entries(headers).every(isFit)) return headers as Readonly<Record<string, string>>;
  const advice = 'It must be a JSON object of headers and their texts, without X-Vault-*.';
  throw messages.invalidSetting('VAULT_HEADERS', advice);
}

/** Seconds, or a duration as Go writes it. */
function timeoutOf(environment: Environment): number {
  const text = textSetting('VAULT_CLIENT_TIMEOUT', environment) ?? '60';
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw messages.invalidSetting('VAULT_CLIENT_TIMEOUT', 'It must be seconds, or such as 1m30s.');
}

/**
 * Tries again when the server is not there or not well: twice, unless VAULT_MAX_RETRIES says otherwise, and
 * as long as the time for all tries allows.
 */
async function withRetries(
  server: Server,
  request: HttpRequest & { readonly timeout: number },
  environment: Environment,
): Promise<HttpResponse> {
  const count = textSetting('VAULT_MAX_RETRIES', environment) ?? '2';
  if (!/^\d+$/.test(count)) {
    throw messages.invalidSetting('VAULT_MAX_RETRIES', 'It must be a whole number.');
  }
  const end = performance.now() + request.timeout;
  for (let tries = 1; ; tries += 1) {
    const pause = 1000 * tries;
    const timeout = end - performance.now();
    const mayRepeat = (): boolean => tries <= Number(count) && performance.now() + pause < end;
    try {
      const response = await throughRedirect(server, { ...request, timeout }, environment);
      if (response.status < 500 || response.status === 501 || !mayRepeat()) return response;
    } catch (error) {
      if (request.signal.aborted || !mayRepeat()) throw error;
    }
    await setTimeout(pause, undefined, { signal: request.signal });
  }
}

/** A standby sends its clients to the active server, once; the token goes along, but not from https to http. */
async function throughRedirect(
  server: Server,
  request: HttpRequest,
  environment: Environment,
): Promise<HttpResponse> {
  const response = await sendTo(server, request);
  const location = response.headers['Location'];
  const isRedirect = [301, 302, 307].includes(response.status) && location !== undefined;
  if (!isRedirect || boolSetting('VAULT_DISABLE_REDIRECTS', environment) === true) return response;
  const url = new URL(location, request.url);
  if (request.url.protocol === 'https:' && url.protocol !== 'https:') return response;
  const { name, variable } = server;
  return sendTo({ name, variable, url: new URL('/', url) }, { ...request, url });
}

function parsed({ body }: HttpResponse): Secret {
  return recordOf(jsonOf(body.toString())) ?? {};
}

/** `undefined` for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Version 2 of the store has the keys in `data.data`, version 1 in `data`. */
function valueIn({ data, warnings }: Secret, key: string, place: messages.VaultPlace): string {
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

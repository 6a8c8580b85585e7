import { setTimeout } from 'node:timers/promises';
import { parseDuration } from '../duration.ts';
import { Failure } from '../failure.ts';
import { type Environment, parseProxy, proxyFor } from './proxy.ts';
import type { HttpRequest, HttpResponse } from './request.ts';
import { type Server, sendTo, serverAt, shownAddress, urlBelow } from './service.ts';
import { boolSetting, invalidSetting, textSetting, tlsSettings } from './settings.ts';

const tlsVariables = {
  ca: 'VAULT_CACERT',
  caText: 'VAULT_CACERT_BYTES',
  caFolder: 'VAULT_CAPATH',
  cert: 'VAULT_CLIENT_CERT',
  key: 'VAULT_CLIENT_KEY',
  serverName: 'VAULT_TLS_SERVER_NAME',
};

/** What to read of Vault. */
export interface VaultQuestion {
  /** Below `v1/`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What the token is needed for, as a message says it. */
  readonly purpose: string;
}

/** A path in a Vault server. */
export interface VaultPlace {
  readonly address: string;
  readonly path: string;
}

/** What Vault said. */
export interface VaultAnswer {
  readonly place: VaultPlace;
  readonly status: number;
  /** The object that it answered with; empty if it was none. */
  readonly secret: Readonly<Record<string, unknown>>;
}

/**
 * Reads of Vault's API, as Vault's own client reads its settings from the environment. Whatever its status, what it answers is
 * given. Rejects with a `Failure` when there is no token or no answer.
 */
export async function askVault(
  question: VaultQuestion,
  environment: Environment,
  signal: AbortSignal,
): Promise<VaultAnswer> {
  const server = vaultServer(environment);
  const request = readRequest(server, question, environment, signal);
  const { status, body } = await withRetries(server, request, environment);
  const place = { address: shownAddress(server), path: question.path };
  return { place, status, secret: recordOf(jsonOf(body.toString())) ?? {} };
}

/** Vault answered with a status that is no answer. */
export function vaultRefused({ place, status, secret }: VaultAnswer): Failure {
  const reasons = Array.isArray(secret['errors']) ? secret['errors'] : [];
  const said = reasons.map((reason) => `: ${String(reason).trim()}`).join('');
  return new Failure({
    summary: `Vault at ${place.address} does not give "${place.path}": HTTP status ${status}${said}`,
    detail:
      status === 403
        ? 'The token in VAULT_TOKEN has expired or its policies do not let it read this path; VAULT_NAMESPACE counts too.'
        : 'See that Vault is unsealed and well, and that the path is right.',
  });
}

function vaultServer(environment: Environment): Server {
  if (boolSetting('VAULT_SRV_LOOKUP', environment) === true) {
    throw invalidSetting('VAULT_SRV_LOOKUP', 'bake does not do this: set VAULT_ADDR.');
  }
  const agent = textSetting('VAULT_AGENT_ADDR', environment);
  if (agent !== undefined) return serverAt('Vault', agent, 'VAULT_AGENT_ADDR');
  const address = textSetting('VAULT_ADDR', environment) ?? 'https://127.0.0.1:8200';
  return serverAt('Vault', address, 'VAULT_ADDR');
}

function readRequest(
  server: Server,
  { path, query = {}, purpose }: VaultQuestion,
  environment: Environment,
  signal: AbortSignal,
): HttpRequest & { readonly timeout: number } {
  const token = textSetting('VAULT_TOKEN', environment);
  if (token === undefined) throw noVaultToken(purpose);
  const url = urlBelow(server, `v1/${path.replace(/^\/+/, '')}`);
  url.search = new URLSearchParams(query).toString();
  const namespace = textSetting('VAULT_NAMESPACE', environment);
  const skipVerify = boolSetting('VAULT_SKIP_VERIFY', environment) ?? false;
  const own = ['VAULT_PROXY_ADDR', 'VAULT_HTTP_PROXY'].find((name) => environment[name]);
  return {
    url,
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
  throw invalidSetting('VAULT_HEADERS', advice);
}

/** Seconds, or a duration as Go writes it. */
function timeoutOf(environment: Environment): number {
  const text = textSetting('VAULT_CLIENT_TIMEOUT', environment) ?? '60';
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw invalidSetting('VAULT_CLIENT_TIMEOUT', 'It must be seconds, or such as 1m30s.');
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
    throw invalidSetting('VAULT_MAX_RETRIES', 'It must be a whole number.');
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

function noVaultToken(purpose: string): Failure {
  return new Failure({
    summary: `Must set VAULT_TOKEN env var in order to use ${purpose}`,
    detail: 'Log in with "vault login" and set it to what "vault print token" prints.',
  });
}

/** `undefined` for what is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : undefined;
}

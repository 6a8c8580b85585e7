import {
  boolSetting,
  type Environment,
  fileSetting,
  type HttpResponse,
  proxyFor,
  type Server,
  sendTo,
  serverAt,
  shownAddress,
  textSetting,
  tlsSettings,
  urlBelow,
} from '@bake/plugin-sdk/http';
import * as messages from './messages.ts';

const tlsVariables = {
  ca: 'CONSUL_CACERT',
  caFolder: 'CONSUL_CAPATH',
  cert: 'CONSUL_CLIENT_CERT',
  key: 'CONSUL_CLIENT_KEY',
  serverName: 'CONSUL_TLS_SERVER_NAME',
};

/** Consul's own client waits without end; nobody wants that of a read. */
const timeout = 60_000;

/**
 * The value of a key in Consul's KV store, read as Consul's own client reads its settings from the
 * environment. Rejects with a `Failure`.
 */
export async function readConsul(
  key: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<string> {
  const server = consulServer(environment);
  const place = { address: shownAddress(server), key };
  const verify = boolSetting('CONSUL_HTTP_SSL_VERIFY', environment) ?? true;
  const response = await sendTo(server, {
    url: keyUrl(server, key, environment),
    headers: login(environment),
    signal,
    timeout,
    tls: tlsSettings(tlsVariables, verify, environment),
    proxy: (url) => proxyFor(url, environment),
  });
  if (response.status === 404) throw messages.noConsulKey(place);
  if (response.status !== 200) {
    throw messages.consulRefused(place, response.status, firstLine(response, environment));
  }
  const value = valueIn(response);
  if (value === undefined) throw messages.noConsul(place);
  if (value === '') throw messages.emptyConsulKey(place);
  return value;
}

/** CONSUL_HTTP_ADDR may do without a scheme; CONSUL_HTTP_SSL wins over `http://`. */
function consulServer(environment: Environment): Server {
  const address = textSetting('CONSUL_HTTP_ADDR', environment) ?? '127.0.0.1:8500';
  const isSecure = boolSetting('CONSUL_HTTP_SSL', environment) === true;
  const [, scheme = 'http', rest = address] = /^([^:/]+):\/\/(.*)$/.exec(address) ?? [];
  const chosen = isSecure && scheme === 'http' ? 'https' : scheme;
  return serverAt('Consul', `${chosen}://${rest}`, 'CONSUL_HTTP_ADDR');
}

function keyUrl(server: Server, key: string, environment: Environment): URL {
  const url = urlBelow(server, `v1/kv/${key.replace(/^\//, '')}`);
  const namespace = textSetting('CONSUL_NAMESPACE', environment);
  const partition = textSetting('CONSUL_PARTITION', environment);
  if (namespace !== undefined) url.searchParams.set('ns', namespace);
  if (partition !== undefined) url.searchParams.set('partition', partition);
  return url;
}

function login(environment: Environment): Readonly<Record<string, string>> {
  const token = tokenOf(environment);
  const user = textSetting('CONSUL_HTTP_AUTH', environment);
  const basic = user && Buffer.from(user.includes(':') ? user : `${user}:`).toString('base64');
  return {
    ...(token && { 'X-Consul-Token': token }),
    ...(basic && { Authorization: `Basic ${basic}` }),
  };
}

/** A token in a file goes before one in the environment. */
function tokenOf(environment: Environment): string | undefined {
  const inFile = fileSetting('CONSUL_HTTP_TOKEN_FILE', environment)?.trim();
  return inFile || textSetting('CONSUL_HTTP_TOKEN', environment);
}

/** `undefined` when this is not what Consul answers. */
function valueIn({ body }: HttpResponse): string | undefined {
  try {
    const [entry] = JSON.parse(body.toString()) as readonly [{ readonly Value: string | null }];
    return Buffer.from(entry.Value ?? '', 'base64').toString();
  } catch {
    return undefined;
  }
}

/** Consul says in plain text what is wrong. */
function firstLine({ body }: HttpResponse, environment: Environment): string {
  const [line = ''] = body.toString().trim().split('\n');
  const token = tokenOf(environment);
  const shown = token === undefined ? line : line.replaceAll(token, '<token>');
  return shown.slice(0, 200);
}

import { BlockList, isIP } from 'node:net';
import { Failure } from '../failure.ts';

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy as the environment has it. */
export interface ProxySetting {
  /** The variable, for messages. */
  readonly name: string;
  /** A URL, or `host:port`. It may hold a password. */
  readonly text: string;
}

/**
 * The proxy that the environment wants for a URL, as Go programs read it: `HTTPS_PROXY` or `HTTP_PROXY`,
 * then the same in small letters, but for hosts in `NO_PROXY` and this machine itself.
 */
export function proxySetting(url: URL, environment: Environment): ProxySetting | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = setting(name, environment);
  if (text === '' || isExempt(url, setting('NO_PROXY', environment))) return undefined;
  return { name, text };
}

/** The proxy of `proxySetting`. Throws a `Failure` for one that is none or speaks SOCKS. */
export function proxyFor(url: URL, environment: Environment): URL | undefined {
  const proxy = proxySetting(url, environment);
  return proxy === undefined ? undefined : parseProxy(proxy.text, proxy.name);
}

/** A proxy as it is written: a URL, or `host:port`. `name` is the setting that messages blame. */
export function parseProxy(text: string, name: string): URL {
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const proxy = URL.canParse(full) ? new URL(full) : undefined;
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy;
  // The text itself may hold a password.
  throw new Failure({
    summary: `${name} is no address of an HTTP proxy`,
    detail: 'Write it as http://host:port. Proxies that speak SOCKS cannot be used for this.',
  });
}

function setting(name: string, environment: Environment): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

function isExempt(url: URL, exceptions: string): boolean {
  const host = bare(url.hostname).toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (host === 'localhost' || isLoopback(host)) return true;
  return exceptions
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && matches(entry, host, port));
}

function isLoopback(host: string): boolean {
  return host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const network = /^(.+)\/(\d+)$/.exec(entry);
  if (network !== null) return isInside(network[1] as string, Number(network[2]), host);
  const [, name = entry, wantedPort] =
    isIP(entry) === 6 ? [] : (/^(.*?)(?::(\d+))?$/.exec(entry) ?? []);
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const domain = bare(name).replace(/^\*(?=\.)/, '');
  return domain.startsWith('.')
    ? host.endsWith(domain)
    : host === domain || (isIP(domain) === 0 && host.endsWith(`.${domain}`));
}

function isInside(network: string, prefix: number, host: string): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}

/** An IPv6 address without its brackets. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

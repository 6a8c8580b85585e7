import { BlockList, isIP } from 'node:net';
import { Failure } from '@bake/plugin-sdk';

/** A proxy that the environment wants to be used. */
export interface WebProxy {
  readonly kind: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

const defaultPorts = { http: 80, https: 443, socks5: 1080 } as const;

/**
 * The proxy for a URL by HTTP_PROXY, HTTPS_PROXY and NO_PROXY, with the rules of Go's `httpproxy`, so that
 * the same environment has the same effect as with Packer. Throws a `Failure` for one that makes no sense.
 */
export function proxyFor(url: string, environment: NodeJS.ProcessEnv): WebProxy | undefined {
  const { protocol, hostname, port } = new URL(url);
  const name = protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const text = variable(environment, name);
  if (text === '') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const noProxy = variable(environment, 'NO_PROXY');
  return isDirect(host, port || (protocol === 'https:' ? '443' : '80'), noProxy)
    ? undefined
    : readProxy(name, text);
}

function variable(environment: NodeJS.ProcessEnv, name: string): string {
  return environment[name] || environment[name.toLowerCase()] || '';
}

function readProxy(name: string, text: string): WebProxy {
  const url = parseUrl(text.includes('://') ? text : `http://${text}`);
  const kind = url?.protocol.replace(/^socks5h?:$/, 'socks5:').slice(0, -1);
  if (url === undefined || (kind !== 'http' && kind !== 'https' && kind !== 'socks5')) {
    // The value may hold a password: it is not shown.
    throw new Failure({
      summary: `Invalid ${name} in the environment`,
      detail:
        'Give it as "http://HOST:PORT", "https://HOST:PORT" or "socks5://HOST:PORT", or set "winrm_no_proxy = true".',
    });
  }
  return {
    kind,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || defaultPorts[kind],
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
  };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) && new URL(text).hostname !== '' ? new URL(text) : undefined;
}

/** Whether NO_PROXY, or being on this computer, keeps a host from going through the proxy. */
function isDirect(host: string, port: string, noProxy: string): boolean {
  if (host === 'localhost' || isLoopback(host)) return true;
  return noProxy
    .split(',')
    .map((entry) => entry.trim().toLowerCase())
    .some((entry) => entry !== '' && covers(entry, host, port));
}

function isLoopback(host: string): boolean {
  return (isIP(host) === 4 && host.startsWith('127.')) || host === '::1';
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (/\/\d+$/.test(entry)) return isInNetwork(entry, host);
  const [, name = entry, entryPort = ''] = /^(\[?[^\]]*?\]?):(\d+)$/.exec(entry) ?? [];
  const isAddress = isIP(entry) !== 0;
  if (!isAddress && entryPort !== '' && entryPort !== port) return false;
  const wanted = (isAddress ? entry : name).replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
  if (wanted.startsWith('.')) return host.endsWith(wanted);
  return host === wanted || (isIP(wanted) === 0 && host.endsWith(`.${wanted}`));
}

function isInNetwork(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || isIP(host) === 0 || Number(bits) > (family === 'ipv6' ? 128 : 32)) {
    return false;
  }
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}

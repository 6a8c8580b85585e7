import { Failure } from '@bake/plugin-sdk';
import { type ProxySetting, proxySetting } from '@bake/plugin-sdk/http';

/** A proxy that the environment wants to be used. */
export interface WebProxy {
  readonly kind: 'http' | 'https' | 'socks5';
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

const defaultPorts = { http: 80, https: 443, socks5: 1080 } as const;

/** The proxy that the environment wants for a URL. Throws a `Failure` for one that makes no sense. */
export function webProxyFor(url: string, environment: NodeJS.ProcessEnv): WebProxy | undefined {
  const setting = proxySetting(new URL(url), environment);
  return setting === undefined ? undefined : readProxy(setting);
}

function readProxy({ name, text }: ProxySetting): WebProxy {
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

import { type CommunicatorConfig, type ConnectTarget, Failure } from '@bake/plugin-sdk';
import type { Address } from '../network/open-socket.ts';
import { type WebProxy, webProxyFor } from './web-proxy.ts';

/** All that it takes to reach the service. */
export interface WinrmSettings extends Address {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly login: 'basic' | 'ntlm';
  /** How to use TLS, if at all. */
  readonly tls: { readonly checksCertificate: boolean } | undefined;
  readonly proxy: WebProxy | undefined;
}

/** The port that WinRM listens on if nobody says otherwise. */
function defaultPort(usesTls: boolean): number {
  return usesTls ? 5986 : 5985;
}

/** What the template says, and what the builder says before it. Throws a `Failure`. */
export function winrmSettings(
  config: CommunicatorConfig,
  target: ConnectTarget,
  environment: NodeJS.ProcessEnv,
): WinrmSettings {
  const host = target.host ?? config.winrm_host;
  if (!host) {
    throw new Failure({
      summary: 'There is no address to connect to',
      detail: 'Set "winrm_host" to the address of the machine.',
    });
  }
  const usesTls = config.winrm_use_ssl ?? false;
  const port = target.port ?? (config.winrm_port || defaultPort(usesTls));
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const url = `${usesTls ? 'https' : 'http'}://${authority}/wsman`;
  return {
    host,
    port,
    url,
    username: target.username ?? config.winrm_username ?? '',
    password: target.password ?? config.winrm_password ?? '',
    login: config.winrm_use_ntlm ? 'ntlm' : 'basic',
    tls: usesTls ? { checksCertificate: !config.winrm_insecure } : undefined,
    proxy: config.winrm_no_proxy ? undefined : webProxyFor(url, environment),
  };
}

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { proxyFor, TunnelAgent } from '@bake/plugin-sdk/http';
import type { AccessConfig } from '../options/access.ts';
import { type CredentialSource, namedRegion } from './credentials.ts';

/** What all clients of AWS's SDK are made with. */
export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly credentials: CredentialSource;
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
    readonly httpAgent: HttpAgent;
    readonly httpsAgent: HttpsAgent;
  };
}

/** The same for one region, and the server that stands in for AWS. */
export interface RegionSettings extends ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
}

/** Puts them together. Throws a `Failure` when the environment names a proxy that is none. */
export function clientSettings(
  config: AccessConfig,
  credentials: CredentialSource,
): ClientSettings {
  const region = namedRegion(config);
  return {
    ...(region ? { region } : {}),
    ...(config.profile ? { profile: config.profile } : {}),
    credentials,
    maxAttempts: config.max_retries + 1,
    requestHandler: {
      connectionTimeout: 15_000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: httpsAgent(config),
    },
  };
}

function httpsAgent(config: AccessConfig): HttpsAgent {
  const address = config.custom_endpoint_ec2 || 'https://ec2.amazonaws.com';
  const proxy = proxyFor(new URL(address), process.env);
  if (proxy === undefined) {
    return new HttpsAgent({
      keepAlive: true,
      rejectUnauthorized: !config.insecure_skip_tls_verify,
    });
  }
  // Each request has a signal of its own; undoing goes on after the build's has aborted.
  const agent = new TunnelAgent(proxy, new AbortController().signal);
  agent.options.rejectUnauthorized = !config.insecure_skip_tls_verify;
  return agent;
}

import type { RegistryConfig } from './component.ts';

/** The public service. */
export const publicAddress = 'api.cloud.hashicorp.com:443';

/** Where the service is, and who asks, after a look into the environment. */
export interface RegistryAccess {
  /** Without slash at the end. */
  readonly api: string;
  readonly auth: string;
  readonly isPublic: boolean;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What is meant by the options and the environment. */
export function accessOf(config: Partial<RegistryConfig>): RegistryAccess {
  const { env } = process;
  const address = config.hcp_api_address || env['HCP_API_ADDRESS'] || publicAddress;
  const auth = config.hcp_auth_url || env['HCP_AUTH_URL'] || 'https://auth.idp.hashicorp.com';
  const api = urlOf(address);
  return {
    api: api.replace(/\/+$/, ''),
    auth: auth.replace(/\/+$/, ''),
    isPublic: isPublic(api),
    clientId: config.client_id || env['HCP_CLIENT_ID'] || '',
    clientSecret: config.client_secret || env['HCP_CLIENT_SECRET'] || '',
  };
}

function urlOf(address: string): string {
  return /^https?:\/\//.test(address) ? address : `https://${address}`;
}

/** However its address is written. */
function isPublic(url: string): boolean {
  return URL.canParse(url) && new URL(url).hostname === new URL(urlOf(publicAddress)).hostname;
}

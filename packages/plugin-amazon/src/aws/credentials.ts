import type { RunContext } from '@bake/plugin-sdk';
import type { AccessConfig } from '../options/access.ts';

/** Keys that sign requests. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Gives credentials, new ones when those before are used up. */
export type CredentialSource = () => Promise<Credentials>;

/** Who can be asked for the code of an MFA device. */
export type Asks = Partial<Pick<RunContext, 'ask'>>;

/** The credentials that the template names, or those that the chain of AWS's SDK finds. */
export async function baseCredentials(
  config: AccessConfig,
  { ask }: Asks,
): Promise<CredentialSource> {
  if (config.access_key && config.secret_key) {
    const { access_key: accessKeyId, secret_key: secretAccessKey, token: sessionToken } = config;
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    return async () => keys;
  }
  if (config.vault_aws_engine !== undefined) {
    const { vaultSource } = await import('./vault-credentials.ts');
    return vaultSource(config.vault_aws_engine);
  }
  const region = namedRegion(config);
  const init = {
    ...(region ? { clientConfig: { region } } : {}),
    ...(config.profile ? { profile: config.profile } : {}),
    ...(config.shared_credentials_file ? { filepath: config.shared_credentials_file } : {}),
    mfaCodeProvider: async (device: string) => config.mfa_code || codeFor(device, ask),
  };
  if (config.skip_metadata_api_check) return localCredentials(init);
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return defaultProvider(init);
}

async function codeFor(device: string, ask: Asks['ask']): Promise<string> {
  if (ask !== undefined) return ask(`Code of the MFA device ${device}:`, { isSecret: true });
  throw new Error(`The profile wants the code of the MFA device ${device}. Set "mfa_code".`);
}

/** The region that the template or the environment names; it may be that of the profile without. */
export function namedRegion({ region }: AccessConfig): string | undefined {
  return region || process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || undefined;
}

/** The profile that the template or the environment names. */
export function namedProfile({ profile }: AccessConfig): string | undefined {
  return profile || process.env['AWS_PROFILE'] || undefined;
}

interface ProfileInit {
  /** For the calls by which the credentials are got. */
  readonly clientConfig?: { readonly region: string };
  readonly profile?: string;
  readonly filepath?: string;
  readonly mfaCodeProvider: (device: string) => Promise<string>;
}

/** The chain as it is in the SDK, without the metadata of this machine at its end. */
async function localCredentials(init: ProfileInit): Promise<CredentialSource> {
  const { fromEnv } = await import('@aws-sdk/credential-provider-env');
  const { fromIni } = await import('@aws-sdk/credential-provider-ini');
  const { fromTokenFile } = await import('@aws-sdk/credential-provider-web-identity');
  const sources: readonly CredentialSource[] = [
    ...(init.profile === undefined ? [fromEnv()] : []),
    fromIni(init),
    fromTokenFile(),
  ];
  return async () => {
    for (const source of sources) {
      try {
        return await source();
      } catch (error) {
        if ((error as { readonly tryNextLink?: boolean }).tryNextLink !== true) throw error;
      }
    }
    // What the last of them lacks is not what most people would give.
    throw Object.assign(
      new Error('none in the environment, in the files of profiles, or in a web identity'),
      { name: 'CredentialsProviderError' },
    );
  };
}

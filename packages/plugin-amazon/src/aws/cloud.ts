import { EC2Client } from '@aws-sdk/client-ec2';
import { isFailure, type RunContext, type Traces } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { AccessConfig } from '../options/access.ts';
import { type ClientSettings, clientSettings, type RegionSettings } from './client-settings.ts';
import { type Asks, baseCredentials, type CredentialSource, namedProfile } from './credentials.ts';
import { Ec2 } from './ec2.ts';
import { Sts } from './sts.ts';

/** Who opens it. */
export type Opener = Pick<RunContext, 'signal'> & Asks & Partial<Pick<RunContext, 'protect'>>;

/** An account of AWS, seen from one region. */
export class Cloud {
  readonly region: string;
  readonly #config: AccessConfig;
  readonly #settings: ClientSettings;
  readonly #sts: Sts;
  readonly #regions = new Map<string, Ec2>();

  constructor(config: AccessConfig, settings: ClientSettings, region: string) {
    this.#config = config;
    this.#settings = settings;
    this.region = region;
    this.#sts = new Sts({ ...settings, region });
  }

  /** EC2 in a region, by default the one to build in. */
  ec2(region: string = this.region): Ec2 {
    const known = this.#regions.get(region);
    if (known !== undefined) return known;
    const { decode_authorization_messages: decodes } = this.#config;
    const settings = { ...this.settings, region };
    const made = new Ec2(settings, tracesOf(this.#config), decodes ? this.#sts : undefined);
    this.#regions.set(region, made);
    return made;
  }

  /** What clients of other services are made with. */
  get settings(): RegionSettings {
    const { custom_endpoint_ec2: endpoint } = this.#config;
    return { ...this.#settings, region: this.region, ...(endpoint ? { endpoint } : {}) };
  }

  /** Asks AWS whether it knows the credentials. */
  async assertKnown(signal: AbortSignal): Promise<void> {
    try {
      await this.#sts.identity(signal);
    } catch (error) {
      signal.throwIfAborted();
      throw messages.unknownCredentials(error);
    }
  }

  /** Closes all connections. */
  close(): void {
    for (const each of this.#regions.values()) each.close();
    this.#sts.close();
  }
}

/**
 * Finds credentials and the region, and asks AWS about them unless the template says not to. Rejects with a `Failure`
 * that says what is missing.
 */
export async function openCloud(config: AccessConfig, opener: Opener): Promise<Cloud> {
  quieten();
  const base = await baseCredentials(config, opener);
  const settings = clientSettings(config, base);
  const region = await regionOf(settings);
  const source =
    config.assume_role === undefined
      ? base
      : await new Sts({ ...settings, region }).roleSource(config.assume_role);
  const credentials = remembered(source, opener);
  await firstCredentials(credentials, config, opener.signal);
  const cloud = new Cloud(config, { ...settings, credentials }, region);
  if (!config.skip_credential_validation && !config.custom_endpoint_ec2) {
    await cloud.assertKnown(opener.signal);
  }
  return cloud;
}

/** The same, closed when all that was made with it is removed. */
export async function cloudFor(config: AccessConfig, context: RunContext): Promise<Cloud> {
  const cloud = await openCloud(config, context);
  context.onCleanup('close the connections to AWS', () => cloud.close(), { always: true });
  return cloud;
}

/** On Node 20 the SDK would print that it will need a newer Node one day, which the user cannot help. */
function quieten(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
}

async function regionOf(settings: ClientSettings): Promise<string> {
  const client = new EC2Client(settings);
  try {
    return await client.config.region();
  } catch {
    throw messages.noRegion();
  } finally {
    client.destroy();
  }
}

/** One set of credentials for the clients of all regions, kept out of all output. */
function remembered(source: CredentialSource, { protect }: Opener): CredentialSource {
  let current: ReturnType<CredentialSource> | undefined;
  const fetched = async (): ReturnType<CredentialSource> => {
    const keys = await source();
    for (const secret of [keys.secretAccessKey, keys.sessionToken]) if (secret) protect?.(secret);
    return keys;
  };
  return async () => {
    const known = await current?.catch(() => undefined);
    const left = (known?.expiration?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
    if (known === undefined || left < renewBefore) current = fetched();
    return current as ReturnType<CredentialSource>;
  };
}

/** Milliseconds before credentials are used up. */
const renewBefore = 5 * 60_000;

async function firstCredentials(
  source: CredentialSource,
  config: AccessConfig,
  signal: AbortSignal,
): Promise<void> {
  try {
    await source();
  } catch (error) {
    signal.throwIfAborted();
    if (isFailure(error)) throw error;
    throw messages.noCredentials(error, namedProfile(config));
  }
}

/** Where things were made and as whom, without anything secret. */
function tracesOf(config: AccessConfig): Traces {
  const { assume_role: role, vault_aws_engine: vault } = config;
  const facts = {
    endpoint: config.custom_endpoint_ec2,
    profile: namedProfile(config),
    credentialsFile: config.shared_credentials_file,
    insecure: config.insecure_skip_tls_verify || undefined,
    role: role?.role_arn,
    vaultRole: vault?.name,
    vaultRoleArn: vault?.role_arn,
    vaultEngine: vault?.engine_name,
  };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

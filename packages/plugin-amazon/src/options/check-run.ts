import { stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import type { Complain } from '@bake/plugin-sdk';
import type { NetworkingConfig } from './ami.ts';
import { isSpot, type RunConfig, usesSession } from './run.ts';

/** Checks across the run options. */
export async function checkRun(config: RunConfig, complain: Complain): Promise<void> {
  checkSource(config, complain);
  checkCommunicator(config, complain);
  checkNetwork(config, complain);
  checkInstance(config, complain);
  checkReservation(config, complain);
  checkSpot(config, complain);
  await checkUserData(config, complain);
}

/** Checks that there is an image to start from, and whose. */
export function checkSource(
  { source_ami, source_ami_filter: filter }: Pick<RunConfig, 'source_ami' | 'source_ami_filter'>,
  complain: Complain,
): void {
  if (source_ami) return;
  const hasFilters = Object.keys(filter?.filters ?? {}).length > 0;
  if (!hasFilters && !filter?.owners?.length) {
    complain(undefined, {
      summary: 'A source_ami or source_ami_filter must be specified',
      detail: 'Name the image to start from, or say how to find it.',
    });
  } else if (!filter?.owners?.length) {
    complain('source_ami_filter', {
      summary: 'For security reasons, your source AMI filter must declare an owner',
      detail:
        'Anybody can publish an image of the same name. Set "owners" to an account ID, "self" or "amazon".',
    });
  }
}

function checkCommunicator(config: RunConfig, complain: Complain): void {
  if (!['rsa', 'ed25519'].includes(config.temporary_key_pair_type)) {
    complain('temporary_key_pair_type', {
      summary: 'temporary_key_pair_type requires either rsa or ed25519 as its value',
      detail: 'AWS makes no other key pairs.',
    });
  }
  if (config.temporary_key_pair_bits !== undefined) {
    complain('temporary_key_pair_bits', {
      severity: 'warning',
      summary: 'AWS decides how large the key is',
      detail: '"temporary_key_pair_bits" has no effect here. Leave it out.',
    });
  }
  if (config.ssh_keypair_name && !config.ssh_private_key_file && !config.ssh_agent_auth) {
    const isWindows = config.communicator === 'winrm';
    if (isWindows && config.winrm_password) return;
    complain('ssh_keypair_name', {
      summary: isWindows
        ? 'The key that decrypts the password is missing'
        : 'The key to log in with is missing',
      detail: isWindows
        ? 'Set "ssh_private_key_file" to the private key of the pair, or set "winrm_password".'
        : 'Set "ssh_private_key_file" to the private key of the pair, or "ssh_agent_auth = true".',
    });
  }
  const hasProfile =
    config.iam_instance_profile ||
    config.temporary_iam_instance_profile_policy_document !== undefined;
  if (usesSession(config) && !hasProfile) {
    complain('ssh_interface', {
      summary: 'no iam_instance_profile defined; session_manager needs one',
      detail:
        'The instance must be allowed what the managed policy AmazonSSMManagedInstanceCore allows: set "iam_instance_profile", or "temporary_iam_instance_profile_policy_document".',
    });
  }
}

function checkNetwork(config: RunConfig, complain: Complain): void {
  if (config.security_group_id && config.security_group_ids?.length) {
    complain('security_group_ids', {
      summary: 'Only one of security_group_id or security_group_ids can be specified',
    });
  }
  for (const cidr of config.temporary_security_group_source_cidrs ?? []) {
    if (isCidr(cidr)) continue;
    complain('temporary_security_group_source_cidrs', {
      summary: `"${cidr}" is not a block of addresses`,
      detail: 'Write ADDRESS/BITS, such as "203.0.113.7/32" or "2001:db8::/32".',
    });
  }
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...more] = text.split('/');
  const version = isIP(address);
  return (
    version !== 0 &&
    /^\d{1,3}$/.test(bits) &&
    Number(bits) <= (version === 4 ? 32 : 128) &&
    more.length === 0
  );
}

const burstable = /^t(2|3a?|4g)\./;

/** Whether the type earns credits for going faster than its base. */
export function isBurstable({ instance_type = '' }: Pick<RunConfig, 'instance_type'>): boolean {
  return burstable.test(instance_type);
}

function checkInstance(config: RunConfig, complain: Complain): void {
  const { instance_type: type = '', metadata_options: metadata, placement } = config;
  if (type === '' && !config.spot_instance_types?.length) {
    complain(undefined, {
      summary: 'either instance_type or spot_instance_types must be specified',
    });
  }
  if ((config.enable_unlimited_credits || config.enable_t2_unlimited) && !isBurstable(config)) {
    complain('enable_unlimited_credits', {
      summary: `Type ${type} has no credits`,
      detail: 'Unlimited credits are for the burstable types: t2, t3, t3a and t4g.',
    });
  }
  if (config.enable_nitro_enclave && type.startsWith('t')) {
    complain('enable_nitro_enclave', {
      summary: `Type ${type} cannot have Nitro enclaves`,
      detail: 'Burstable types cannot. Choose another "instance_type".',
    });
  }
  const hops = metadata?.http_put_response_hop_limit ?? 1;
  if (hops < 1 || hops > 64) {
    complain('metadata_options.0.http_put_response_hop_limit', {
      summary: 'http_put_response_hop_limit requires a number between 1 and 64',
    });
  }
  if (placement?.tenancy && config.tenancy) {
    complain('tenancy', {
      summary: 'Tenancy is set twice',
      detail: 'Keep the one in "placement"; "tenancy" is deprecated.',
    });
  }
  if (placement?.host_id && placement.host_resource_group_arn) {
    complain('placement.0.host_id', {
      summary: 'Two places for one instance',
      detail: 'Set "host_id" or "host_resource_group_arn", not both.',
    });
  }
}

function checkSpot(config: RunConfig, complain: Complain): void {
  const { instance_type: type, spot_instance_types: types = [] } = config;
  if (type && types.length > 0) {
    complain('spot_instance_types', {
      summary: 'either instance_type or spot_instance_types must be specified, not both',
    });
  }
  if (isSpot(config)) {
    if (config.enable_nitro_enclave) {
      complain('enable_nitro_enclave', {
        summary: 'Spot instances cannot have Nitro enclaves',
        detail: 'Leave out "enable_nitro_enclave" or "spot_price".',
      });
    }
    return;
  }
  const only = ['spot_instance_types', 'spot_tags', 'spot_tag', 'fleet_tags', 'fleet_tag'] as const;
  for (const option of only) {
    if (Object.keys(config[option] ?? {}).length === 0) continue;
    complain(option, {
      summary: `${option} is for spot instances`,
      detail: 'Set "spot_price" to "auto" or to a price, or leave it out.',
    });
  }
}

function checkReservation(config: RunConfig, complain: Complain): void {
  const preference = config.capacity_reservation_preference ?? '';
  const targets = (['capacity_reservation_id', 'capacity_reservation_group_arn'] as const).filter(
    (option) => config[option],
  );
  if (!['', 'none', 'open'].includes(preference)) {
    complain('capacity_reservation_preference', {
      summary: "capacity_reservation_preference only accepts 'none' or 'open' values",
    });
  }
  const set = [...targets, ...(preference ? ['capacity_reservation_preference'] : [])];
  if (set.length > 1) {
    complain(set[1], {
      summary: 'More than one way to choose a capacity reservation',
      detail: `Here ${set.map((option) => `"${option}"`).join(' and ')} are set. Keep one.`,
    });
  }
}

async function checkUserData(config: RunConfig, complain: Complain): Promise<void> {
  const { user_data, user_data_file: file } = config;
  if (user_data && file) {
    complain('user_data_file', {
      summary: 'Only one of user_data or user_data_file can be specified',
    });
  } else if (file && !(await stat(file).catch(() => undefined))?.isFile()) {
    complain('user_data_file', {
      summary: 'No such file',
      detail: `"${file}" is not a file. Relative paths start at the working folder.`,
    });
  }
}

/** It is switched on and off while the instance is stopped, and spot instances are not. */
export function checkNetworking(
  config: Pick<RunConfig, 'spot_price'> & NetworkingConfig,
  complain: Complain,
): void {
  if (!isSpot(config)) return;
  for (const option of ['ena_support', 'sriov_support'] as const) {
    if (!config[option]) continue;
    complain(option, {
      summary: `Spot instances cannot be changed for ${option}`,
      detail: 'Start from an image that has it already, or on demand.',
    });
  }
}

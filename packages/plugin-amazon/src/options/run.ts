import {
  block,
  blocks,
  bool,
  type ConfigSchema,
  communicatorOptions,
  duration,
  type Infer,
  number,
  string,
  stringMap,
  strings,
} from '@bake/plugin-sdk';
import { tagBlocks, tagMap } from './tags.ts';

const filterOptions = {
  filters: stringMap('What it must be like, as in the API of AWS; several values by commas.', {
    example: '{ "tag:Class" = "build" }',
  }),
  filter: blocks('One of `filters`.', {
    name: string('Name of the filter.', { required: true }),
    value: string('Value of the filter.', { required: true }),
  }),
};

/** How to find an image. */
export const imageFilterOptions = {
  filters: stringMap('What it must be like, as in the API of AWS; several values by commas.', {
    example: '{ name = "ubuntu/images/*" }',
  }),
  owners: strings('Whose image it must be: account IDs, `self`, `amazon`, `aws-marketplace`.'),
  most_recent: bool('Take the newest when there are several.', { default: false }),
  include_deprecated: bool('Deprecated images count, too.', { default: false }),
} satisfies ConfigSchema;

/** Decoded options of a filter for images. */
export type ImageFilter = Infer<typeof imageFilterOptions>;

/** Which image to start from. */
export const sourceAmiOptions = {
  source_ami: string(
    'ID of the image to start from, or `resolve:ssm:NAME` for the one that a parameter of Systems Manager names.',
    { example: '"ami-0123456789abcdef0"' },
  ),
  source_ami_filter: block('Finds the image to start from.', imageFilterOptions),
};

/** Where the instance runs, and who can reach it. */
const networkOptions = {
  vpc_id: string('VPC of the instance; that of the subnet, or the default one, without.'),
  vpc_filter: block('Finds the VPC; exactly one must match.', filterOptions),
  subnet_id: string('Subnet of the instance.'),
  subnet_filter: block('Finds the subnet.', {
    ...filterOptions,
    most_free: bool('Take the one with the most free addresses when there are several.', {
      default: false,
    }),
    random: bool('Take any when there are several.', { default: false }),
  }),
  availability_zone: string('Availability zone of the instance.'),
  associate_public_ip_address: bool(
    'Give it a public address, or none; as the subnet has it without. Looks for a subnet if none is named.',
  ),
  security_group_id: string('Security group of the instance, in place of a temporary one.'),
  security_group_ids: strings('Security groups of the instance, in place of a temporary one.'),
  security_group_filter: block('Finds the security groups.', filterOptions),
  temporary_security_group_source_cidrs: strings(
    'Who may connect by the temporary security group; `["0.0.0.0/0"]`, or `["::/0"]` with `ssh_interface = "ipv6"`, without.',
  ),
  temporary_security_group_source_public_ip: bool(
    'Only this machine may connect by the temporary security group: its public address is asked of `https://checkip.amazonaws.com`, or of `BAKE_PUBLIC_IP_URL`.',
    { default: false },
  ),
};

/** What the instance is. */
const instanceOptions = {
  instance_type: string('Type of the instance.', { example: '"t3.small"' }),
  ebs_optimized: bool('Give it a line of its own to its volumes.', { default: false }),
  enable_nitro_enclave: bool('Let it have Nitro enclaves.', { default: false }),
  enable_unlimited_credits: bool('Let a burstable type go on beyond its credits, for a charge.', {
    default: false,
  }),
  enable_t2_unlimited: bool('Old name of `enable_unlimited_credits`.', {
    deprecated: 'Use "enable_unlimited_credits" instead.',
  }),
  iam_instance_profile: string('Name of the instance profile to give it.'),
  skip_profile_validation: bool('Do not ask AWS (IAM) at the start whether there is such a one.', {
    default: false,
  }),
  temporary_iam_instance_profile_policy_document: block(
    'Makes an instance profile with this policy for the time of the build.',
    {
      Version: string('Version of the policy language.'),
      Statement: blocks('What is allowed or denied.', {
        Effect: string('`Allow` or `Deny`.'),
        Action: strings('Actions.'),
        Resource: strings('Resources.'),
      }),
    },
  ),
  shutdown_behavior: string('What becomes of it when it shuts itself down.', {
    oneOf: ['stop', 'terminate'],
    default: 'stop',
  }),
  disable_stop_instance: bool('Do not stop it; a provisioner shuts it down.', { default: false }),
  user_data: string('User data to start it with; encoded in base64 unless it is.'),
  user_data_file: string('File with the user data.'),
  metadata_options: block('How it gets at its metadata.', {
    http_endpoint: string('Whether it does.', {
      oneOf: ['enabled', 'disabled'],
      default: 'enabled',
    }),
    http_tokens: string('Whether it must use version 2.', {
      oneOf: ['optional', 'required'],
      default: 'optional',
    }),
    http_put_response_hop_limit: number('How many hops answers may go: 1 to 64.', { default: 1 }),
    instance_metadata_tags: string('Whether tags are among them.', {
      oneOf: ['enabled', 'disabled'],
      default: 'disabled',
    }),
  }),
  placement: block('Where it is put.', {
    host_resource_group_arn: string('Host resource group.'),
    host_id: string('Dedicated host.'),
    tenancy: string('Whether it shares its hardware.', { oneOf: ['default', 'dedicated', 'host'] }),
  }),
  tenancy: string('Old form of `tenancy` in `placement`.', {
    oneOf: ['default', 'dedicated', 'host'],
    deprecated: 'Use "tenancy" in the block "placement" instead.',
  }),
  capacity_reservation_preference: string(
    'Whether it may use a capacity reservation that fits: `open`, or `none` (the default).',
  ),
  capacity_reservation_id: string('Capacity reservation to use.'),
  capacity_reservation_group_arn: string('Resource group whose capacity reservations to use.'),
  license_specifications: blocks('Licence configurations to count it under.', {
    license_configuration_request: block('The licence configuration.', {
      license_configuration_arn: string('Its ARN.'),
    }),
  }),
  run_tags: tagMap(
    'Tags of the instance, its network interface, the temporary key pair and security group; and of the image and snapshots unless `skip_ami_run_tags` is set.',
  ),
  run_tag: tagBlocks('run_tags'),
};

const pastSpot = 'It has no effect: AWS has nothing like it any more. Leave it out.';

/** Spot instances, which AWS has to spare and may take back. */
const spotOptions = {
  spot_price: string(
    'Starts a spot instance for at most this price in dollars an hour; `auto` is the price on demand.',
    { example: '"auto"' },
  ),
  spot_instance_types: strings('Types to choose among, in place of `instance_type`.'),
  spot_allocation_strategy: string('How AWS chooses among types and zones.', {
    oneOf: [
      'lowest-price',
      'diversified',
      'capacity-optimized',
      'capacity-optimized-prioritized',
      'price-capacity-optimized',
    ],
  }),
  spot_tags: tagMap('Tags of the spot request and of the temporary launch template.'),
  spot_tag: tagBlocks('spot_tags'),
  fleet_tags: tagMap('Tags of the fleet that is made to get the spot instance.'),
  fleet_tag: tagBlocks('fleet_tags'),
  spot_price_auto_product: string('Of no meaning any more.', { deprecated: pastSpot }),
  block_duration_minutes: number('Of no meaning any more.', { deprecated: pastSpot }),
};

/** How to run the instance, in all builders that start one. */
export const runOptions = {
  ...sourceAmiOptions,
  ...instanceOptions,
  ...networkOptions,
  ...spotOptions,
  ...communicatorOptions,
  temporary_key_pair_type: string('Kind of the temporary key pair that AWS makes.', {
    oneOf: ['rsa', 'ecdsa', 'ed25519', 'dsa'],
    default: 'rsa',
  }),
  ssh_interface: string(
    'Which address to connect to; the public one, or else the private one, without. `session_manager` connects by a session of AWS Systems Manager.',
    { oneOf: ['public_ip', 'private_ip', 'public_dns', 'private_dns', 'ipv6', 'session_manager'] },
  ),
  pause_before_ssm: duration(
    'How long to wait before the session of `ssh_interface = "session_manager"`, beyond what it takes until the instance is known there.',
  ),
  session_manager_port: number(
    'Port on this machine that leads through the session; a free one without.',
  ),
  windows_password_timeout: duration('How long to wait for the password of Windows.', {
    default: 1_200_000,
  }),
} satisfies ConfigSchema;

/** Decoded run options. */
export type RunConfig = Infer<typeof runOptions>;

/** Whether the instance is one that AWS has to spare. */
export function isSpot({ spot_price: price }: Pick<RunConfig, 'spot_price'>): boolean {
  return Boolean(price) && price !== '0';
}

/** Whether the connection goes through a session of Systems Manager. */
export function usesSession({ ssh_interface: kind }: Pick<RunConfig, 'ssh_interface'>): boolean {
  return kind === 'session_manager';
}

/** The port that the instance is connected to; none without a connection. */
export function portOf(config: RunConfig): number | undefined {
  if (config.communicator === 'none') return undefined;
  if (config.communicator !== 'winrm') return config.ssh_port;
  return config.winrm_port ?? (config.winrm_use_ssl ? 5986 : 5985);
}

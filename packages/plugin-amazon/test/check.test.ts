import { complaintsOf } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import chroot from '../src/chroot/component.ts';
import ebs from '../src/ebs/component.ts';
import surrogate from '../src/ebssurrogate/component.ts';
import ebsVolume from '../src/ebsvolume/component.ts';
import amazonImport from '../src/import/component.ts';
import amazonInstance from '../src/instance/component.ts';
import { decoded } from './decode.ts';

type Given = Readonly<Record<string, unknown>>;

const plain = {
  ami_name: 'web-1',
  source_ami: 'ami-1',
  instance_type: 'm5.large',
  region: 'eu-west-1',
};
const device = { device_name: '/dev/sdf' };
const encrypted = { encrypt_boot: true };

test.each<[string, Given, readonly RegExp[]]>([
  ['nothing to complain of', {}, []],
  ['half a pair of keys', { access_key: 'a' }, [/^access_key: Half a pair/]],
  ['the other half', { secret_key: 'a' }, [/^secret_key: Half a pair/]],
  ['no role', { assume_role: {} }, [/^assume_role: Which role/]],
  [
    'waiting less than not',
    { aws_polling: { max_attempts: -1, delay_seconds: -1 } },
    [/^aws_polling.0.max/, /^aws_polling.0.delay/],
  ],
  ['a short name', { ami_name: 'ab' }, [/^ami_name: ami_name must be between 3 and 128/]],
  ['a name with a colon', { ami_name: 'a:bc' }, [/^ami_name: ami_name has characters/]],
  [
    'no source',
    { source_ami: undefined },
    [/^-: A source_ami or source_ami_filter must be specified/],
  ],
  [
    'a filter without an owner',
    { source_ami: undefined, source_ami_filter: { filters: { name: 'x' } } },
    [/^source_ami_filter: For security reasons/],
  ],
  [
    'a filter of an owner alone',
    { source_ami: undefined, source_ami_filter: { owners: ['self'] } },
    [],
  ],
  ['no type', { instance_type: undefined }, [/^-: either instance_type or/]],
  [
    'a key without encryption',
    { kms_key_id: 'alias/a' },
    [/^kms_key_id: A key needs encrypt_boot/],
  ],
  [
    'no key',
    { ...encrypted, kms_key_id: 'hello' },
    [/^kms_key_id: "hello" is not a valid KMS key ID/],
  ],
  ...[
    'alias/a',
    '12345678-1234-1234-1234-123456789012',
    'mrk-12345678901234567890123456789012',
    'arn:aws-cn:kms:cn-north-1:123456789012:alias/a',
    'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012',
  ].map((key): [string, Given, readonly RegExp[]] => [key, { ...encrypted, kms_key_id: key }, []]),
  [
    'a key of a region without a copy',
    { ...encrypted, region_kms_key_ids: { 'eu-north-1': 'alias/a' } },
    [/^region_kms_key_ids: Region eu-north-1/],
  ],
  [
    'a copy without a key',
    {
      ...encrypted,
      ami_regions: ['eu-north-1', 'us-east-1'],
      region_kms_key_ids: { 'us-east-1': 'alias/a' },
    },
    [/^ami_regions: Region eu-north-1/],
  ],
  [
    'sharing what only we can read',
    { ...encrypted, ami_users: ['1'] },
    [/^ami_users: Cannot share/],
  ],
  [
    'sharing such snapshots',
    { ...encrypted, snapshot_users: ['1'] },
    [/^snapshot_users: Cannot share/],
  ],
  ['sharing with a key of ours', { ...encrypted, ami_users: ['1'], kms_key_id: 'alias/a' }, []],
  ['another kind of metadata', { imds_support: 'v1.0' }, [/^imds_support/]],
  ['no time', { deprecate_at: 'tomorrow' }, [/^deprecate_at: deprecate_at is not a time/]],
  ['an odd duration', { snapshot_copy_duration_minutes: 20 }, [/^snapshot_copy_duration_minutes/]],
  [
    'DSA',
    { temporary_key_pair_type: 'dsa' },
    [/^temporary_key_pair_type: temporary_key_pair_type requires either rsa or ed25519/],
  ],
  [
    'a size of the key',
    { temporary_key_pair_bits: 4096 },
    [/^temporary_key_pair_bits: AWS decides/],
  ],
  [
    'a key pair without its key',
    { ssh_keypair_name: 'x' },
    [/^ssh_keypair_name: The key to log in with is missing/],
  ],
  ['a key pair in the agent', { ssh_keypair_name: 'x', ssh_agent_auth: true }, []],
  ['a session', { ssh_interface: 'session_manager' }, [/^ssh_interface: no iam_instance_profile/]],
  ['Vault without a role', { vault_aws_engine: {} }, [/^vault_aws_engine: Which credentials/]],
  [
    'Vault and keys',
    { vault_aws_engine: { name: 'x' }, access_key: 'a', secret_key: 'b' },
    [/^vault_aws_engine: Two sources/],
  ],
  [
    'fast launch of nowhere',
    {
      fast_launch: {
        template_id: 'lt-1',
        template_name: 'n',
        max_parallel_launches: 5,
        region_launch_templates: [{ region: 'eu-north-1', template_version: 2 }],
      },
    },
    [
      /^fast_launch.0.template_name: A launch template is named twice/,
      /template_version: Which launch template/,
      /region: The image is not made in eu-north-1/,
      /^fast_launch.0.max_parallel_launches: max_parallel_launches must be at least 6/,
    ],
  ],
  [
    'groups twice',
    { security_group_id: 'a', security_group_ids: ['b'] },
    [/^security_group_ids: Only one/],
  ],
  [
    'no blocks of addresses',
    { temporary_security_group_source_cidrs: ['1.2.3.4', '1.2.3.4/33', '::/0'] },
    [/"1.2.3.4" is/, /"1.2.3.4\/33" is/],
  ],
  [
    'credits of a type without',
    { enable_unlimited_credits: true },
    [/^enable_unlimited_credits: Type m5.large/],
  ],
  [
    'enclaves on a burstable type',
    { enable_nitro_enclave: true, instance_type: 't3.micro' },
    [/^enable_nitro_enclave: Type t3.micro/],
  ],
  [
    'too many hops',
    { metadata_options: { http_put_response_hop_limit: 65 } },
    [/^metadata_options.0.http_put_response_hop_limit/],
  ],
  [
    'tenancy twice',
    { tenancy: 'host', placement: { tenancy: 'host' } },
    [/^tenancy: Tenancy is set twice/],
  ],
  [
    'two hosts',
    { placement: { host_id: 'h', host_resource_group_arn: 'a' } },
    [/^placement.0.host_id: Two places/],
  ],
  [
    'two reservations',
    { capacity_reservation_id: 'a', capacity_reservation_group_arn: 'b' },
    [/^capacity_reservation_group_arn: More than one/],
  ],
  [
    'a reservation and a preference',
    { capacity_reservation_id: 'a', capacity_reservation_preference: 'open' },
    [/^capacity_reservation_preference: More than one/],
  ],
  [
    'another preference',
    { capacity_reservation_preference: 'any' },
    [/^capacity_reservation_preference: capacity_reservation_preference only accepts/],
  ],
  ['user data twice', { user_data: 'a', user_data_file: 'b' }, [/^user_data_file: Only one/]],
  ['no file of user data', { user_data_file: '/no/where' }, [/^user_data_file: No such file/]],
  ['a broken template', { tags: { a: '{{ .SourceAMI' } }, [/^tags: ./]],
  ['a broken template in a key', { tags: { '{{ .SourceAMI': 'a' } }, [/^tags: ./]],
  [
    'broken templates in blocks',
    {
      spot_price: 'auto',
      tag: [
        { key: 'A', value: 'b' },
        { key: '{{ nope }}', value: 'b' },
      ],
      run_volume_tag: [{ name: 'A', value: '{{ nope }}' }],
      spot_tag: [{ key: 'A', value: '{{ nope }}' }],
      fleet_tag: [{ key: 'A', value: '{{ nope }}' }],
    },
    [/^tag\.1\.key: ./, /^run_volume_tag\.0\.value: ./, /^spot_tag\.0\.value: ./, /^fleet_tag/],
  ],
  ['a cleaned name', { tags: { a: '{{ .SourceAMI | clean_resource_name }}' } }, []],
  [
    'a device that is not encrypted',
    { launch_block_device_mappings: [{ ...device, encrypted: false, kms_key_id: 'alias/a' }] },
    [/^launch_block_device_mappings.0.kms_key_id/],
  ],
  [
    'too fast for its size',
    { ami_block_device_mappings: [{ ...device, volume_type: 'io1', volume_size: 4, iops: 300 }] },
    [/^ami_block_device_mappings.0.iops/],
  ],
  [
    'too slow',
    { ami_block_device_mappings: [{ ...device, volume_type: 'gp3', iops: 300, throughput: 100 }] },
    [/.0.iops/, /.0.throughput/],
  ],
  [
    'throughput of gp2',
    { ami_block_device_mappings: [{ ...device, volume_type: 'gp2', throughput: 200 }] },
    [/.0.throughput/],
  ],
  [
    'both kinds of types',
    { spot_price: 'auto', spot_instance_types: ['c5.large'] },
    [/^spot_instance_types: either/],
  ],
  [
    'spot without a price',
    { spot_tags: { a: 'b' }, fleet_tags: { a: 'b' }, spot_price: '0' },
    [/^spot_tags: spot_tags is for/, /^fleet_tags: fleet_tags is for/],
  ],
  [
    'what spot instances cannot do',
    { spot_price: 'auto', ena_support: true, sriov_support: true, enable_nitro_enclave: true },
    [/^ena_support: Spot/, /^sriov_support: Spot/, /^enable_nitro_enclave: Spot/],
  ],
])('%s', async (_, set, expected) => {
  const config = decoded(ebs.config, { ...plain, ...set });
  const complaints = await complaintsOf((complain) => ebs.check?.(config, complain));
  expect(complaints.length).toBe(expected.length);
  for (const [index, pattern] of expected.entries()) expect(complaints[index]).toMatch(pattern);
});

const surrogatePlain = {
  ...plain,
  ami_virtualization_type: 'hvm',
  launch_block_device_mappings: [{ device_name: '/dev/sdf' }],
  ami_root_device: { source_device_name: '/dev/sdf', device_name: '/dev/xvda' },
};

test.each<[string, Given, readonly RegExp[]]>([
  ['nothing to complain of', {}, []],
  [
    'a root that is not launched',
    { ami_root_device: { source_device_name: '/dev/sdx', device_name: '/dev/xvda' } },
    [/^ami_root_device.0.source_device_name: no volume with name '\/dev\/sdx'/],
  ],
  [
    'a root that is omitted',
    { launch_block_device_mappings: [{ device_name: '/dev/sdf', omit_from_artifact: true }] },
    [/^launch_block_device_mappings.0.omit_from_artifact: The root/],
  ],
  ['variables of UEFI without it', { uefi_data: 'AAAA' }, [/^uefi_data: UEFI has no part/]],
  ['variables of UEFI on arm', { uefi_data: 'AAAA', ami_architecture: 'arm64' }, []],
  ['what all builders of images check', { ami_name: 'x' }, [/^ami_name: ami_name must be/]],
])('amazon-ebssurrogate: %s', async (_, set, expected) => {
  const config = decoded(surrogate.config, { ...surrogatePlain, ...set });
  const complaints = await complaintsOf((complain) => surrogate.check?.(config, complain));
  expect(complaints.length).toBe(expected.length);
  for (const [index, pattern] of expected.entries()) expect(complaints[index]).toMatch(pattern);
});

test.each<[string, Given, readonly RegExp[]]>([
  ['nothing to complain of', { ebs_volumes: [device] }, []],
  [
    'what is said of a snapshot that is not made',
    { ebs_volumes: [{ ...device, snapshot_description: 'x', snapshot_users: ['1'] }] },
    [
      /^ebs_volumes.0.snapshot_description: snapshot_description is/,
      /^ebs_volumes.0.snapshot_users/,
    ],
  ],
  [
    'too much throughput',
    { ebs_volumes: [{ ...device, volume_type: 'gp3', throughput: 9999 }] },
    [/^ebs_volumes.0.throughput/],
  ],
  [
    'broken templates of tags',
    {
      run_volume_tag: [{ key: 'A', value: '{{ nope }}' }],
      ebs_volumes: [
        { ...device, snapshot_volume: true, snapshot_tag: [{ key: '{{ nope }}', value: 'a' }] },
      ],
    },
    [/^run_volume_tag\.0\.value: ./, /^ebs_volumes\.0\.snapshot_tag\.0\.key: ./],
  ],
])('amazon-ebsvolume: %s', async (_, set, expected) => {
  const { ami_name: _name, ...others } = plain;
  const config = decoded(ebsVolume.config, { ...others, ...set });
  const complaints = await complaintsOf((complain) => ebsVolume.check?.(config, complain));
  expect(complaints.length).toBe(expected.length);
  for (const [index, pattern] of expected.entries()) expect(complaints[index]).toMatch(pattern);
});

const scratchRoot = {
  root_device_name: '/dev/xvda',
  ami_block_device_mappings: [{ device_name: '/dev/xvda' }],
};

test.each<[string, Given, readonly RegExp[]]>([
  ['an image', { source_ami: 'ami-1' }, []],
  ['no image', {}, [/^-: A source_ami or source_ami_filter/]],
  [
    'nothing said of an empty volume',
    { from_scratch: true },
    [
      /root_volume_size is required/,
      /pre_mount_commands is required/,
      /ami_virtualization_type is required/,
      /root_device_name is required/,
      /ami_block_device_mappings is required/,
    ],
  ],
  [
    'an empty volume and an image',
    {
      ...scratchRoot,
      from_scratch: true,
      source_ami: 'ami-1',
      root_volume_size: 1,
      pre_mount_commands: ['mkfs {{.Device}}'],
      ami_virtualization_type: 'hvm',
    },
    [/^source_ami: source_ami is unused/],
  ],
  [
    'a root that is no device',
    { source_ami: 'ami-1', ...scratchRoot, root_device_name: '/dev/sda1' },
    [/^root_device_name: No block device is called/],
  ],
  [
    'mounts and keys',
    {
      source_ami: 'ami-1',
      chroot_mounts: [['bind', '/dev']],
      mount_partition: 'one',
      root_volume_kms_key_id: 'x',
      command_wrapper: '{{.Command',
    },
    [
      /^root_volume_kms_key_id: A key needs/,
      /^root_volume_kms_key_id: "x" is not a valid/,
      /^chroot_mounts: Each of chroot_mounts/,
      /^mount_partition: mount_partition is a number/,
      /^command_wrapper: /,
    ],
  ],
])('amazon-chroot: %s', async (_, set, expected) => {
  const config = decoded(chroot.config, { ami_name: 'web-1', region: 'eu-west-1', ...set });
  const complaints = await complaintsOf((complain) => chroot.check?.(config, complain));
  expect(complaints).toEqual(expected.map((one) => expect.stringMatching(one)));
});

test('amazon-instance wants account, bucket, certificate and key', async () => {
  const config = decoded(amazonInstance.config, {
    ...plain,
    account_id: 'me',
    s3_bucket: '',
    x509_cert_path: '/no/cert',
    x509_key_path: '/no/key',
  });
  expect(await complaintsOf((complain) => amazonInstance.check?.(config, complain))).toEqual([
    expect.stringMatching(/^account_id: /),
    expect.stringMatching(/^s3_bucket: /),
    expect.stringMatching(/^x509_cert_path: x509_cert_path points to no file/),
    expect.stringMatching(/^x509_key_path: x509_key_path points to no file/),
  ]);
});

test.each<[string, Given, readonly RegExp[]]>([
  ['a bucket', {}, []],
  [
    'keys without encryption',
    { s3_encryption_key: 'k', ami_kms_key: 'alias/a', ami_name: 'a' },
    [/^ami_name: /, /^s3_encryption_key: /, /^ami_kms_key: A key needs/],
  ],
  [
    'what does not boot',
    { architecture: 'arm64', boot_mode: 'legacy-bios', platform: 'windows', imds_support: 'v3' },
    [/^boot_mode: /, /^platform: /, /^imds_support: /],
  ],
])('amazon-import: %s', async (_, set, expected) => {
  const config = decoded(amazonImport.config, { s3_bucket_name: 'b', ...set });
  const complaints = await complaintsOf((complain) => amazonImport.check?.(config, complain));
  expect(complaints).toEqual(expected.map((one) => expect.stringMatching(one)));
});

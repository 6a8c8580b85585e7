import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Builder,
  type ConfigSchema,
  communicatorOptions,
  withDefaults,
} from '@bake/plugin-sdk';
import { localCertificate } from '@bake/plugin-sdk/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import { paceOf } from '../src/aws/wait.ts';
import ebs from '../src/ebs/component.ts';
import surrogate from '../src/ebssurrogate/component.ts';
import ebsVolume from '../src/ebsvolume/component.ts';
import { decoded } from './decode.ts';
import { Ec2Server } from './ec2-server.ts';
import { type BuildSettings, config, type Outcome, runBuild, runBuilder } from './test-build.ts';
import { Fault, pair } from './world.ts';

/** The first one loads AWS's SDK. */
jest.setTimeout(60_000);

type Given = Readonly<Record<string, unknown>>;
type Params = Readonly<Record<string, string | undefined>>;

/** What a build did: its outcome, and the server that it called. */
interface Seen extends Outcome {
  readonly server: Ec2Server;
}

/** How an option shows: in a call with these parameters (`undefined`: without), or as a function checks. */
type Effect = readonly [action: string, params: Params] | ((seen: Seen) => void);

interface Row {
  /** Options that the row shows, a nested one by its path. */
  readonly shows: string | readonly string[];
  readonly set: Given | ((server: Ec2Server) => Given);
  readonly effect: Effect;
  readonly env?: (server: Ec2Server) => Readonly<Record<string, string | undefined>>;
  readonly prepare?: (server: Ec2Server) => void;
  readonly settings?: BuildSettings;
  /** The build is to fail. */
  readonly fails?: RegExp;
}

const folder = mkdtempSync(join(tmpdir(), 'bake-amazon-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

const key = 'arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012';
const noKeys = { access_key: undefined, secret_key: undefined };
const noEndpoint = { custom_endpoint_ec2: undefined };
const sts = ({ address }: Ec2Server) => ({ AWS_ENDPOINT_URL_STS: address });
const profiles = () =>
  file(
    'credentials',
    '[build]\naws_access_key_id = profile-key\naws_secret_access_key = s\n' +
      '[mfa]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = build\nmfa_serial = device-1\n',
  );

const access: readonly Row[] = [
  {
    shows: ['access_key', 'custom_endpoint_ec2'],
    set: { access_key: 'AKIA1' },
    effect: ({ server }) =>
      expect(new Set(server.calls.map((call) => call.key))).toEqual(new Set(['AKIA1'])),
  },
  {
    shows: 'secret_key',
    set: { secret_key: 'hush' },
    effect: ({ test: { secrets } }) => expect(secrets).toContain('hush'),
  },
  {
    shows: 'token',
    set: { token: 'tok' },
    effect: ({ server }) => expect(server.calls[0]?.token).toBe('tok'),
  },
  {
    shows: ['profile', 'shared_credentials_file'],
    set: () => ({ ...noKeys, profile: 'build', shared_credentials_file: profiles() }),
    effect: ({ server }) => expect(server.calls[0]?.key).toBe('profile-key'),
  },
  {
    shows: 'mfa_code',
    set: () => ({
      ...noKeys,
      profile: 'mfa',
      shared_credentials_file: profiles(),
      mfa_code: '123456',
    }),
    env: sts,
    effect: ['AssumeRole', { SerialNumber: 'device-1', TokenCode: '123456' }],
  },
  {
    shows: Object.keys(ebs.config.assume_role.body ?? {}).map((name) => `assume_role.${name}`),
    set: {
      assume_role: {
        role_arn: 'arn:aws:iam::1:role/builder',
        duration_seconds: 1800,
        external_id: 'ext',
        policy: '{}',
        policy_arns: ['arn:policy'],
        session_name: 'nightly',
        tags: { a: 'b' },
        transitive_tag_keys: ['a'],
      },
    },
    env: sts,
    effect: (seen) => {
      expectCall(seen, 'AssumeRole', {
        RoleArn: 'arn:aws:iam::1:role/builder',
        DurationSeconds: '1800',
        ExternalId: 'ext',
        Policy: '{}',
        'PolicyArns.member.1.arn': 'arn:policy',
        RoleSessionName: 'nightly',
        'Tags.member.1.Key': 'a',
        'TransitiveTagKeys.member.1': 'a',
      });
      expect(seen.server.of('RunInstances')[0]?.key).toBe('role-key');
      expect(seen.test.secrets).toEqual(expect.arrayContaining(['role-secret', 'role-token']));
    },
  },
  {
    shows: 'region',
    set: { region: 'us-east-1' },
    effect: ({ server }) => expect(server.of('RunInstances')[0]?.region).toBe('us-east-1'),
  },
  {
    shows: 'max_retries',
    set: { max_retries: 1 },
    prepare: (server) => {
      server.conduct = () => 'cut-before';
    },
    fails: /AWS cannot be reached for Describe/,
    effect: ({ server }) => expect(server.calls).toHaveLength(2),
  },
  {
    shows: 'skip_credential_validation',
    set: { ...noEndpoint, skip_credential_validation: true },
    env: (server) => ({ ...sts(server), AWS_ENDPOINT_URL_EC2: server.address }),
    effect: ({ server }) => expect(server.of('GetCallerIdentity')).toHaveLength(0),
  },
  {
    shows: 'skip_metadata_api_check',
    set: { ...noKeys, skip_metadata_api_check: true },
    env: (server) => ({
      AWS_EC2_METADATA_DISABLED: undefined,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: server.address,
    }),
    fails: /There are no credentials for AWS/,
    effect: ({ server }) => expect(server.calls).toEqual([]),
  },
  {
    shows: 'decode_authorization_messages',
    set: { decode_authorization_messages: true },
    env: sts,
    prepare: (server) => {
      server.overrides.set('RunInstances', () => {
        throw new Fault(
          'UnauthorizedOperation',
          'No. Encoded authorization failure message: abc',
          403,
        );
      });
    },
    fails: /AWS refused RunInstances in eu-central-1: UnauthorizedOperation: No\./,
    effect: (seen) => {
      expectCall(seen, 'DecodeAuthorizationMessage', { EncodedMessage: 'abc' });
      expect(seen.failure).toMatchObject({
        detail: expect.stringContaining('"missing":"ec2:RunInstances"'),
      });
    },
  },
  {
    shows: 'aws_polling.max_attempts',
    set: { aws_polling: { max_attempts: 2, delay_seconds: 0.01 } },
    prepare: ({ world }) => {
      world.slowness = 1000;
      world.answer = limited(world);
    },
    fails: /Instance i-\d+ is still pending/,
    effect: ({ server }) => expect(server.of('DescribeInstances').length).toBeGreaterThanOrEqual(2),
  },
  {
    shows: 'aws_polling.delay_seconds',
    set: {},
    effect: () =>
      expect(paceOf({ aws_polling: { delay_seconds: 7, max_attempts: 0 } })).toEqual({
        delay: 7000,
      }),
  },
];

/** A slow cloud that is quick when it comes to ending. */
function limited(world: Ec2Server['world']): Ec2Server['world']['answer'] {
  const answer = world.answer.bind(world);
  return (call) => {
    if (call.action === 'TerminateInstances') world.slowness = 0;
    return answer(call);
  };
}

const existing = ({ world }: Ec2Server): void => {
  world.snapshots.add('snap-before');
  world.images.set('ami-before', {
    name: 'web-1',
    region: 'eu-central-1',
    origin: ['sourceInstanceId', 'i-before'],
    snapshots: ['snap-before'],
    looks: 0,
  });
};

const image: readonly Row[] = [
  { shows: 'ami_name', set: { ami_name: 'other' }, effect: ['CreateImage', { Name: 'other' }] },
  {
    shows: 'ami_description',
    set: { ami_description: 'of {{ .SourceAMI }}' },
    effect: ['ModifyImageAttribute', { 'Description.Value': 'of ami-new' }],
  },
  {
    shows: 'ami_virtualization_type',
    set: { ami_virtualization_type: 'hvm' },
    effect: [
      'DescribeImages',
      { 'Filter.1.Name': 'virtualization-type', 'Filter.1.Value.1': 'hvm' },
    ],
  },
  {
    shows: 'ami_users',
    set: { ami_users: ['1', '2'] },
    effect: ['ModifyImageAttribute', { 'LaunchPermission.Add.2.UserId': '2' }],
  },
  {
    shows: 'ami_groups',
    set: { ami_groups: ['all'] },
    effect: ['ModifyImageAttribute', { 'LaunchPermission.Add.1.Group': 'all' }],
  },
  {
    shows: 'ami_org_arns',
    set: { ami_org_arns: ['o'] },
    effect: ['ModifyImageAttribute', { 'LaunchPermission.Add.1.OrganizationArn': 'o' }],
  },
  {
    shows: 'ami_ou_arns',
    set: { ami_ou_arns: ['u'] },
    effect: ['ModifyImageAttribute', { 'LaunchPermission.Add.1.OrganizationalUnitArn': 'u' }],
  },
  {
    shows: 'ami_product_codes',
    set: { ami_product_codes: ['p'] },
    effect: ['ModifyImageAttribute', { 'ProductCode.1': 'p' }],
  },
  {
    shows: 'ami_regions',
    set: { ami_regions: ['eu-west-1', 'us-east-1', 'eu-central-1'] },
    effect: ({ server, artifact }) => {
      const copies = server.of('CopyImage');
      expect(copies.map(({ region }) => region).toSorted()).toEqual(['eu-west-1', 'us-east-1']);
      for (const { params } of copies) {
        expect(params).toMatchObject({
          SourceRegion: 'eu-central-1',
          Name: 'web-1',
          CopyImageTags: 'true',
          ClientToken: expect.stringMatching(/^[\w-]{36}$/),
        });
        expect(params).not.toHaveProperty('Encrypted');
      }
      expect(artifact?.id).toMatch(/^eu-central-1:ami-\d+,eu-west-1:ami-\d+,us-east-1:ami-\d+$/);
    },
  },
  {
    shows: 'skip_region_validation',
    set: { skip_region_validation: true },
    effect: ({ server }) => expect(server.of('DescribeRegions')).toEqual([]),
  },
  {
    shows: 'snapshot_copy_duration_minutes',
    set: { ami_regions: ['eu-west-1'], snapshot_copy_duration_minutes: 30 },
    effect: ['CopyImage', { SnapshotCopyCompletionDurationMinutes: '30' }],
  },
  ...(['tags', 'tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'tag' ? ['tag.key', 'tag.value'] : shows,
      set: {
        [shows]:
          shows === 'tag'
            ? [{ key: 'From', value: '{{ .SourceAMIName }}' }]
            : { From: '{{ .SourceAMIName }}' },
      },
      effect: [
        'CreateTags',
        {
          'ResourceId.1': expectAny('ami'),
          'ResourceId.2': expectAny('snap'),
          'Tag.1.Key': 'From',
          'Tag.1.Value': 'ubuntu-2',
        },
      ],
    }),
  ),
  ...(['snapshot_tags', 'snapshot_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'snapshot_tag' ? ['snapshot_tag.key', 'snapshot_tag.value'] : shows,
      set: {
        [shows]:
          shows === 'snapshot_tag'
            ? [{ key: 'R', value: '{{ .SourceAMITags.Release }}' }]
            : { R: '{{ .SourceAMITags.Release }}' },
      },
      effect: ({ server }) => {
        const [call] = server.of('CreateTags');
        const resources = Object.entries(call?.params ?? {}).filter(([name]) =>
          name.startsWith('ResourceId.'),
        );
        expect(new Set(resources.map(([, id]) => id.split('-')[0]))).toEqual(new Set(['snap']));
        expect(call?.params).toMatchObject({ 'Tag.1.Key': 'R', 'Tag.1.Value': 'ubuntu-2' });
      },
    }),
  ),
  {
    shows: 'ena_support',
    set: { ena_support: false },
    effect: ['ModifyInstanceAttribute', { 'EnaSupport.Value': 'false' }],
  },
  {
    shows: 'sriov_support',
    set: { sriov_support: true },
    effect: ['ModifyInstanceAttribute', { 'SriovNetSupport.Value': 'simple' }],
  },
  {
    shows: 'force_deregister',
    set: { force_deregister: true },
    prepare: existing,
    effect: (seen) => {
      expectCall(seen, 'DeregisterImage', { ImageId: 'ami-before' });
      expect(seen.server.world.snapshots).toContain('snap-before');
    },
  },
  {
    shows: 'force_delete_snapshot',
    set: { force_deregister: true, force_delete_snapshot: true },
    prepare: existing,
    effect: ['DeleteSnapshot', { SnapshotId: 'snap-before' }],
  },
  {
    shows: ['encrypt_boot', 'kms_key_id'],
    set: { encrypt_boot: true, kms_key_id: key },
    effect: (seen) => {
      expectCall(seen, 'CopyImage', {
        Encrypted: 'true',
        KmsKeyId: key,
        Name: 'web-1',
        SourceRegion: 'eu-central-1',
      });
      expect(seen.server.of(firstAction(seen))[0]?.params['Name']).toMatch(/^bake-/);
      expect(seen.server.world.images.size).toBe(1);
      expect(seen.server.world.snapshots.size).toBe(1);
    },
  },
  {
    shows: 'region_kms_key_ids',
    set: {
      encrypt_boot: true,
      ami_regions: ['eu-west-1', 'us-east-1'],
      region_kms_key_ids: { 'eu-west-1': 'alias/west', 'us-east-1': '' },
    },
    effect: ({ server }) =>
      expect(
        Object.fromEntries(
          server.of('CopyImage').map(({ region, params }) => [region, params['KmsKeyId']]),
        ),
      ).toEqual({
        'eu-central-1': undefined,
        'eu-west-1': 'alias/west',
        'us-east-1': undefined,
      }),
  },
  {
    shows: 'skip_save_build_region',
    set: { ami_regions: ['eu-west-1'], skip_save_build_region: true },
    effect: ({ artifact, server }) => {
      expect(artifact?.id).toMatch(/^eu-west-1:ami-\d+$/);
      expect(server.world.images.size).toBe(1);
    },
  },
  {
    shows: 'imds_support',
    set: { imds_support: 'v2.0' },
    effect: ['ModifyImageAttribute', { 'ImdsSupport.Value': 'v2.0' }],
  },
  {
    shows: 'deprecate_at',
    set: { deprecate_at: '2030-01-02T03:04:00Z' },
    effect: [
      'EnableImageDeprecation',
      { DeprecateAt: '2030-01-02T03:04:00Z', ImageId: expectAny('ami') },
    ],
  },
  {
    shows: 'deregistration_protection.enabled',
    set: { deregistration_protection: { enabled: true } },
    effect: [
      'EnableImageDeregistrationProtection',
      { ImageId: expectAny('ami'), WithCooldown: 'false' },
    ],
  },
  {
    shows: 'deregistration_protection.with_cooldown',
    set: { deregistration_protection: { with_cooldown: true } },
    effect: ['EnableImageDeregistrationProtection', { WithCooldown: 'true' }],
  },
  {
    shows: 'snapshot_users',
    set: { snapshot_users: ['1'] },
    effect: ['ModifySnapshotAttribute', { 'CreateVolumePermission.Add.1.UserId': '1' }],
  },
  {
    shows: 'snapshot_groups',
    set: { snapshot_groups: ['all'] },
    effect: ['ModifySnapshotAttribute', { 'CreateVolumePermission.Add.1.Group': 'all' }],
  },
  {
    shows: 'skip_create_ami',
    set: { skip_create_ami: true },
    effect: ({ server, artifact }) => {
      expect(server.of('CreateImage')).toEqual([]);
      expect(artifact).toBeUndefined();
    },
  },
];

const byName = { source_ami: undefined };
const ubuntu = { filters: { name: 'ubuntu-*' }, owners: ['099720109477'] };

const source: readonly Row[] = [
  {
    shows: 'source_ami',
    set: { source_ami: 'ami-old' },
    effect: ['RunInstances', { ImageId: 'ami-old' }],
  },
  {
    shows: [
      'source_ami_filter.filters',
      'source_ami_filter.owners',
      'source_ami_filter.most_recent',
    ],
    set: { ...byName, source_ami_filter: { ...ubuntu, most_recent: true } },
    effect: (seen) => {
      expectCall(seen, 'DescribeImages', {
        'Filter.1.Name': 'name',
        'Filter.1.Value.1': 'ubuntu-*',
        'Owner.1': '099720109477',
        IncludeDeprecated: undefined,
      });
      expectCall(seen, 'RunInstances', { ImageId: 'ami-new' });
    },
  },
  {
    shows: 'source_ami_filter.include_deprecated',
    set: {
      ...byName,
      source_ami_filter: { ...ubuntu, most_recent: true, include_deprecated: true },
    },
    effect: ['DescribeImages', { IncludeDeprecated: 'true' }],
  },
];

const network: readonly Row[] = [
  {
    shows: 'vpc_id',
    set: { vpc_id: 'vpc-1' },
    effect: ['CreateSecurityGroup', { VpcId: 'vpc-1' }],
  },
  {
    shows: 'vpc_filter.filters',
    set: { vpc_filter: { filters: { 'tag:Net': 'vpc-1' } } },
    effect: ['CreateSecurityGroup', { VpcId: 'vpc-1' }],
  },
  {
    shows: ['vpc_filter.filter.name', 'vpc_filter.filter.value'],
    set: { vpc_filter: { filter: [{ name: 'tag:Net', value: 'vpc-2' }] } },
    effect: ['CreateSecurityGroup', { VpcId: 'vpc-2' }],
  },
  {
    shows: 'subnet_id',
    set: { subnet_id: 'subnet-2' },
    effect: (seen) => {
      expectCall(seen, 'RunInstances', {
        SubnetId: 'subnet-2',
        'Placement.AvailabilityZone': 'eu-central-1b',
      });
      expectCall(seen, 'CreateSecurityGroup', { VpcId: 'vpc-1' });
    },
  },
  {
    shows: ['subnet_filter.filters', 'subnet_filter.most_free'],
    set: { subnet_filter: { filters: { 'tag:Class': 'a,b' }, most_free: true } },
    effect: (seen) => {
      expectCall(seen, 'DescribeSubnets', {
        'Filter.2.Name': 'tag:Class',
        'Filter.2.Value.1': 'a',
        'Filter.2.Value.2': 'b',
      });
      expectCall(seen, 'RunInstances', { SubnetId: 'subnet-2' });
    },
  },
  {
    shows: ['subnet_filter.filter.name', 'subnet_filter.filter.value', 'subnet_filter.random'],
    set: { subnet_filter: { filter: [{ name: 'tag:Class', value: 'a' }], random: true } },
    effect: ['RunInstances', { SubnetId: expectAny('subnet') }],
  },
  {
    shows: 'availability_zone',
    set: { availability_zone: 'eu-central-1c' },
    effect: ['RunInstances', { 'Placement.AvailabilityZone': 'eu-central-1c' }],
  },
  {
    shows: 'associate_public_ip_address',
    set: { associate_public_ip_address: true, instance_type: 't3.micro' },
    effect: [
      'RunInstances',
      {
        'NetworkInterface.1.AssociatePublicIpAddress': 'true',
        'NetworkInterface.1.SubnetId': 'subnet-1',
        'NetworkInterface.1.SecurityGroupId.1': expectAny('sg'),
        SubnetId: undefined,
      },
    ],
  },
  {
    shows: 'security_group_id',
    set: { security_group_id: 'sg-a' },
    effect: ['RunInstances', { 'SecurityGroupId.1': 'sg-a' }],
  },
  {
    shows: 'security_group_ids',
    set: { security_group_ids: ['sg-a', 'sg-b'] },
    effect: ['RunInstances', { 'SecurityGroupId.2': 'sg-b' }],
  },
  {
    shows: 'security_group_filter.filters',
    set: { security_group_filter: { filters: { 'tag:Class': 'build' } } },
    effect: ['RunInstances', { 'SecurityGroupId.1': 'sg-found' }],
  },
  {
    shows: ['security_group_filter.filter.name', 'security_group_filter.filter.value'],
    set: { security_group_filter: { filter: [{ name: 'tag:Class', value: 'build' }] } },
    effect: ['RunInstances', { 'SecurityGroupId.1': 'sg-found' }],
  },
  {
    shows: 'temporary_security_group_source_cidrs',
    set: { temporary_security_group_source_cidrs: ['203.0.113.0/24', '2001:db8::/32'] },
    effect: [
      'AuthorizeSecurityGroupIngress',
      {
        'IpPermissions.1.IpRanges.1.CidrIp': '203.0.113.0/24',
        'IpPermissions.1.Ipv6Ranges.1.CidrIpv6': '2001:db8::/32',
        'IpPermissions.1.FromPort': '22',
        'IpPermissions.1.ToPort': '22',
      },
    ],
  },
  ...Object.entries({
    public_ip: '198.51.100.7',
    private_ip: '10.0.0.7',
    public_dns: 'public.example',
    private_dns: 'private.example',
    ipv6: '2001:db8::7',
  }).map(
    ([kind, host]): Row => ({
      shows: 'ssh_interface',
      set: { ssh_interface: kind },
      effect: ({ target }) => expect(target?.host).toBe(host),
    }),
  ),
  {
    shows: 'ssh_interface',
    set: { ssh_interface: 'ipv6' },
    effect: ['AuthorizeSecurityGroupIngress', { 'IpPermissions.1.Ipv6Ranges.1.CidrIpv6': '::/0' }],
  },
];

const arn = 'arn:aws:resource-groups:eu-central-1:1:group/g';
const run = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['RunInstances', params],
});

const instance: readonly Row[] = [
  {
    shows: 'instance_type',
    ...run(
      { instance_type: 'c5.large' },
      { InstanceType: 'c5.large', 'CreditSpecification.CpuCredits': undefined },
    ),
  },
  { shows: 'ebs_optimized', ...run({ ebs_optimized: true }, { EbsOptimized: 'true' }) },
  {
    shows: 'enable_nitro_enclave',
    ...run({ enable_nitro_enclave: true }, { 'EnclaveOptions.Enabled': 'true' }),
  },
  {
    shows: 'enable_unlimited_credits',
    ...run(
      { instance_type: 't3.micro', enable_unlimited_credits: true },
      { 'CreditSpecification.CpuCredits': 'unlimited' },
    ),
  },
  {
    shows: 'enable_t2_unlimited',
    ...run(
      { instance_type: 't2.micro', enable_t2_unlimited: true },
      { 'CreditSpecification.CpuCredits': 'unlimited' },
    ),
  },
  {
    shows: 'iam_instance_profile',
    ...run(
      { iam_instance_profile: 'prof', skip_profile_validation: true },
      { 'IamInstanceProfile.Name': 'prof' },
    ),
  },
  {
    shows: 'skip_profile_validation',
    set: { iam_instance_profile: 'gone', skip_profile_validation: true },
    env: ({ address }) => ({ AWS_ENDPOINT_URL_IAM: address }),
    effect: ({ server }) => expect(server.of('GetInstanceProfile')).toEqual([]),
  },
  {
    shows: 'skip_profile_validation',
    set: { iam_instance_profile: 'gone' },
    env: ({ address }) => ({ AWS_ENDPOINT_URL_IAM: address }),
    fails: /The instance profile "gone" cannot be used/,
    effect: ({ server }) => expect(server.of('CreateKeyPair')).toEqual([]),
  },
  {
    shows: 'shutdown_behavior',
    ...run({ shutdown_behavior: 'terminate' }, { InstanceInitiatedShutdownBehavior: 'terminate' }),
  },
  {
    shows: 'disable_stop_instance',
    set: { disable_stop_instance: true },
    prepare: (server) => {
      const { world } = server;
      const answer = world.answer.bind(world);
      world.answer = (call) => {
        const looks = server.of('DescribeInstances').length;
        if (looks === 2) for (const one of world.instances.values()) one.next = 'stopped';
        return answer(call);
      };
    },
    effect: ({ server }) => expect(server.of('StopInstances')).toEqual([]),
  },
  {
    shows: 'user_data',
    ...run(
      { user_data: '#!/bin/sh\n' },
      { UserData: Buffer.from('#!/bin/sh\n').toString('base64') },
    ),
  },
  {
    shows: 'user_data',
    ...run({ user_data: 'IyEvYmluL3NoCg==' }, { UserData: 'IyEvYmluL3NoCg==' }),
  },
  {
    shows: 'user_data_file',
    set: () => ({ user_data_file: file('user-data', '#cloud-config') }),
    effect: ['RunInstances', { UserData: Buffer.from('#cloud-config').toString('base64') }],
  },
  {
    shows: [
      'metadata_options.http_tokens',
      'metadata_options.http_put_response_hop_limit',
      'metadata_options.instance_metadata_tags',
    ],
    ...run(
      {
        metadata_options: {
          http_tokens: 'required',
          http_put_response_hop_limit: 3,
          instance_metadata_tags: 'enabled',
        },
      },
      {
        'MetadataOptions.HttpEndpoint': 'enabled',
        'MetadataOptions.HttpTokens': 'required',
        'MetadataOptions.HttpPutResponseHopLimit': '3',
        'MetadataOptions.InstanceMetadataTags': 'enabled',
      },
    ),
  },
  {
    shows: 'metadata_options.http_endpoint',
    ...run(
      { metadata_options: { http_endpoint: 'disabled' } },
      { 'MetadataOptions.HttpEndpoint': 'disabled', 'MetadataOptions.HttpTokens': undefined },
    ),
  },
  {
    shows: ['placement.host_id', 'placement.tenancy'],
    ...run(
      { placement: { host_id: 'h-1', tenancy: 'host' } },
      { 'Placement.HostId': 'h-1', 'Placement.Tenancy': 'host' },
    ),
  },
  {
    shows: 'placement.host_resource_group_arn',
    ...run(
      { placement: { host_resource_group_arn: arn } },
      { 'Placement.HostResourceGroupArn': arn },
    ),
  },
  { shows: 'tenancy', ...run({ tenancy: 'dedicated' }, { 'Placement.Tenancy': 'dedicated' }) },
  {
    shows: 'capacity_reservation_preference',
    ...run(
      { capacity_reservation_preference: 'open' },
      { 'CapacityReservationSpecification.CapacityReservationPreference': 'open' },
    ),
  },
  {
    shows: 'capacity_reservation_id',
    ...run(
      { capacity_reservation_id: 'cr-1' },
      {
        'CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationId': 'cr-1',
        'CapacityReservationSpecification.CapacityReservationPreference': undefined,
      },
    ),
  },
  {
    shows: 'capacity_reservation_group_arn',
    ...run(
      { capacity_reservation_group_arn: arn },
      {
        'CapacityReservationSpecification.CapacityReservationTarget.CapacityReservationResourceGroupArn':
          arn,
      },
    ),
  },
  {
    shows: 'license_specifications.license_configuration_request.license_configuration_arn',
    ...run(
      {
        license_specifications: [
          { license_configuration_request: { license_configuration_arn: 'lic' } },
        ],
      },
      { 'LicenseSpecification.1.LicenseConfigurationArn': 'lic' },
    ),
  },
  ...(['run_tags', 'run_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'run_tag' ? ['run_tag.key', 'run_tag.value'] : shows,
      set: {
        [shows]:
          shows === 'run_tag'
            ? [{ key: 'In', value: '{{ .BuildRegion }}' }]
            : { In: '{{ .BuildRegion }}' },
      },
      effect: (seen) => {
        const tag = (n: number, type: string) => ({
          [`TagSpecification.${n}.ResourceType`]: type,
          [`TagSpecification.${n}.Tag.1.Key`]: 'In',
          [`TagSpecification.${n}.Tag.1.Value`]: 'eu-central-1',
        });
        expectCall(seen, 'RunInstances', { ...tag(1, 'instance'), ...tag(2, 'network-interface') });
        expectCall(seen, 'CreateKeyPair', tag(1, 'key-pair'));
        expectCall(seen, 'CreateSecurityGroup', tag(1, 'security-group'));
        const first = firstAction(seen);
        // Snapshots that an image is registered of have their own tags.
        const more = first === 'CreateImage' ? tag(2, 'snapshot') : {};
        expectCall(seen, first, { ...tag(1, 'image'), ...more });
      },
    }),
  ),
  {
    shows: 'skip_ami_run_tags',
    set: { run_tags: { A: 'b' }, skip_ami_run_tags: true },
    effect: ['CreateImage', { 'TagSpecification.1.ResourceType': undefined }],
  },
  ...(['run_volume_tags', 'run_volume_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'run_volume_tag' ? ['run_volume_tag.name', 'run_volume_tag.value'] : shows,
      ...run(
        {
          [shows]:
            shows === 'run_volume_tag'
              ? [{ name: 'V', value: '{{ .SourceAMI }}' }]
              : { V: '{{ .SourceAMI }}' },
        },
        {
          'TagSpecification.1.ResourceType': 'volume',
          'TagSpecification.1.Tag.1.Key': 'V',
          'TagSpecification.1.Tag.1.Value': 'ami-new',
        },
      ),
    }),
  ),
  {
    shows: 'no_ephemeral',
    ...run(
      { no_ephemeral: true },
      { 'BlockDeviceMapping.26.DeviceName': 'xvdcz', 'BlockDeviceMapping.26.NoDevice': '' },
    ),
  },
  {
    shows: 'windows_password_timeout',
    set: {
      communicator: 'winrm',
      windows_password_timeout: 1,
      aws_polling: { delay_seconds: 0.01 },
    },
    prepare: ({ overrides }) => void overrides.set('GetPasswordData', () => ({ passwordData: '' })),
    fails: /The password of Windows is still not there/,
    effect: ({ server }) => expect(server.of('GetPasswordData').length).toBeGreaterThan(0),
  },
];

const policy = { Statement: [{ Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['*'] }] };

const temporaryProfiles: readonly Row[] = [
  {
    shows: ['Version', 'Statement.Effect', 'Statement.Action', 'Statement.Resource'].map(
      (name) => `temporary_iam_instance_profile_policy_document.${name}`,
    ),
    set: {
      temporary_iam_instance_profile_policy_document: { Version: '2012-10-17', ...policy },
      run_tags: { A: 'b' },
    },
    effect: (seen) => {
      const [put] = seen.server.of('PutRolePolicy');
      expect(JSON.parse(put?.params['PolicyDocument'] ?? '')).toEqual({
        Version: '2012-10-17',
        ...policy,
      });
      const name = put?.params['RoleName'];
      expectCall(seen, 'RunInstances', { 'IamInstanceProfile.Name': name });
      expectCall(seen, 'CreateRole', { RoleName: name, 'Tags.member.1.Key': 'A' });
      expectCall(seen, 'AddRoleToInstanceProfile', { RoleName: name, InstanceProfileName: name });
      expect(seen.server.world.identities.size).toBe(0);
    },
  },
];

const spotSet = { spot_price: '0.05' };
const fleet = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set: { ...spotSet, ...set },
  effect: ['CreateFleet', params],
});

const spot: readonly Row[] = [
  {
    shows: 'spot_price',
    set: { ...spotSet, subnet_id: 'subnet-2', user_data: 'x y', run_tags: { A: 'b' } },
    effect: (seen) => {
      const data = 'LaunchTemplateData';
      expectCall(seen, 'CreateLaunchTemplate', {
        [`${data}.InstanceMarketOptions.MarketType`]: 'spot',
        [`${data}.InstanceMarketOptions.SpotOptions.MaxPrice`]: '0.05',
        [`${data}.InstanceType`]: 'm5.large',
        [`${data}.ImageId`]: 'ami-new',
        [`${data}.KeyName`]: seen.server.of('CreateKeyPair')[0]?.params['KeyName'],
        [`${data}.NetworkInterface.1.SubnetId`]: 'subnet-2',
        [`${data}.UserData`]: Buffer.from('x y').toString('base64'),
        [`${data}.TagSpecification.1.ResourceType`]: 'instance',
        [`${data}.TagSpecification.1.Tag.1.Key`]: 'A',
        [`${data}.TagSpecification.1.Tag.2.Key`]: 'bake-mark',
        [`${data}.TagSpecification.2.ResourceType`]: 'network-interface',
      });
      expectCall(seen, 'CreateFleet', {
        Type: 'instant',
        'TargetCapacitySpecification.TotalTargetCapacity': '1',
        'TargetCapacitySpecification.DefaultTargetCapacityType': 'spot',
      });
      expect(seen.server.of('StopInstances')).toEqual([]);
      expect(seen.server.of('RunInstances')).toEqual([]);
      expect(seen.artifact?.id).toMatch(/^eu-central-1:ami-/);
      expect(seen.server.world.templates.size).toBe(0);
    },
  },
  {
    shows: 'spot_price',
    set: { spot_price: 'auto' },
    effect: [
      'CreateLaunchTemplate',
      { 'LaunchTemplateData.InstanceMarketOptions.SpotOptions.MaxPrice': undefined },
    ],
  },
  {
    shows: 'spot_instance_types',
    ...fleet(
      { instance_type: undefined, spot_instance_types: ['c5.large', 'm5.large'] },
      { 'LaunchTemplateConfigs.1.Overrides.2.InstanceType': 'm5.large' },
    ),
  },
  {
    shows: 'spot_allocation_strategy',
    ...fleet(
      { spot_allocation_strategy: 'diversified' },
      { 'SpotOptions.AllocationStrategy': 'diversified' },
    ),
  },
  ...(['spot_tags', 'spot_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'spot_tag' ? ['spot_tag.key', 'spot_tag.value'] : shows,
      set: {
        ...spotSet,
        [shows]:
          shows === 'spot_tag'
            ? [{ key: 'S', value: '{{ .SourceAMI }}' }]
            : { S: '{{ .SourceAMI }}' },
      },
      effect: [
        'CreateLaunchTemplate',
        {
          'TagSpecification.1.ResourceType': 'launch-template',
          'TagSpecification.1.Tag.1.Value': 'ami-new',
          'LaunchTemplateData.TagSpecification.2.ResourceType': 'spot-instances-request',
          'LaunchTemplateData.TagSpecification.2.Tag.1.Key': 'S',
        },
      ],
    }),
  ),
  ...(['fleet_tags', 'fleet_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'fleet_tag' ? ['fleet_tag.key', 'fleet_tag.value'] : shows,
      ...fleet(
        {
          [shows]:
            shows === 'fleet_tag'
              ? [{ key: 'F', value: '{{ .SourceAMI }}' }]
              : { F: '{{ .SourceAMI }}' },
        },
        {
          'TagSpecification.1.ResourceType': 'fleet',
          'TagSpecification.1.Tag.1.Key': 'F',
          'TagSpecification.1.Tag.1.Value': 'ami-new',
        },
      ),
    }),
  ),
  {
    shows: 'spot_price',
    set: spotSet,
    prepare: ({ overrides }) =>
      void overrides.set('CreateFleet', () => ({
        fleetId: 'f',
        errorSet: [{ errorCode: 'InvalidParameter', errorMessage: 'no' }],
      })),
    fails: /There is no spot instance to be had: InvalidParameter: no/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
];

const device = {
  device_name: '/dev/sdf',
  volume_type: 'gp3',
  volume_size: 20,
  delete_on_termination: true,
  encrypted: true,
  kms_key_id: 'alias/disk',
  iops: 4000,
  throughput: 200,
  snapshot_id: 'snap-x',
};

const devices = (['ami_block_device_mappings', 'launch_block_device_mappings'] as const).flatMap(
  (option): readonly Row[] => {
    const action = option.startsWith('ami') ? 'CreateImage' : 'RunInstances';
    const first = 'BlockDeviceMapping.1';
    return [
      {
        shows: Object.keys(device).map((name) => `${option}.${name}`),
        set: { [option]: [device] },
        effect: [
          action,
          {
            [`${first}.DeviceName`]: '/dev/sdf',
            [`${first}.Ebs.VolumeType`]: 'gp3',
            [`${first}.Ebs.VolumeSize`]: '20',
            [`${first}.Ebs.DeleteOnTermination`]: 'true',
            [`${first}.Ebs.Encrypted`]: 'true',
            [`${first}.Ebs.KmsKeyId`]: 'alias/disk',
            [`${first}.Ebs.Iops`]: '4000',
            [`${first}.Ebs.Throughput`]: '200',
            [`${first}.Ebs.SnapshotId`]: 'snap-x',
          },
        ],
      },
      {
        shows: `${option}.virtual_name`,
        set: { [option]: [{ device_name: '/dev/sdb', virtual_name: 'ephemeral0' }] },
        effect: [
          action,
          {
            [`${first}.VirtualName`]: 'ephemeral0',
            [`${first}.Ebs.DeleteOnTermination`]: undefined,
          },
        ],
      },
      {
        shows: `${option}.no_device`,
        set: { [option]: [{ device_name: '/dev/sdb', no_device: true }] },
        effect: [action, { [`${first}.DeviceName`]: '/dev/sdb', [`${first}.NoDevice`]: '' }],
      },
    ];
  },
);

/** Options of the communicator that this builder does something with itself. */
const login: readonly Row[] = [
  {
    shows: 'temporary_key_pair_type',
    set: { temporary_key_pair_type: 'ed25519' },
    effect: ['CreateKeyPair', { KeyType: 'ed25519' }],
  },
  {
    shows: 'temporary_key_pair_name',
    set: { temporary_key_pair_name: 'mine' },
    effect: ['CreateKeyPair', { KeyName: 'mine' }],
  },
  {
    shows: 'ssh_keypair_name',
    set: { ssh_keypair_name: 'there' },
    effect: (seen) => {
      expectCall(seen, 'RunInstances', { KeyName: 'there' });
      expect(seen.server.of('CreateKeyPair')).toEqual([]);
    },
  },
  {
    shows: 'ssh_password',
    set: { ssh_password: 'x' },
    effect: ({ server }) => expect(server.of('CreateKeyPair')).toEqual([]),
  },
  {
    shows: 'ssh_private_key_file',
    set: { ssh_private_key_file: 'x' },
    effect: ({ server }) => expect(server.of('CreateKeyPair')).toEqual([]),
  },
  {
    shows: 'ssh_host',
    set: { ssh_host: 'there.example' },
    effect: ({ target }) => expect(target).not.toHaveProperty('host'),
  },
  {
    shows: 'ssh_port',
    set: { ssh_port: 2222 },
    effect: ['AuthorizeSecurityGroupIngress', { 'IpPermissions.1.FromPort': '2222' }],
  },
  {
    shows: 'ssh_clear_authorized_keys',
    set: { ssh_clear_authorized_keys: true },
    effect: ({ machine }) => expect(machine.commands.join()).toMatch(/authorized_keys[\s\S]*bake_/),
  },
  {
    shows: 'communicator',
    set: { communicator: 'none' },
    effect: ({ server }) => expect(server.of('AuthorizeSecurityGroupIngress')).toEqual([]),
  },
  {
    shows: 'communicator',
    set: { communicator: 'winrm' },
    effect: (seen) => {
      expect(seen.target).toEqual({ host: '198.51.100.7', password: 'Pa55word!' });
      expect(seen.test.secrets).toEqual(expect.arrayContaining(['Pa55word!', pair.privateKey]));
      expectCall(seen, 'AuthorizeSecurityGroupIngress', { 'IpPermissions.1.FromPort': '5985' });
    },
  },
];

/** The call that makes the image that all others are copies of. */
function firstAction({ server }: Seen): string {
  return server.of('RegisterImage').length > 0 ? 'RegisterImage' : 'CreateImage';
}

const rows = [
  ...access,
  ...image,
  ...source,
  ...network,
  ...instance,
  ...temporaryProfiles,
  ...spot,
  ...devices,
  ...login,
];

function expectAny(kind: string): string {
  return `any ${kind}`;
}

function expectCall({ server }: Seen, action: string, params: Params): void {
  const calls = server.of(action).map((call) => call.params);
  const isLike = (call: Params): boolean =>
    Object.entries(params).every(([name, wanted]) =>
      wanted?.startsWith('any ')
        ? call[name]?.startsWith(`${wanted.slice(4)}-`)
        : call[name] === wanted,
    );
  if (!calls.some(isLike)) expect(calls).toContainEqual(expect.objectContaining(params));
}

/** Rows that show in the image, which not every builder makes. */
function showsInImage({ shows }: Row): boolean {
  return /^(run_tags?|spot_price)/.test([shows].flat()[0] ?? '');
}

const volumeName = { device_name: '/dev/sdf', volume_size: 1 };
const volume = (set: Given): Given => ({ ebs_volumes: [{ ...volumeName, ...set }] });
const snapshot = (set: Given): Given => volume({ snapshot_volume: true, ...set });

const ofVolumes: readonly Row[] = [
  {
    shows: Object.keys(device).map((name) => `ebs_volumes.${name}`),
    set: { ebs_volumes: [device] },
    effect: (seen) => {
      const first = 'BlockDeviceMapping.1';
      expectCall(seen, 'RunInstances', {
        [`${first}.DeviceName`]: '/dev/sdf',
        [`${first}.Ebs.Throughput`]: '200',
        [`${first}.Ebs.KmsKeyId`]: 'alias/disk',
      });
      expect(seen.artifact?.id).toBe('');
      expect(seen.server.world.left).toEqual([]);
    },
  },
  ...(['virtual_name', 'no_device'] as const).map(
    (name): Row => ({
      shows: `ebs_volumes.${name}`,
      set: volume({ [name]: name === 'no_device' ? true : 'ephemeral0' }),
      effect: ['RunInstances', { 'BlockDeviceMapping.1.Ebs.DeleteOnTermination': undefined }],
    }),
  ),
  {
    shows: 'ebs_volumes.device_name',
    set: volume({}),
    effect: ({ artifact, server }) => {
      expect(artifact).toMatchObject({
        builderId: 'mitchellh.amazon.ebsvolume',
        id: expect.stringMatching(/^eu-central-1:vol-\d+$/),
        description: `EBS Volumes were created:\n\n${artifact?.id}`,
      });
      expect(server.world.left).toEqual([artifact?.id.split(':')[1]]);
    },
  },
  ...(['tags', 'tag'] as const).map(
    (shows): Row => ({
      shows:
        shows === 'tag' ? ['ebs_volumes.tag.key', 'ebs_volumes.tag.value'] : 'ebs_volumes.tags',
      set: volume({
        [shows]:
          shows === 'tag' ? [{ key: 'V', value: '{{ .SourceAMI }}' }] : { V: '{{ .SourceAMI }}' },
      }),
      effect: [
        'CreateTags',
        { 'ResourceId.1': expectAny('vol'), 'Tag.1.Key': 'V', 'Tag.1.Value': 'ami-new' },
      ],
    }),
  ),
  {
    shows: 'ebs_volumes.snapshot_volume',
    set: snapshot({}),
    effect: (seen) => {
      expectCall(seen, 'CreateSnapshot', { VolumeId: expectAny('vol') });
      expect(seen.artifact?.id).toMatch(/^eu-central-1:snap-\d+,eu-central-1:vol-\d+$/);
    },
  },
  {
    shows: 'ebs_volumes.snapshot_description',
    set: snapshot({ snapshot_description: 'data' }),
    effect: ['CreateSnapshot', { Description: 'data' }],
  },
  ...(['snapshot_tags', 'snapshot_tag'] as const).map(
    (shows): Row => ({
      shows:
        shows === 'snapshot_tag'
          ? ['ebs_volumes.snapshot_tag.key', 'ebs_volumes.snapshot_tag.value']
          : 'ebs_volumes.snapshot_tags',
      set: snapshot({
        [shows]:
          shows === 'snapshot_tag'
            ? [{ key: 'S', value: '{{ .SourceAMI }}' }]
            : { S: '{{ .SourceAMI }}' },
      }),
      effect: [
        'CreateSnapshot',
        {
          'TagSpecification.1.ResourceType': 'snapshot',
          'TagSpecification.1.Tag.1.Key': 'S',
          'TagSpecification.1.Tag.1.Value': 'ami-new',
        },
      ],
    }),
  ),
  {
    shows: 'ebs_volumes.snapshot_users',
    set: snapshot({ snapshot_users: ['1'] }),
    effect: ['ModifySnapshotAttribute', { 'CreateVolumePermission.Add.1.UserId': '1' }],
  },
  {
    shows: 'ebs_volumes.snapshot_groups',
    set: snapshot({ snapshot_groups: ['all'] }),
    effect: ['ModifySnapshotAttribute', { 'CreateVolumePermission.Add.1.Group': 'all' }],
  },
  ...(['run_volume_tags', 'run_volume_tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'run_volume_tag' ? ['run_volume_tag.key', 'run_volume_tag.value'] : shows,
      set: {
        ...volume({}),
        [shows]:
          shows === 'run_volume_tag'
            ? [{ key: 'R', value: '{{ .SourceAMI }}' }]
            : { R: '{{ .SourceAMI }}' },
      },
      effect: (seen) => {
        expectCall(seen, 'RunInstances', {
          'TagSpecification.1.ResourceType': 'volume',
          'TagSpecification.1.Tag.1.Value': 'ami-new',
        });
        expectCall(seen, 'DeleteTags', { 'ResourceId.1': expectAny('vol'), 'Tag.1.Key': 'R' });
      },
    }),
  ),
  {
    shows: 'run_tags',
    set: { run_tags: { In: '{{ .BuildRegion }}' } },
    effect: ['RunInstances', { 'TagSpecification.1.Tag.1.Value': 'eu-central-1' }],
  },
  {
    shows: ['run_tag.key', 'run_tag.value'],
    set: { run_tag: [{ key: 'In', value: '{{ .BuildRegion }}' }] },
    effect: ['RunInstances', { 'TagSpecification.1.Tag.1.Value': 'eu-central-1' }],
  },
  {
    shows: 'spot_price',
    set: { ...volume({}), spot_price: '0.05' },
    effect: [
      'CreateLaunchTemplate',
      { 'LaunchTemplateData.InstanceMarketOptions.SpotOptions.MaxPrice': '0.05' },
    ],
  },
  ...image.filter(({ shows }) => shows === 'ena_support' || shows === 'sriov_support'),
];

const root = {
  launch_block_device_mappings: [{ device_name: '/dev/sdf' }, { device_name: '/dev/sdg' }],
  ami_root_device: { source_device_name: '/dev/sdf', device_name: '/dev/xvda' },
  ami_virtualization_type: 'hvm',
};

/** The devices of a registered image, by name, with some of what is said of them. */
function registered({ server }: Seen): Readonly<Record<string, Params>> {
  const [call] = server.of('RegisterImage');
  const names = [1, 2, 3].flatMap((index) => {
    const prefix = `BlockDeviceMapping.${index}.`;
    const name = call?.params[`${prefix}DeviceName`];
    if (call === undefined || name === undefined) return [];
    const own = Object.entries(call.params).filter(([key]) => key.startsWith(prefix));
    return [
      [
        name,
        Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value])),
      ] as const,
    ];
  });
  return Object.fromEntries(names);
}

const registers = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['RegisterImage', params],
});

const ofSurrogates: readonly Row[] = [
  {
    shows: ['ami_root_device.source_device_name', 'ami_root_device.device_name'],
    set: root,
    effect: (seen) => {
      expect(seen.server.of('CreateSnapshot')).toHaveLength(2);
      expectCall(seen, 'RegisterImage', {
        Name: 'web-1',
        RootDeviceName: '/dev/xvda',
        VirtualizationType: 'hvm',
        Architecture: 'x86_64',
      });
      expect(registered(seen)).toMatchObject({
        '/dev/xvda': {
          'Ebs.SnapshotId': expect.stringMatching(/^snap-/),
          'Ebs.DeleteOnTermination': 'false',
        },
        '/dev/sdg': { 'Ebs.SnapshotId': expect.stringMatching(/^snap-/) },
      });
      expect(seen.artifact).toMatchObject({
        builderId: 'mitchellh.amazon.ebssurrogate',
        id: expect.stringMatching(/^eu-central-1:ami-\d+$/),
      });
      expect(seen.server.world.left).toHaveLength(3);
    },
  },
  {
    shows: ['delete_on_termination', 'volume_type', 'volume_size', 'iops'].map(
      (name) => `ami_root_device.${name}`,
    ),
    set: {
      ...root,
      ami_root_device: {
        ...root.ami_root_device,
        delete_on_termination: true,
        volume_type: 'gp3',
        volume_size: 30,
        iops: 4000,
      },
    },
    effect: (seen) =>
      expect(registered(seen)['/dev/xvda']).toMatchObject({
        'Ebs.DeleteOnTermination': 'true',
        'Ebs.VolumeType': 'gp3',
        'Ebs.VolumeSize': '30',
        'Ebs.Iops': '4000',
      }),
  },
  {
    shows: 'launch_block_device_mappings.omit_from_artifact',
    set: {
      ...root,
      launch_block_device_mappings: [
        { device_name: '/dev/sdf', encrypted: true, kms_key_id: 'alias/a' },
        { device_name: '/dev/sdg', omit_from_artifact: true },
      ],
    },
    effect: (seen) => {
      expect(seen.server.of('CreateSnapshot')).toHaveLength(1);
      expect(Object.keys(registered(seen))).toEqual(['/dev/xvda']);
      expect(registered(seen)['/dev/xvda']).not.toHaveProperty('Ebs.KmsKeyId');
      expect(registered(seen)['/dev/xvda']).not.toHaveProperty(['Ebs.Encrypted']);
    },
  },
  {
    shows: 'snapshot_description',
    set: { snapshot_description: 'root' },
    effect: ['CreateSnapshot', { Description: 'root' }],
  },
  {
    shows: 'ami_architecture',
    ...registers({ ami_architecture: 'arm64' }, { Architecture: 'arm64' }),
  },
  { shows: 'boot_mode', ...registers({ boot_mode: 'uefi' }, { BootMode: 'uefi' }) },
  {
    shows: 'uefi_data',
    ...registers({ boot_mode: 'uefi', uefi_data: 'AAAA' }, { UefiData: 'AAAA' }),
  },
  { shows: 'tpm_support', ...registers({ tpm_support: 'v2.0' }, { TpmSupport: 'v2.0' }) },
  { shows: 'ena_support', ...registers({ ena_support: true }, { EnaSupport: 'true' }) },
  { shows: 'sriov_support', ...registers({ sriov_support: true }, { SriovNetSupport: 'simple' }) },
];

const notOfSurrogates = /^(ena_support|sriov_support|no_ephemeral|skip_create_ami)/;
const rowsOfSurrogates = [
  ...rows
    .filter(({ shows }) => !notOfSurrogates.test([shows].flat()[0] ?? ''))
    .map((row): Row => {
      const { effect } = row;
      if (typeof effect === 'function' || effect[0] !== 'CreateImage') return row;
      return { ...row, effect: ['RegisterImage', effect[1]] };
    }),
  ...ofSurrogates,
];

const ebsOnly = new Set<Row>([...image, ...devices]);
const onlyOfEbs = /^(run_volume_tag|no_ephemeral|skip_ami_run_tags)/;
const rowsOfVolumes = [
  ...rows.filter(
    (row) =>
      !ebsOnly.has(row) && !showsInImage(row) && !onlyOfEbs.test([row.shows].flat()[0] ?? ''),
  ),
  ...ofVolumes,
];

const tables: readonly (readonly [Builder, readonly Row[]])[] = [
  [ebs as Builder, rows],
  [ebsVolume as Builder, rowsOfVolumes],
  [surrogate as Builder, rowsOfSurrogates],
];

describe.each(tables.map(([builder, list]) => [builder.name, builder, list] as const))(
  'options of %s',
  (_name, builder, list) => {
    let server: Ec2Server;
    const before = { ...process.env };
    beforeEach(async () => {
      server = await Ec2Server.start();
      for (const name of Object.keys(process.env)) {
        if (name.startsWith('AWS_')) delete process.env[name];
      }
      process.env['AWS_EC2_METADATA_DISABLED'] = 'true';
      process.env['AWS_CONFIG_FILE'] = '/nowhere';
      process.env['AWS_SHARED_CREDENTIALS_FILE'] = '/nowhere';
    });
    afterEach(async () => {
      process.env = { ...before };
      await server.close();
    });

    const named = list.map((row) => [[row.shows].flat().join(', '), row] as const);

    test.each(named)('%s', async (_, row) => {
      for (const [name, value] of Object.entries(row.env?.(server) ?? {})) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      row.prepare?.(server);
      const set = typeof row.set === 'function' ? row.set(server) : row.set;
      const known = Object.entries(config(server.address)).filter(
        ([name]) => name in builder.config,
      );
      const given = {
        ...withDefaults(builder.config, Object.fromEntries(known)),
        ...(builder.name === surrogate.name ? onlySet(builder, root) : {}),
        ...onlySet(builder, set),
      };
      const outcome = await runBuilder(builder, given, row.settings);
      const said = (outcome.failure as Error | undefined)?.message ?? 'no failure';
      expect(said).toMatch(row.fails ?? /^no failure$/);
      const seen = { ...outcome, server };
      if (typeof row.effect === 'function') row.effect(seen);
      else expectCall(seen, ...row.effect);
    });

    test('every option has an effect', () => {
      const { done, notYet } = pathsOf(builder.config);
      const shown = new Set([...list.flatMap(({ shows }) => shows), 'insecure_skip_tls_verify']);
      const own = done.filter((path) => !(path in communicatorOptions));
      const missing = own.filter((path) => !shown.has(path));
      console.log(
        `${builder.name}: ${own.length} options of its own work, ${missing.length} of them without an effect that a test shows; ${notYet.length} are refused: ${notYet.join(', ')}`,
      );
      expect(missing).toEqual([]);
    });
  },
);

/** The options that are set, decoded; those that are set to nothing count. */
function onlySet(builder: Builder, set: Given): Given {
  const values: Given = decoded(builder.config, set);
  return Object.fromEntries(Object.keys(set).map((name) => [name, values[name]]));
}

describe('over TLS', () => {
  let server: Ec2Server;
  beforeAll(async () => {
    server = await Ec2Server.start(localCertificate);
  });
  afterAll(() => server.close());

  test('insecure_skip_tls_verify takes a certificate that nobody has signed', async () => {
    const set = { max_retries: 0 };
    const { failure } = await runBuild(config(server.address, set));
    expect(String(failure)).toMatch(/its certificate is signed by itself|self-signed/);
    const done = await runBuild(config(server.address, { ...set, insecure_skip_tls_verify: true }));
    expect(done.failure).toBeUndefined();
  });
});

/** Paths of all options, but for those that are not there yet; blocks by what is in them. */
function pathsOf(schema: ConfigSchema, prefix = ''): { done: string[]; notYet: string[] } {
  const paths = { done: [] as string[], notYet: [] as string[] };
  for (const [name, { body, notYet }] of Object.entries(schema)) {
    const path = `${prefix}${name}`;
    if (notYet !== undefined) paths.notYet.push(path);
    else if (body === undefined) paths.done.push(path);
    else {
      const inner = pathsOf(body, `${path}.`);
      paths.done.push(...inner.done);
      paths.notYet.push(...inner.notYet);
    }
  }
  return paths;
}

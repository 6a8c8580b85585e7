import { expect } from '@jest/globals';
import { expectCall, file, firstAction, type Given, type Params, type Row } from './row.ts';

const arn = 'arn:aws:resource-groups:eu-central-1:1:group/g';
const run = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['RunInstances', params],
});

/** What the instance is. */
export const instance: readonly Row[] = [
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

/** What it is allowed. */
export const temporaryProfiles: readonly Row[] = [
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

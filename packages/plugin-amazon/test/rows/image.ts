import { expect } from '@jest/globals';
import type { Ec2Server } from '../ec2-server.ts';
import { expectAny, expectCall, firstAction, type Row } from './row.ts';

const key = 'arn:aws:kms:eu-central-1:123456789012:key/12345678-1234-1234-1234-123456789012';
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

/** What becomes of the image. */
export const image: readonly Row[] = [
  { shows: 'ami_name', set: { ami_name: 'other' }, effect: ['CreateImage', { Name: 'other' }] },
  {
    shows: 'ami_description',
    set: { ami_description: 'of {{ .SourceAMI }}, {{ clean_resource_name "a:é (b)" }}' },
    effect: ['ModifyImageAttribute', { 'Description.Value': 'of ami-new, a--- (b)' }],
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
  ...(['tags', 'tag'] as const).map(
    (shows): Row => ({
      shows: shows === 'tag' ? 'tag.key' : shows,
      set: {
        [shows]:
          shows === 'tag'
            ? [{ key: '{{ .SourceAMIName }}', value: 'base' }]
            : { '{{ .SourceAMIName }}': 'base' },
      },
      effect: ['CreateTags', { 'Tag.1.Key': 'ubuntu-2', 'Tag.1.Value': 'base' }],
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
      const { snapshots } = seen.server.world;
      expect([...snapshots].filter((id) => id !== 'snap-data')).toHaveLength(1);
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

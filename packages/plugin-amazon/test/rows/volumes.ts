import { expect } from '@jest/globals';
import { device } from './devices.ts';
import { image } from './image.ts';
import { expectAny, expectCall, type Given, type Row } from './row.ts';

const volumeName = { device_name: '/dev/sdf', volume_size: 1 };
const volume = (set: Given): Given => ({ ebs_volumes: [{ ...volumeName, ...set }] });
const snapshot = (set: Given): Given => volume({ snapshot_volume: true, ...set });

/** What `amazon-ebsvolume` has beside the shared options. */
export const ofVolumes: readonly Row[] = [
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

import type { Row } from './row.ts';

/** A block device with all options that go together. */
export const device = {
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

/** Block devices of instance and image. */
export const devices = (
  ['ami_block_device_mappings', 'launch_block_device_mappings'] as const
).flatMap((option): readonly Row[] => {
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
});

import type { BlockDeviceMapping, VolumeType } from '@aws-sdk/client-ec2';
import type { BlockDevice } from '../options/block-devices.ts';

/** Block devices as AWS takes them. */
export function deviceMappings(devices: readonly BlockDevice[]): BlockDeviceMapping[] {
  return devices.map(deviceMapping);
}

function deviceMapping(given: BlockDevice): BlockDeviceMapping {
  const { device_name: DeviceName, virtual_name: VirtualName } = given;
  if (given.no_device) return { DeviceName, NoDevice: '' };
  if (VirtualName?.startsWith('ephemeral')) return { DeviceName, VirtualName };
  return {
    DeviceName,
    ...(VirtualName ? { VirtualName } : {}),
    Ebs: {
      DeleteOnTermination: given.delete_on_termination ?? false,
      VolumeType: (given.volume_type || undefined) as VolumeType | undefined,
      VolumeSize: given.volume_size || undefined,
      Iops: given.iops,
      Throughput: given.throughput,
      SnapshotId: given.snapshot_id || undefined,
      Encrypted: given.encrypted,
      KmsKeyId: given.kms_key_id || undefined,
    },
  };
}

/** Leaves out the instance store volumes that images of Windows have: xvdca to xvdcz. */
export function noEphemeral(): BlockDeviceMapping[] {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  return [...letters].map((letter) => ({ DeviceName: `xvdc${letter}`, NoDevice: '' }));
}

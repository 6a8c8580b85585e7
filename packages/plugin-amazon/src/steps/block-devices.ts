import type {
  BlockDeviceMapping,
  BootModeValues,
  TpmSupportValues,
  VolumeType,
} from '@aws-sdk/client-ec2';
import type { BlockDevice } from '../options/block-devices.ts';
import type { RegisterConfig } from '../options/register.ts';

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

/** A device with a snapshot, which says itself how it is encrypted. */
export function withSnapshot(
  mapping: BlockDeviceMapping,
  SnapshotId: string | undefined,
): BlockDeviceMapping {
  if (SnapshotId === undefined || mapping.Ebs === undefined) return mapping;
  const { Encrypted: _encrypted, KmsKeyId: _key, ...Ebs } = mapping.Ebs;
  return { ...mapping, Ebs: { ...Ebs, SnapshotId } };
}

/** How a registered image boots. */
export function bootOf(
  config: Pick<RegisterConfig, 'tpm_support'> &
    Partial<Pick<RegisterConfig, 'boot_mode' | 'uefi_data'>>,
) {
  const { boot_mode: mode, uefi_data: data, tpm_support: tpm } = config;
  return {
    ...(mode ? { BootMode: mode as BootModeValues } : {}),
    ...(data ? { UefiData: data } : {}),
    ...(tpm ? { TpmSupport: tpm as TpmSupportValues } : {}),
  };
}

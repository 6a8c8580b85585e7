import type {
  ArchitectureValues,
  BlockDeviceMapping,
  Image,
  VolumeType,
} from '@aws-sdk/client-ec2';
import { bootOf, deviceMappings, withSnapshot } from '../steps/block-devices.ts';
import type { RegisterWish } from '../steps/register-image.ts';
import type { ChrootConfig } from './component.ts';

/** What to register of the snapshot: like the source but for what the template says, or all as it says. */
export function registration(
  config: ChrootConfig,
  source: Image | undefined,
  snapshot: string,
): RegisterWish['image'] {
  const root = config.root_device_name || source?.RootDeviceName;
  const given = deviceMappings(config.ami_block_device_mappings);
  const mappings = given.length > 0 ? given : (source?.BlockDeviceMappings ?? []).map(plain);
  return {
    RootDeviceName: root,
    VirtualizationType: source?.VirtualizationType ?? config.ami_virtualization_type,
    Architecture: source?.Architecture ?? (config.ami_architecture as ArchitectureValues),
    KernelId: source?.KernelId,
    RamdiskId: source?.RamdiskId,
    BlockDeviceMappings: mappings.map((one) =>
      one.DeviceName === root ? asRoot(one, config, snapshot) : one,
    ),
    ...(source?.BootMode ? { BootMode: source.BootMode } : {}),
    ...(source?.TpmSupport ? { TpmSupport: source.TpmSupport } : {}),
    ...bootOf(config),
    ...((config.ena_support ?? source?.EnaSupport) ? { EnaSupport: true } : {}),
    ...(config.sriov_support || source?.SriovNetSupport ? { SriovNetSupport: 'simple' } : {}),
  };
}

function asRoot(
  mapping: BlockDeviceMapping,
  config: ChrootConfig,
  snapshot: string,
): BlockDeviceMapping {
  const { root_volume_size: size, root_volume_type: type } = config;
  const own = withSnapshot({ ...mapping, Ebs: mapping.Ebs ?? {} }, snapshot);
  const Ebs = {
    ...own.Ebs,
    ...(size && size > (own.Ebs?.VolumeSize ?? 0) ? { VolumeSize: size } : {}),
    ...(type ? { VolumeType: type as VolumeType } : {}),
  };
  return { ...own, Ebs };
}

/** A snapshot says itself how it is encrypted. */
function plain(mapping: BlockDeviceMapping): BlockDeviceMapping {
  return withSnapshot(mapping, mapping.Ebs?.SnapshotId);
}

import type { ArchitectureValues, BlockDeviceMapping, VolumeType } from '@aws-sdk/client-ec2';
import { bootOf, deviceMappings, withSnapshot } from '../steps/block-devices.ts';
import type { RegisterWish } from '../steps/register-image.ts';
import type { SurrogateConfig } from './component.ts';

/** What to register of the snapshots, by device of the instance. */
export function registration(
  config: SurrogateConfig,
  snapshots: ReadonlyMap<string, string>,
): RegisterWish['image'] {
  return {
    Architecture: config.ami_architecture as ArchitectureValues,
    RootDeviceName: config.ami_root_device.device_name,
    VirtualizationType: config.ami_virtualization_type,
    BlockDeviceMappings: mappingsOf(config, snapshots),
    ...(config.sriov_support ? { SriovNetSupport: 'simple' } : {}),
    ...(config.ena_support ? { EnaSupport: true } : {}),
    ...bootOf(config),
  };
}

/** The devices of the instance go before those that only the image has, when both have a name. */
function mappingsOf(
  config: SurrogateConfig,
  snapshots: ReadonlyMap<string, string>,
): BlockDeviceMapping[] {
  const { ami_root_device: root } = config;
  const launched = config.launch_block_device_mappings.filter((one) => !one.omit_from_artifact);
  const mappings = deviceMappings(launched).map((mapping) => {
    const name = mapping.DeviceName ?? '';
    const own = withSnapshot(mapping, snapshots.get(name));
    return name === root.source_device_name ? asRoot(own, root) : own;
  });
  const byName = new Map(
    [...deviceMappings(config.ami_block_device_mappings), ...mappings].map((one) => [
      one.DeviceName,
      one,
    ]),
  );
  return [...byName.values()];
}

function asRoot(
  mapping: BlockDeviceMapping,
  root: SurrogateConfig['ami_root_device'],
): BlockDeviceMapping {
  const Ebs = {
    ...mapping.Ebs,
    DeleteOnTermination: root.delete_on_termination,
    ...(root.volume_type ? { VolumeType: root.volume_type as VolumeType } : {}),
    ...(root.volume_size ? { VolumeSize: root.volume_size } : {}),
    ...(root.iops ? { Iops: root.iops } : {}),
  };
  return { ...mapping, DeviceName: root.device_name, Ebs };
}

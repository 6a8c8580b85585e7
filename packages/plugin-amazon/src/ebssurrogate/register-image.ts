import {
  type ArchitectureValues,
  type BlockDeviceMapping,
  type BootModeValues,
  RegisterImageCommand,
  type RegisterImageCommandInput,
  type Tag,
  type TpmSupportValues,
  type VolumeType,
} from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { make } from '../aws/make.ts';
import { isRefusal, wasRepeated } from '../aws/refusal.ts';
import { findByOrigin } from '../aws/remove-image.ts';
import { tagged } from '../aws/tags.ts';
import type { Pace } from '../aws/wait.ts';
import { waitForImage } from '../aws/wait-for-image.ts';
import { givenSnapshots } from '../options/block-devices.ts';
import { deviceMappings } from '../steps/block-devices.ts';
import type { MadeImage } from '../steps/create-image.ts';
import type { FirstImage } from '../steps/make-images.ts';
import type { SurrogateConfig } from './component.ts';

/** What to register. */
export interface RegisterWish extends FirstImage {
  readonly ec2: Ec2;
  readonly config: SurrogateConfig;
  /** Snapshots by device of the instance. */
  readonly snapshots: ReadonlyMap<string, string>;
  readonly tags: Tag[];
  readonly pace: Pace;
}

/** Registers an image of snapshots and waits until it can be used. */
export const registerImage = defineStep<RegisterWish, MadeImage>({
  name: 'register-image',
  async run(wish, context) {
    const { ec2, config, name, isIntermediate, snapshots, pace } = wish;
    context.ui.say(`Registering the image ${name}`);
    const snapshot = snapshots.get(config.ami_root_device.source_device_name) ?? '';
    const spared = givenSnapshots(config.ami_block_device_mappings);
    const traces = { name, snapshot, spared };
    const command = new RegisterImageCommand(registration(wish));
    const register = async (late: AbortSignal): Promise<string> => {
      try {
        return (await ec2.send(command, late)).ImageId ?? '';
      } catch (error) {
        const isOurs = isRefusal(error, /^InvalidAMIName\.Duplicate$/) && wasRepeated(error);
        const [image] = isOurs ? await findByOrigin(ec2, traces, late) : [];
        if (image?.ImageId === undefined) throw error;
        return image.ImageId;
      }
    };
    const label = `image ${name}`;
    const making = { kind: 'image', label, traces, isKept: !isIntermediate, pace } as const;
    const made = await make(ec2, { ...making, make: register }, context);
    context.ui.say(`Image: ${made.id} in ${ec2.region}`);
    return { made, image: await waitForImage(ec2, made.id, pace, context) };
  },
});

function registration(wish: RegisterWish): RegisterImageCommandInput {
  const { config, name, tags } = wish;
  return {
    Name: name,
    Architecture: config.ami_architecture as ArchitectureValues,
    RootDeviceName: config.ami_root_device.device_name,
    VirtualizationType: config.ami_virtualization_type,
    BlockDeviceMappings: mappingsOf(wish),
    ...(config.sriov_support ? { SriovNetSupport: 'simple' } : {}),
    ...(config.ena_support ? { EnaSupport: true } : {}),
    ...(config.boot_mode ? { BootMode: config.boot_mode as BootModeValues } : {}),
    ...(config.uefi_data ? { UefiData: config.uefi_data } : {}),
    ...(config.tpm_support ? { TpmSupport: config.tpm_support as TpmSupportValues } : {}),
    ...tagged(tags, 'image'),
  };
}

/** The devices of the instance go before those that only the image has, when both have a name. */
function mappingsOf({ config, snapshots }: RegisterWish): BlockDeviceMapping[] {
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

/** A snapshot says itself how it is encrypted. */
function withSnapshot(
  mapping: BlockDeviceMapping,
  SnapshotId: string | undefined,
): BlockDeviceMapping {
  if (SnapshotId === undefined || mapping.Ebs === undefined) return mapping;
  const { Encrypted: _encrypted, KmsKeyId: _key, ...Ebs } = mapping.Ebs;
  return { ...mapping, Ebs: { ...Ebs, SnapshotId } };
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

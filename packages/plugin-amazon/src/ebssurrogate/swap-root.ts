import type { Instance } from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import { attachVolume, detachVolume } from '../aws/attachment.ts';
import type { Ec2 } from '../aws/ec2.ts';
import type { Pace } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { SurrogateConfig } from './component.ts';

/** Whose volumes. */
export interface SwapWish {
  readonly ec2: Ec2;
  readonly config: SurrogateConfig;
  readonly instance: Instance;
  readonly pace: Pace;
}

/**
 * Puts the surrogate in the place of the root volume of the stopped instance, and takes away what the image is not to have,
 * so that an image can be made of the instance. The volumes go with the instance at the end all the same.
 */
export const swapRoot = defineStep<SwapWish, void>({
  name: 'swap-root',
  async run({ ec2, config, instance, pace }, { ui, signal }) {
    const { InstanceId: id = '', RootDeviceName: root = '' } = instance;
    const { source_device_name: source, device_name: device } = config.ami_root_device;
    if (root !== device) throw messages.otherRoot(device, root);
    const omitted = config.launch_block_device_mappings
      .filter((one) => one.omit_from_artifact)
      .map((one) => one.device_name);
    const volumes = (instance.BlockDeviceMappings ?? []).flatMap(({ DeviceName = '', Ebs }) =>
      Ebs?.VolumeId === undefined ? [] : [[DeviceName, Ebs.VolumeId] as const],
    );
    const waiting = { signal, pace };
    for (const [name, volume] of volumes) {
      if (![root, source, ...omitted].includes(name)) continue;
      ui.say(`Detaching ${volume} from ${name}`);
      await detachVolume(ec2, volume, waiting);
    }
    const surrogate = volumes.find(([name]) => name === source)?.[1] ?? '';
    ui.say(`Attaching ${surrogate} as ${root}`);
    await attachVolume(ec2, { volume: surrogate, instance: id, device: root }, waiting);
  },
});

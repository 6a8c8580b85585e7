import type { Complain } from '@bake/plugin-sdk';
import { checkImageBuilder } from '../ebs/check.ts';
import { checkUefi } from '../options/register.ts';
import { isSpot } from '../options/run.ts';
import type { SurrogateConfig } from './component.ts';

/** Checks across the options of the builder, with neither credentials nor a network. */
export async function checkSurrogate(config: SurrogateConfig, complain: Complain): Promise<void> {
  await checkImageBuilder(config, complain);
  checkRoot(config, complain);
  checkUefi(config, complain);
  checkCreateImage(config, complain);
}

function checkRoot(
  { ami_root_device: root, launch_block_device_mappings: devices }: SurrogateConfig,
  complain: Complain,
): void {
  const index = devices.findIndex((one) => one.device_name === root.source_device_name);
  if (index < 0) {
    complain('ami_root_device.0.source_device_name', {
      summary: `no volume with name '${root.source_device_name}' is found`,
      detail: 'It must be the "device_name" of one of "launch_block_device_mappings".',
    });
  } else if (devices[index]?.omit_from_artifact) {
    complain(`launch_block_device_mappings.${index}.omit_from_artifact`, {
      summary: 'The root volume cannot be omitted',
      detail: 'The image starts from this device ("ami_root_device").',
    });
  }
}

/** An image of an instance has these from the instance. */
function checkCreateImage(config: SurrogateConfig, complain: Complain): void {
  if (!config.use_create_image) {
    return;
  }
  for (const option of ['boot_mode', 'uefi_data', 'tpm_support'] as const) {
    if (!config[option]) continue;
    complain(option, {
      summary: `${option} cannot be set with use_create_image`,
      detail: 'The image has it from the instance. Leave one of them out.',
    });
  }
  if (isSpot(config)) {
    complain('use_create_image', {
      summary: 'The volumes of spot instances cannot be swapped',
      detail: 'AWS stops no spot instances. Leave out "spot_price" or "use_create_image".',
    });
  }
}

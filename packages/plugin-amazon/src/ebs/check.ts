import type { Complain, Infer } from '@bake/plugin-sdk';
import { type AccessConfig, checkAccess, type PollingConfig } from '../options/access.ts';
import { type AmiConfig, checkAmi } from '../options/ami.ts';
import { type BlockDevice, checkDevices } from '../options/block-devices.ts';
import { checkNetworking, checkRun } from '../options/check-run.ts';
import { checkTagTemplates, tagTexts } from '../options/check-templates.ts';
import { checkFastLaunch } from '../options/fast-launch.ts';
import type { RunConfig } from '../options/run.ts';
import type { volumeTagOptions } from '../options/tags.ts';
import type { EbsConfig } from './component.ts';

/** Checks across the options of the builder, with neither credentials nor a network. */
export async function checkEbs(config: EbsConfig, complain: Complain): Promise<void> {
  checkNetworking(config, complain);
  const { region, ami_regions: copies = [] } = config;
  checkFastLaunch(config.fast_launch, region ? [region, ...copies] : [], complain);
  await checkImageBuilder(config, complain);
}

/** The options that builders of images share. */
type ImageBuilderConfig = AccessConfig &
  PollingConfig &
  AmiConfig &
  RunConfig &
  Infer<typeof volumeTagOptions> & {
    readonly ami_block_device_mappings: readonly BlockDevice[];
    readonly launch_block_device_mappings: readonly BlockDevice[];
  };

/** Checks what builders of images have in common. */
export async function checkImageBuilder(
  config: ImageBuilderConfig,
  complain: Complain,
): Promise<void> {
  checkAccess(config, complain);
  checkAmi(config, config.region, complain);
  checkDevices('ami_block_device_mappings', config.ami_block_device_mappings, complain);
  checkDevices('launch_block_device_mappings', config.launch_block_device_mappings, complain);
  await checkRun(config, complain);
  await checkTagTemplates(
    { ...tagTexts(config), ami_description: [config.ami_description ?? ''] },
    complain,
  );
}

import type { Complain } from '@bake/plugin-sdk';
import { checkAccess } from '../options/access.ts';
import { checkAmi } from '../options/ami.ts';
import { checkDevices } from '../options/block-devices.ts';
import { checkRun } from '../options/check-run.ts';
import { checkTagTemplates } from '../options/check-templates.ts';
import { isSpot } from '../options/run.ts';
import type { EbsConfig } from './component.ts';

/** Checks across the options of the builder, with neither credentials nor a network. */
export async function checkEbs(config: EbsConfig, complain: Complain): Promise<void> {
  checkAccess(config, complain);
  checkAmi(config, config.region, complain);
  checkDevices('ami_block_device_mappings', config.ami_block_device_mappings, complain);
  checkDevices('launch_block_device_mappings', config.launch_block_device_mappings, complain);
  await checkRun(config, complain);
  checkNetworking(config, complain);
  await checkTagTemplates(
    {
      spot_tags: Object.values(config.spot_tags ?? {}),
      fleet_tags: Object.values(config.fleet_tags ?? {}),
      ami_description: [config.ami_description ?? ''],
      tags: Object.values(config.tags ?? {}),
      snapshot_tags: Object.values(config.snapshot_tags ?? {}),
      run_tags: Object.values(config.run_tags ?? {}),
      run_volume_tags: Object.values(config.run_volume_tags ?? {}),
      tag: config.tag.map(({ value }) => value),
      snapshot_tag: config.snapshot_tag.map(({ value }) => value),
      run_tag: config.run_tag.map(({ value }) => value),
      run_volume_tag: config.run_volume_tag.map(({ value }) => value),
    },
    complain,
  );
}

/** It is switched on and off while the instance is stopped, and spot instances are not. */
function checkNetworking(config: EbsConfig, complain: Complain): void {
  if (!isSpot(config)) return;
  for (const option of ['ena_support', 'sriov_support'] as const) {
    if (!config[option]) continue;
    complain(option, {
      summary: `Spot instances cannot be changed for ${option}`,
      detail: 'Start from an image that has it already, or on demand.',
    });
  }
}

import type { Complain } from '@bake/plugin-sdk';
import { checkAccess } from '../options/access.ts';
import { checkDevices } from '../options/block-devices.ts';
import { checkNetworking, checkRun } from '../options/check-run.ts';
import { checkTagTemplates, tagTexts } from '../options/check-templates.ts';
import type { EbsVolumeConfig } from './component.ts';

/** Checks across the options of the builder, with neither credentials nor a network. */
export async function checkEbsVolume(config: EbsVolumeConfig, complain: Complain): Promise<void> {
  checkAccess(config, complain);
  checkDevices('ebs_volumes', config.ebs_volumes, complain);
  checkNetworking(config, complain);
  checkSnapshots(config, complain);
  await checkRun(config, complain);
  await checkTagTemplates(tagTexts(config), complain);
  for (const [index, volume] of config.ebs_volumes.entries()) {
    await checkTagTemplates(tagTexts(volume, `ebs_volumes.${index}.`), complain);
  }
}

const ofSnapshots = [
  'snapshot_description',
  'snapshot_tags',
  'snapshot_tag',
  'snapshot_users',
  'snapshot_groups',
] as const;

function checkSnapshots({ ebs_volumes: volumes }: EbsVolumeConfig, complain: Complain): void {
  for (const [index, volume] of volumes.entries()) {
    if (volume.snapshot_volume) continue;
    for (const option of ofSnapshots) {
      if (Object.keys(volume[option] ?? {}).length === 0) continue;
      complain(`ebs_volumes.${index}.${option}`, {
        severity: 'warning',
        summary: `${option} is of no use without a snapshot`,
        detail: 'Set "snapshot_volume = true", or leave it out.',
      });
    }
  }
}

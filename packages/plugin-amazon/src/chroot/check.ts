import type { Complain } from '@bake/plugin-sdk';
import { checkAccess } from '../options/access.ts';
import { checkAmi } from '../options/ami.ts';
import { checkDevices } from '../options/block-devices.ts';
import { checkSource } from '../options/check-run.ts';
import { checkTagTemplates, tagTexts } from '../options/check-templates.ts';
import { isKmsKey } from '../options/kms-key.ts';
import { checkUefi } from '../options/register.ts';
import type { ChrootConfig } from './component.ts';

/** Checks across the options of the builder, with neither credentials nor a network. */
export async function checkChroot(config: ChrootConfig, complain: Complain): Promise<void> {
  checkAccess(config, complain);
  checkAmi(config, config.region, complain);
  checkDevices('ami_block_device_mappings', config.ami_block_device_mappings, complain);
  checkUefi(config, complain);
  if (config.from_scratch) checkScratch(config, complain);
  else checkFromImage(config, complain);
  checkVolume(config, complain);
  checkMounts(config, complain);
  await checkTagTemplates(
    {
      ...tagTexts(config),
      ami_description: [config.ami_description ?? ''],
      command_wrapper: [config.command_wrapper],
      mount_path: [config.mount_path],
      pre_mount_commands: config.pre_mount_commands ?? [],
      post_mount_commands: config.post_mount_commands ?? [],
    },
    complain,
  );
}

/** Nothing is known of an image that there is not. */
function checkScratch(config: ChrootConfig, complain: Complain): void {
  for (const option of ['source_ami', 'source_ami_filter'] as const) {
    if (config[option] === undefined) continue;
    complain(option, {
      severity: 'warning',
      summary: `${option} is unused when from_scratch is true`,
      detail: 'Leave one of them out.',
    });
  }
  const wanted = {
    root_volume_size: config.root_volume_size,
    pre_mount_commands: config.pre_mount_commands?.length,
    ami_virtualization_type: config.ami_virtualization_type,
    root_device_name: config.root_device_name,
    ami_block_device_mappings: config.ami_block_device_mappings.length,
  };
  for (const [option, value] of Object.entries(wanted)) {
    if (value) continue;
    complain(undefined, {
      summary: `${option} is required with from_scratch`,
      detail: 'An empty volume has none of what a source image says of itself.',
    });
  }
  const root = config.ami_block_device_mappings.some(
    ({ device_name: name }) => name === config.root_device_name,
  );
  if (config.root_device_name && config.ami_block_device_mappings.length > 0 && !root) {
    complain('root_device_name', noRoot(config.root_device_name));
  }
}

function checkFromImage(config: ChrootConfig, complain: Complain): void {
  checkSource(config, complain);
  const { root_device_name: root, ami_block_device_mappings: devices } = config;
  if (devices.length > 0 && !root) {
    complain('ami_block_device_mappings', {
      summary: 'root_device_name is required with ami_block_device_mappings',
      detail: 'The devices take the place of those of the source; say which one is the root.',
    });
  } else if (devices.length === 0 && root) {
    complain('root_device_name', {
      summary: 'root_device_name goes with ami_block_device_mappings',
      detail: 'The root of the source is kept otherwise. Leave it out.',
    });
  } else if (root && !devices.some(({ device_name: name }) => name === root)) {
    complain('root_device_name', noRoot(root));
  }
}

function noRoot(root: string) {
  return {
    summary: `No block device is called "${root}"`,
    detail: 'It must be the "device_name" of one of "ami_block_device_mappings".',
  };
}

function checkVolume(config: ChrootConfig, complain: Complain): void {
  const { root_volume_kms_key_id: key, root_volume_encrypt_boot: encrypts } = config;
  if (!key) return;
  if (encrypts !== true) {
    complain('root_volume_kms_key_id', {
      summary: 'A key needs root_volume_encrypt_boot',
      detail: 'Set "root_volume_encrypt_boot = true", or leave out the key.',
    });
  }
  if (isKmsKey(key)) return;
  complain('root_volume_kms_key_id', {
    summary: `"${key}" is not a valid KMS key ID`,
    detail: 'Give the ID of a key, `alias/NAME`, or the ARN of one of them.',
  });
}

function checkMounts(config: ChrootConfig, complain: Complain): void {
  for (const mount of config.chroot_mounts ?? []) {
    if (mount.length === 3) continue;
    complain('chroot_mounts', {
      summary: 'Each of chroot_mounts has three parts',
      detail: `They are type, source and place; here one is [${mount.join(', ')}].`,
    });
  }
  if (!/^\d+$/.test(config.mount_partition)) {
    complain('mount_partition', {
      summary: 'mount_partition is a number',
      detail: '"0" is the whole volume.',
    });
  }
}

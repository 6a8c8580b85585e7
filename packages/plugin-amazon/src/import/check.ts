import type { Complain } from '@bake/plugin-sdk';
import { checkAccess } from '../options/access.ts';
import { checkImdsSupport, checkName } from '../options/ami.ts';
import { isKmsKey } from '../options/kms-key.ts';
import type { ImportConfig } from './component.ts';

/** Checks across the options of the post-processor, with neither credentials nor a network. */
export function checkImport(config: ImportConfig, complain: Complain): void {
  checkAccess(config, complain);
  if (config.s3_bucket_name === '') {
    complain('s3_bucket_name', { summary: 's3_bucket_name must be set' });
  }
  if (config.ami_name !== undefined && config.ami_name !== '') {
    checkName(config.ami_name, complain);
  }
  checkObject(config, complain);
  checkKey(config, complain);
  checkBoot(config, complain);
  checkImdsSupport(config, complain);
}

function checkObject(config: ImportConfig, complain: Complain): void {
  const { s3_encryption: encryption, s3_encryption_key: key } = config;
  if (key && encryption !== 'aws:kms') {
    complain('s3_encryption_key', {
      summary: 'A key needs s3_encryption',
      detail: 'Set "s3_encryption" to "aws:kms", or leave out "s3_encryption_key".',
    });
  }
}

function checkKey({ ami_kms_key: key, ami_encrypt: encrypts }: ImportConfig, complain: Complain) {
  if (!key) return;
  if (!encrypts) {
    complain('ami_kms_key', {
      summary: 'A key needs ami_encrypt',
      detail: 'Set "ami_encrypt = true", or leave out "ami_kms_key".',
    });
  }
  if (isKmsKey(key)) return;
  complain('ami_kms_key', {
    summary: `"${key}" is not a valid KMS key ID`,
    detail: 'Give the ID of a key, `alias/NAME`, or the ARN of one of them.',
  });
}

/** AWS's table "Boot modes in VM Import/Export". */
function checkBoot(config: ImportConfig, complain: Complain): void {
  const { boot_mode: mode, architecture, platform } = config;
  if (architecture === 'arm64' && mode === 'legacy-bios') {
    complain('boot_mode', { summary: 'Images for arm64 boot by UEFI only' });
  }
  if (architecture === 'i386' && mode === 'uefi') {
    complain('boot_mode', { summary: 'Images for i386 boot by "legacy-bios" only' });
  }
  if (platform === 'windows' && architecture === 'arm64') {
    complain('platform', { summary: 'AWS imports Windows for x86 only' });
  }
}

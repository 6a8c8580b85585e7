import { stat } from 'node:fs/promises';
import type { Complain } from '@bake/plugin-sdk';
import { checkImageBuilder } from '../ebs/check.ts';
import { checkTagTemplates } from '../options/check-templates.ts';
import type { InstanceConfig } from './component.ts';

/** Checks across the options of the builder, with neither credentials nor a network. */
export async function checkInstanceBuilder(
  config: InstanceConfig,
  complain: Complain,
): Promise<void> {
  await checkImageBuilder({ ...config, run_volume_tags: undefined, run_volume_tag: [] }, complain);
  if (!/^[\d-]+$/.test(config.account_id)) {
    complain('account_id', { summary: 'account_id must be set to the number of an account' });
  }
  if (config.s3_bucket === '') complain('s3_bucket', { summary: 's3_bucket must be set' });
  for (const option of ['x509_cert_path', 'x509_key_path'] as const) {
    const path = config[option];
    if ((await stat(path).catch(() => undefined))?.isFile()) continue;
    complain(option, {
      summary: `${option} points to no file`,
      detail: `"${path}" is not a file. Relative paths start at the working folder.`,
    });
  }
  await checkTagTemplates(
    {
      bundle_vol_command: [config.bundle_vol_command],
      bundle_upload_command: [config.bundle_upload_command ?? ''],
    },
    complain,
  );
}

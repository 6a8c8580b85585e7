import { stat } from 'node:fs/promises';
import { type Complain, checkTemplateOption } from '@bake/plugin-sdk';
import type { BoxConfig, BoxOptions } from './component.ts';

/** Checks the options, and that the template of the Vagrantfile is there. */
export async function checkBox(config: BoxConfig, complain: Complain): Promise<void> {
  const { override, catalog, vagrantfile_template_generated: isGenerated } = config;
  await checkOptions('', config, isGenerated, complain);
  for (const [provider, options] of Object.entries(override ?? {})) {
    if (options !== undefined) {
      await checkOptions(`override.0.${provider}.0.`, options, isGenerated, complain);
    }
  }
  await checkTemplateOption('catalog.0.url', catalog?.url, complain);
}

async function checkOptions(
  place: string,
  options: BoxOptions,
  isGenerated: boolean,
  complain: Complain,
): Promise<void> {
  const { compression_level: level, vagrantfile_template: template, output } = options;
  if (level !== undefined && !(Number.isInteger(level) && level >= -1 && level <= 9)) {
    complain(`${place}compression_level`, {
      summary: 'Invalid compression level. Expected an integer from -1 to 9.',
      detail: `It is ${level}. 1 is fast, 9 is small, 0 does not compress, -1 leaves it to gzip.`,
    });
  }
  await checkTemplateOption(`${place}output`, output, complain);
  if (!template || isGenerated || (await isThere(template))) return;
  complain(`${place}vagrantfile_template`, {
    summary: `vagrantfile_template '${template}' does not exist`,
    detail:
      'Paths start at the working folder. If the build makes the file, set "vagrantfile_template_generated = true".',
  });
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

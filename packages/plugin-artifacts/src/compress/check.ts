import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { type Complain, checkTemplateOption } from '@bake/plugin-sdk';
import type { CompressConfig } from './component.ts';
import { formatOf } from './format.ts';

/** Checks across the options of the post-processor `compress`. */
export async function checkCompress(compress: CompressConfig, complain: Complain): Promise<void> {
  await checkTemplateOption('output', compress.output, complain);
  const { algorithm } = formatOf(compress);
  if ((algorithm === 'xz' || algorithm === 'bzip2') && !(await isInstalled(algorithm))) {
    complain('output', {
      summary: `The program "${algorithm}" is not installed`,
      detail: `Files of this kind are compressed by the program "${algorithm}". Install it, or use another extension, for instance ".tar.gz".`,
    });
  }
}

async function isInstalled(program: string): Promise<boolean> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = process.platform === 'win32' ? [`${program}.exe`] : [program];
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = await Promise.all(
    paths.map((path) =>
      access(path, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

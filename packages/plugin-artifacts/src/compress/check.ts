import { type Complain, checkTemplateOption, hasProgram } from '@bake/plugin-sdk';
import type { CompressConfig } from './component.ts';
import { formatOf } from './format.ts';

/** Checks across the options of the post-processor `compress`. */
export async function checkCompress(compress: CompressConfig, complain: Complain): Promise<void> {
  await checkTemplateOption('output', compress.output, complain);
  const { algorithm } = formatOf(compress);
  if ((algorithm === 'xz' || algorithm === 'bzip2') && !(await hasProgram(algorithm))) {
    complain('output', {
      summary: `The program "${algorithm}" is not installed`,
      detail: `Files of this kind are compressed by the program "${algorithm}". Install it, or use another extension, for instance ".tar.gz".`,
    });
  }
}

import type { Complain } from '../../component.ts';
import { type Infer, string, stringMap, strings } from '../../schema/option.ts';

/** Options of builders that give their machine a CD with files. */
export const cdOptions = {
  cd_files: strings(
    'Files and folders for a CD, by paths or patterns; a folder keeps its name, with a slash at the end only what is in it goes there.',
    { example: '["seed/*"]' },
  ),
  cd_content: stringMap('Texts for the CD, by path; they win over `cd_files`.', {
    example: '{ "user-data" = file("user-data"), "meta-data" = "" }',
  }),
  cd_label: string('Label of the CD; `packer` if left out.', { example: '"cidata"' }),
} as const;

/** The decoded options. */
export type CdOptions = Infer<typeof cdOptions>;

/** Whether there is a CD to make. */
export function wantsCd({ cd_files = [], cd_content = {} }: CdOptions): boolean {
  return cd_files.length > 0 || Object.keys(cd_content).length > 0;
}

/** Checks the files and the label, and warns when no program can make CDs here. */
export async function checkCd(options: CdOptions, complain: Complain): Promise<void> {
  const { cd_files = [], cd_content = {}, cd_label = '' } = options;
  if (cd_label.length > 32) {
    complain('cd_label', {
      summary: 'The label of the CD is too long',
      detail: `It has ${cd_label.length} characters; there is room for 32, or 16 that Windows sees.`,
    });
  }
  if (!wantsCd(options)) return;
  const { checkPaths, checkTextPaths } = await import('../media/media-tree.ts');
  await checkPaths('cd_files', cd_files, 'CD disk file', complain);
  checkTextPaths('cd_content', cd_content, complain);
  const { findCdProgram, noCdProgram } = await import('./cd-program.ts');
  if ((await findCdProgram()) !== undefined) return;
  const { message, detail = '' } = noCdProgram();
  complain(cd_files.length > 0 ? 'cd_files' : 'cd_content', {
    severity: 'warning',
    summary: message,
    detail,
  });
}

/** Throws a `Failure` when there is a CD to make and no program for it: call it before anything starts. */
export async function requireCdProgram(options: CdOptions): Promise<void> {
  if (!wantsCd(options)) return;
  const { findCdProgram, noCdProgram } = await import('./cd-program.ts');
  if ((await findCdProgram()) === undefined) throw noCdProgram();
}

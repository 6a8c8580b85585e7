import type { Complain } from '../../component.ts';
import { type Infer, string, stringMap, strings } from '../../schema/option.ts';

/** Options of builders that give their machine a floppy disk with files. */
export const floppyOptions = {
  floppy_files: strings(
    'Files for a floppy disk, by paths or patterns; those of folders and below go there by their names alone.',
    { example: '["Autounattend.xml"]' },
  ),
  floppy_dirs: strings('Folders for the floppy disk, by paths or patterns, with all below them.'),
  floppy_content: stringMap(
    'Texts for the floppy disk, by path; they win over `floppy_files` and `floppy_dirs`.',
    { example: '{ "ks.cfg" = file("ks.cfg") }' },
  ),
  floppy_label: string('Label of the floppy disk; `packer` if left out.'),
} as const;

/** The decoded options. */
export type FloppyOptions = Infer<typeof floppyOptions>;

/** Whether there is a floppy disk to make. */
export function wantsFloppy(options: FloppyOptions): boolean {
  const { floppy_files = [], floppy_dirs = [], floppy_content = {} } = options;
  return floppy_files.length + floppy_dirs.length + Object.keys(floppy_content).length > 0;
}

/** Checks the files and the label. */
export async function checkFloppy(options: FloppyOptions, complain: Complain): Promise<void> {
  const { floppy_files = [], floppy_dirs = [], floppy_content = {}, floppy_label = '' } = options;
  if (!/^[ !#-)\-0-9@A-Z^-{}~]{0,11}$/.test(floppy_label)) {
    complain('floppy_label', {
      summary: `"${floppy_label}" cannot be the label of a floppy disk`,
      detail: 'It has at most 11 letters, digits and some signs of ASCII.',
    });
  }
  if (!wantsFloppy(options)) return;
  const { checkPaths, checkTextPaths } = await import('../media/media-tree.ts');
  await checkPaths('floppy_files', floppy_files, 'Floppy disk file', complain);
  await checkPaths('floppy_dirs', floppy_dirs, 'Floppy disk directory', complain);
  checkTextPaths('floppy_content', floppy_content, complain);
}

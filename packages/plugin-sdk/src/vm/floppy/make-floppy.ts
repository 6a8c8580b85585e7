import { defineStep } from '../../step.ts';
import { type FloppyOptions, wantsFloppy } from './options.ts';

/**
 * Makes the image of a floppy disk (1.44 MB, FAT12) with the files and texts of the options; it goes away when the
 * build ends. Gives its path, or nothing when there is none to make. Throws a `Failure` when a file cannot be
 * read, cannot have its name there, or all do not fit.
 */
export const makeFloppy = defineStep({
  name: 'make-floppy',
  async run(options: FloppyOptions, context): Promise<string | undefined> {
    if (!wantsFloppy(options)) return undefined;
    const { writeFloppy } = await import('./write-floppy.ts');
    return writeFloppy(options, context);
  },
});

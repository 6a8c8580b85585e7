import { defineStep } from '../../step.ts';
import { type CdOptions, wantsCd } from './options.ts';

/**
 * Makes an ISO image of the files and texts of the options; it goes away when the build ends. Gives its path, or
 * nothing when there is no CD to make. Throws a `Failure` when a file cannot be read or no program makes CDs.
 */
export const makeCd = defineStep({
  name: 'make-cd',
  async run(options: CdOptions, context): Promise<string | undefined> {
    if (!wantsCd(options)) return undefined;
    const { writeCd } = await import('./write-cd.ts');
    return writeCd(options, context);
  },
});

import { type Infer, string } from '../schema/option.ts';
import { defineStep } from '../step.ts';

/** The option of builders that write their machine's files into a folder. */
export const outputDirectoryOptions = {
  output_directory: string(
    'Folder for the files of the machine; it must not exist unless `-force` is given. `output-` and the name of the build if left out.',
  ),
} as const;

/** The decoded option. */
export type OutputDirectoryOptions = Infer<typeof outputDirectoryOptions>;

/** A folder to make, as more than a path. */
export interface OutputDirectoryWish {
  readonly path: string;
  /** Asked before the folder is removed again: rejects while it must stay, with what the user is told then. */
  readonly mayGo?: () => Promise<void>;
}

/**
 * Makes the folder at a path for a build's output, and removes it again if the build fails or is cancelled. Gives the absolute
 * paths of what it made: the folder, and those above it that were not there, deepest first, as `removeEmptyFolders` takes
 * them. With `-force` what is there already goes first. Throws a `Failure` when it is there without, or cannot be made.
 */
export const makeOutputDirectory = defineStep({
  name: 'make-output-directory',
  async run(wish: string | OutputDirectoryWish, context): Promise<readonly string[]> {
    const { makeFolder } = await import('./make-output-folder.ts');
    const { path, mayGo }: OutputDirectoryWish = typeof wish === 'string' ? { path: wish } : wish;
    return makeFolder(path, context, mayGo);
  },
});

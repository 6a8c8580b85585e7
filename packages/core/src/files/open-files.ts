import type { Source } from '@bake/hcl';

/** Files that an editor holds open: what it has of them counts, and not what is on the disk. */
export interface OpenFiles {
  /** Paths, as `sourceOf` takes them. */
  readonly paths: Iterable<string>;
  /** The text of such a file, the same object for as long as it is the same text; `undefined` when it is not open. */
  sourceOf(path: string): Source | undefined;
}

/** Nothing is open. */
export const noOpenFiles: OpenFiles = { paths: [], sourceOf: () => undefined };

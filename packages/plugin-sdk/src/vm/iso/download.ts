import { defineStep } from '../../step.ts';
import { type IsoOptions, isoUrlsOf } from './options.ts';

/** A file to get, from the first place that has it. */
export interface Download {
  /** What it is, for messages: `ISO`. */
  readonly label: string;
  /** Paths and URLs of it. */
  readonly sources: readonly string[];
  /** As `iso_checksum` has it. */
  readonly checksum: string;
  /** Where to keep it; the cache if left out. */
  readonly targetPath?: string | undefined;
  /** Ending of its name in the cache, without dot. */
  readonly extension: string;
}

/** A file that is here and has been checked. */
export interface LocalFile {
  readonly path: string;
  /** Where it came from, without credentials (Packer's `SourceImageURL`). */
  readonly source: string;
}

/** What the options of an ISO have to be got. */
export function isoDownload(options: IsoOptions): Download {
  return {
    label: 'ISO',
    sources: isoUrlsOf(options),
    checksum: options.iso_checksum ?? '',
    targetPath: options.iso_target_path,
    extension: options.iso_target_extension.toLowerCase(),
  };
}

/**
 * Gets a file and checks it: a local one is used where it is, one that was downloaded before is taken from the
 * cache, which Packer shares. What was downloaded in part is kept and gone on with next time. Throws a
 * `Failure` that tells of each place when none gives it.
 */
export const download = defineStep({
  name: 'download',
  async run(wanted: Download, context): Promise<LocalFile> {
    const { retrieve } = await import('./retrieve.ts');
    return retrieve(wanted, context);
  },
});

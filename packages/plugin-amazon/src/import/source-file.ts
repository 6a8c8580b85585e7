import type { Artifact } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';

/** The one file of the artifact that has the format by its name. Throws a `Failure`. */
export function fileOf({ files }: Artifact, format: string): string {
  const [file, ...others] = files.filter((name) => name.toLowerCase().endsWith(`.${format}`));
  if (file === undefined) throw messages.noFile(format, files);
  if (others.length > 0) throw messages.severalFiles(format, [file, ...others]);
  return file;
}

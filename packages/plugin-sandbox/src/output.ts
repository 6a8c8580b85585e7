import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildFacts, Failure } from '@bake/plugin-sdk';

/**
 * Where the archive goes. Throws a `Failure` when something is there and the build may not replace it:
 * better before the work than after.
 */
export async function claimOutput(wanted: string | undefined, build: BuildFacts): Promise<string> {
  const name = build.sourceName;
  const output = wanted || join(`output-${name}`, `${name}.tar.gz`);
  const there = await stat(output).catch(() => undefined);
  if (there === undefined || (build.force && !there.isDirectory())) return output;
  throw new Failure({
    summary: `The output exists already: ${output}`,
    detail: there.isDirectory()
      ? 'It is a folder, but "output" is to name a file.'
      : 'Use the -force flag to replace it, or set "output" to another path.',
  });
}

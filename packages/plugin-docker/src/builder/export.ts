import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Artifact, defineStep, makeFolders, removeEmptyFolders } from '@bake/plugin-sdk';
import { writeOutput } from '../engine/write-output.ts';
import { builderIds } from '../image-artifact.ts';
import { outputFailure } from '../messages.ts';
import type { Container } from './start-container.ts';

/** Which container to export, and the file to write. */
export interface ExportWish {
  readonly path: string;
  readonly container: Container;
}

/**
 * Writes the content of the container into a file, which is put in place when it is whole. Gives the folders that were made for
 * it, deepest first.
 */
export const exportStep = defineStep<ExportWish, readonly string[]>({
  name: 'export',
  async run({ path, container }, context) {
    const { ui, signal } = context;
    // What is made for the file goes away with it after a failure.
    const madeFolders = await makeFolders(dirname(path), context).catch((error: unknown) => {
      throw outputFailure(dirname(path), error);
    });
    ui.say('Exporting the container');
    await writeOutput(path, context, (stdout) =>
      container.docker.run(['export', container.id], { signal, stdout }),
    );
    return madeFolders;
  },
});

/**
 * The file as what came of the build; without a path the container was thrown away. The folders that were made for the file go
 * with it, as far as they are empty then.
 */
export function exportArtifact(
  path: string,
  madeFolders: readonly string[],
  generated: Readonly<Record<string, unknown>>,
): Artifact {
  return {
    builderId: builderIds.exported,
    id: 'Container',
    files: path === '' ? [] : [path],
    description: `Exported Docker file: ${path}`,
    state: { generated_data: generated },
    async destroy() {
      if (path !== '') await rm(path, { force: true });
      await removeEmptyFolders(madeFolders);
    },
  };
}

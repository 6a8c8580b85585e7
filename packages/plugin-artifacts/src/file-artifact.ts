import { rm } from 'node:fs/promises';
import type { Artifact } from '@bake/plugin-sdk';

/** An artifact that is made of local files; destroying it removes them. */
export function fileArtifact(
  builderId: string,
  files: readonly string[],
  description: string,
): Artifact {
  return {
    builderId,
    id: '',
    files,
    description,
    async destroy() {
      for (const file of files) {
        await rm(file, { recursive: true, force: true });
      }
    },
  };
}

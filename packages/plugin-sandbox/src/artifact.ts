import { rm } from 'node:fs/promises';
import { type Artifact, removeEmptyFolders } from '@bake/plugin-sdk';
import type { PackedTree } from './pack-step.ts';

/** The archive as what came of the build. */
export function archiveArtifact({ output, sha256, madeFolders }: PackedTree): Artifact {
  return {
    builderId: 'bake.sandbox',
    id: `sha256:${sha256}`,
    files: [output],
    description: `Sandbox tree: ${output}`,
    async destroy() {
      await rm(output, { force: true });
      await removeEmptyFolders(madeFolders);
    },
  };
}

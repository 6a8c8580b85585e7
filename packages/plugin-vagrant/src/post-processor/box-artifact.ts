import type { Artifact } from '@bake/plugin-sdk';

/** What the post-processor calls its artifacts, as Packer's does. */
export const boxBuilderId = 'mitchellh.post-processor.vagrant';

/** A box as what came of a build. `provider` is the plugin's name for it. */
export function boxArtifact(
  provider: string,
  path: string,
  destroy: () => Promise<void>,
): Artifact {
  return {
    builderId: boxBuilderId,
    id: provider,
    files: [path],
    description: `'${provider}' provider box: ${path}`,
    destroy,
  };
}

import type { Artifact } from '@bake/plugin-sdk';
import type { AccessConfig } from './options/access.ts';

/** Volumes and snapshots of one region. */
export interface KeptVolumes {
  readonly region: string;
  readonly volumes: readonly string[];
  readonly snapshots: readonly string[];
}

/** Volumes and snapshots as what came of a build; destroying it deletes them. */
export function volumeArtifact(
  kept: KeptVolumes,
  access: AccessConfig,
  generated: Readonly<Record<string, unknown>>,
): Artifact {
  const pairs = [...kept.volumes, ...kept.snapshots].map((id) => `${kept.region}:${id}`).toSorted();
  return {
    builderId: 'mitchellh.amazon.ebsvolume',
    id: pairs.join(','),
    files: [],
    description: `EBS Volumes were created:\n\n${pairs.join('\n')}`,
    state: { generated_data: generated },
    async destroy() {
      const { destroyVolumes } = await import('./aws/destroy-volumes.ts');
      await destroyVolumes(kept, access);
    },
  };
}

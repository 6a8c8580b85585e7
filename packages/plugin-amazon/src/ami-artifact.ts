import type { Artifact } from '@bake/plugin-sdk';
import type { AccessConfig } from './options/access.ts';
import { type BlockDevice, givenSnapshots } from './options/block-devices.ts';
import type { RegionImage } from './steps/copy-image.ts';

/** Builders by the IDs that Packer's plugin gives their artifacts. */
export const builderIds = {
  ebs: 'mitchellh.amazonebs',
  chroot: 'mitchellh.amazon.chroot',
  instance: 'mitchellh.amazon.instance',
  import: 'packer.post-processor.amazon-import',
  surrogate: 'mitchellh.amazon.ebssurrogate',
} as const;

/** Images by region as what came of a build; destroying it deregisters them and deletes their snapshots. */
export function amiArtifact(
  builderId: string,
  images: readonly RegionImage[],
  access: AccessConfig & { readonly ami_block_device_mappings: readonly BlockDevice[] },
  generated: Readonly<Record<string, unknown>>,
): Artifact {
  const amis = Object.fromEntries(
    images.map(({ region, image }) => [region, image.ImageId ?? ''] as const),
  );
  const pairs = Object.entries(amis).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    builderId,
    id: pairs.map(([region, id]) => `${region}:${id}`).join(','),
    files: [],
    description: `AMIs were created:\n${pairs.map(([region, id]) => `${region}: ${id}`).join('\n')}`,
    state: { generated_data: generated, amis },
    async destroy() {
      const { destroyAmis } = await import('./aws/destroy-amis.ts');
      await destroyAmis(amis, access, givenSnapshots(access.ami_block_device_mappings));
    },
  };
}

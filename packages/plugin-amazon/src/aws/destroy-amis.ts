import type { AccessConfig } from '../options/access.ts';
import { openCloud } from './cloud.ts';
import { destroyImage, findImages } from './remove-image.ts';

/** Deregisters images by region and deletes their snapshots, but for those in `spared`. */
export async function destroyAmis(
  amis: Readonly<Record<string, string>>,
  access: AccessConfig,
  spared: readonly string[],
): Promise<void> {
  const { signal } = new AbortController();
  const cloud = await openCloud(access, { signal });
  try {
    for (const [region, id] of Object.entries(amis)) {
      const ec2 = cloud.ec2(region);
      for (const image of await findImages(ec2, { ImageIds: [id] }, signal)) {
        await destroyImage(ec2, image, { signal, pace: {} }, spared);
      }
    }
  } finally {
    cloud.close();
  }
}

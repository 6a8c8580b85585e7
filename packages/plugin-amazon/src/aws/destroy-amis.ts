import type { AccessConfig } from '../options/access.ts';
import { openCloud } from './cloud.ts';
import { destroyImage, findImages } from './remove-image.ts';

/** Deregisters images by region and deletes their snapshots. */
export async function destroyAmis(
  amis: Readonly<Record<string, string>>,
  access: AccessConfig,
): Promise<void> {
  const { signal } = new AbortController();
  const cloud = await openCloud(access, { signal });
  try {
    for (const [region, id] of Object.entries(amis)) {
      const ec2 = cloud.ec2(region);
      for (const image of await findImages(ec2, { ImageIds: [id] }, signal)) {
        await destroyImage(ec2, image, { signal, pace: {} });
      }
    }
  } finally {
    cloud.close();
  }
}

import type { AccessConfig } from '../options/access.ts';
import type { KeptVolumes } from '../volume-artifact.ts';
import { openCloud } from './cloud.ts';
import { deleteSnapshot } from './remove-image.ts';
import { deleteVolume } from './remove-instance.ts';

/** Deletes volumes and snapshots. */
export async function destroyVolumes(kept: KeptVolumes, access: AccessConfig): Promise<void> {
  const { signal } = new AbortController();
  const cloud = await openCloud({ ...access, region: kept.region }, { signal });
  try {
    const removing = { signal, pace: {} };
    for (const id of kept.volumes) await deleteVolume(cloud.ec2(), id, removing);
    for (const id of kept.snapshots) await deleteSnapshot(cloud.ec2(), id, removing);
  } finally {
    cloud.close();
  }
}

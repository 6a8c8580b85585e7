import { DescribeSnapshotsCommand } from '@aws-sdk/client-ec2';
import type { Traces } from '@bake/plugin-sdk';
import type { Ec2 } from './ec2.ts';
import { toFilters } from './filters.ts';
import { lookAgain } from './look-again.ts';
import { deleteSnapshot } from './remove-image.ts';
import type { Removing } from './removing.ts';

/** Deletes a snapshot of ours, by its ID, or all of the volume that it was made of. */
export async function removeSnapshot(ec2: Ec2, traces: Traces, removing: Removing): Promise<void> {
  const { id, volume } = traces;
  const ids = await lookAgain(
    id === undefined,
    async () =>
      id === undefined ? snapshotsOfVolume(ec2, String(volume), removing.signal) : [String(id)],
    removing,
  );
  for (const one of ids) await deleteSnapshot(ec2, one, removing);
}

/** IDs of the snapshots of a volume. */
export async function snapshotsOfVolume(
  ec2: Ec2,
  volume: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const Filters = toFilters({ 'volume-id': volume });
  const command = new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters });
  const { Snapshots = [] } = await ec2.send(command, signal);
  return Snapshots.map(({ SnapshotId = '' }) => SnapshotId);
}

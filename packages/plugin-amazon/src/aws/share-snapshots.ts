import { ModifySnapshotAttributeCommand, type PermissionGroup } from '@aws-sdk/client-ec2';
import type { Ec2 } from './ec2.ts';

/** Who may make volumes of snapshots. */
export interface SnapshotSharing {
  readonly snapshot_users: readonly string[] | undefined;
  readonly snapshot_groups: readonly string[] | undefined;
}

/** Lets others make volumes of the snapshots. AWS changes one kind of attribute in a call. */
export async function shareSnapshots(
  ec2: Ec2,
  snapshots: readonly string[],
  { snapshot_groups: groups = [], snapshot_users: users = [] }: SnapshotSharing,
  signal: AbortSignal,
): Promise<void> {
  const lists = [
    groups.map((one) => ({ Group: one as PermissionGroup })),
    users.map((one) => ({ UserId: one })),
  ].filter((list) => list.length > 0);
  for (const SnapshotId of snapshots) {
    for (const Add of lists) {
      const change = { SnapshotId, CreateVolumePermission: { Add } };
      await ec2.send(new ModifySnapshotAttributeCommand(change), signal);
    }
  }
}

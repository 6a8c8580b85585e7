import {
  CreateSnapshotCommand,
  DescribeSnapshotsCommand,
  type Snapshot,
  type Tag,
} from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { make } from '../aws/make.ts';
import { isRefusal } from '../aws/refusal.ts';
import { deleteSnapshot } from '../aws/remove-image.ts';
import { snapshotsOfVolume } from '../aws/remove-snapshot.ts';
import { tagged } from '../aws/tags.ts';
import { imagePatience, type Pace, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';

/** What to make a snapshot of. */
export interface SnapshotWish {
  readonly ec2: Ec2;
  /** A volume that the build has made itself, so that all its snapshots are of the build. */
  readonly volume: string;
  readonly description: string;
  readonly tags: Tag[];
  readonly pace: Pace;
}

/** Makes a snapshot of a volume and waits until it is whole. Gives its ID. */
export const createSnapshot = defineStep<SnapshotWish, string>({
  name: 'create-snapshot',
  async run(wish, context) {
    const { ec2, volume, pace } = wish;
    context.ui.say(`Creating a snapshot of ${volume}`);
    const { id } = await make(
      ec2,
      {
        kind: 'snapshot',
        label: `snapshot of ${volume}`,
        traces: { volume },
        isKept: true,
        pace,
        make: (late) => create(wish, late),
      },
      context,
    );
    await untilWhole(wish, id, context);
    context.ui.say(`Snapshot: ${id}`);
    return id;
  },
});

/** The call has no token, so each repetition may have made one: one is enough. */
async function create(wish: SnapshotWish, signal: AbortSignal): Promise<string> {
  const { ec2, volume, description, tags, pace } = wish;
  const command = new CreateSnapshotCommand({
    VolumeId: volume,
    Description: description || `bake: ${new Date().toISOString()}`,
    ...tagged(tags, 'snapshot'),
  });
  const { SnapshotId: id = '', $metadata } = await ec2.send(command, signal);
  if (($metadata.attempts ?? 1) > 1) {
    for (const other of await snapshotsOfVolume(ec2, volume, signal)) {
      if (other !== id) await deleteSnapshot(ec2, other, { signal, pace });
    }
  }
  return id;
}

function untilWhole(
  { ec2, pace }: SnapshotWish,
  id: string,
  { ui, signal }: Pick<BuildContext, 'ui' | 'signal'>,
): Promise<Snapshot> {
  const what = `Snapshot ${id}`;
  const report = (done: number): void =>
    ui.progress({ label: what, done, total: 100, unit: 'percent' });
  return waitFor<Snapshot>({
    what,
    pace,
    patience: imagePatience,
    signal,
    look: async () => {
      const snapshot = await describe(ec2, id, signal);
      const state = snapshot?.State ?? 'pending';
      if (state === 'error') throw messages.wentWrong(what, state, snapshot?.StateMessage);
      report(Number.parseInt(snapshot?.Progress ?? '0', 10) || 0);
      return snapshot !== undefined && state === 'completed' ? { found: snapshot } : { state };
    },
  });
}

async function describe(ec2: Ec2, id: string, signal: AbortSignal): Promise<Snapshot | undefined> {
  try {
    const command = new DescribeSnapshotsCommand({ SnapshotIds: [id] });
    return (await ec2.send(command, signal)).Snapshots?.[0];
  } catch (error) {
    if (isRefusal(error, /^InvalidSnapshot\.NotFound$/)) return undefined;
    throw error;
  }
}

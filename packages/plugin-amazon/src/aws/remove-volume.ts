import { DescribeVolumesCommand } from '@aws-sdk/client-ec2';
import type { Traces } from '@bake/plugin-sdk';
import { detachVolume } from './attachment.ts';
import type { Ec2 } from './ec2.ts';
import { toFilters } from './filters.ts';
import { lookAgain } from './look-again.ts';
import { markTag } from './mark.ts';
import { deleteVolume } from './remove-instance.ts';
import type { Removing } from './removing.ts';

/** Detaches and deletes a volume of ours, by its ID or by the tag that it was made with. */
export async function removeVolume(ec2: Ec2, traces: Traces, removing: Removing): Promise<void> {
  const { id, mark } = traces;
  const find = async (): Promise<readonly string[]> => {
    if (id !== undefined) return [String(id)];
    const Filters = toFilters({ [`tag:${markTag}`]: String(mark) });
    const answer = await ec2.send(new DescribeVolumesCommand({ Filters }), removing.signal);
    return answer.Volumes?.map(({ VolumeId = '' }) => VolumeId) ?? [];
  };
  for (const volume of await lookAgain(id === undefined, find, removing)) {
    // Again, too: a call that nobody heard the answer of may attach it only now.
    const release = (): Promise<void> => detachVolume(ec2, volume, removing);
    await release();
    await deleteVolume(ec2, volume, removing, release);
  }
}

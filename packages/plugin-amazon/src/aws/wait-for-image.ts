import type { Image } from '@aws-sdk/client-ec2';
import type { BuildContext } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { Ec2 } from './ec2.ts';
import { findImages, snapshotsFor } from './remove-image.ts';
import { imagePatience, type Pace, waitFor } from './wait.ts';

/** Waits until an image can be used, and reports how far its snapshots are. */
export function waitForImage(
  ec2: Ec2,
  id: string,
  pace: Pace,
  context: Pick<BuildContext, 'ui' | 'signal'>,
): Promise<Image> {
  const { signal } = context;
  const what = `Image ${id} in ${ec2.region}`;
  const report = snapshotReporter(ec2, id, context);
  return waitFor<Image>({
    what,
    pace,
    patience: imagePatience,
    signal,
    look: async () => {
      const [image] = await findImages(ec2, { ImageIds: [id] }, signal);
      const state = image?.State ?? 'pending';
      if (image !== undefined && state === 'available') {
        context.ui.progress({ label: what, done: 100, total: 100, unit: 'percent' });
        return { found: image };
      }
      if (state !== 'pending' && state !== 'transient') {
        throw messages.wentWrong(what, state, image?.StateReason?.Message);
      }
      await report();
      return { state };
    },
  });
}

/** Not everybody may look at snapshots; then there is no progress to be seen. */
function snapshotReporter(
  ec2: Ec2,
  id: string,
  { ui, signal }: Pick<BuildContext, 'ui' | 'signal'>,
): () => Promise<void> {
  let isAllowed = true;
  return async () => {
    if (!isAllowed) return;
    const snapshots = await snapshotsFor(ec2, id, signal).catch(() => undefined);
    signal.throwIfAborted();
    isAllowed = snapshots !== undefined;
    if (!snapshots?.length) return;
    const sum = snapshots.reduce(
      (total, { Progress = '' }) => total + (Number.parseInt(Progress, 10) || 0),
      0,
    );
    const done = Math.floor(sum / snapshots.length);
    ui.progress({ label: `Image ${id} in ${ec2.region}`, done, total: 100, unit: 'percent' });
  };
}

import { stat } from 'node:fs/promises';
import type { ReclaimContext, Traces } from '@bake/plugin-sdk';
import { removeAdded } from './added-boxes.ts';
import { destroyMachine, vagrantOf } from './place.ts';

/** Destroys the machine that a run left. Without its folder, Vagrant knows nothing of it any more. */
export async function removeMachine(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  const folder = String(traces['folder']);
  if ((await stat(folder).catch(() => undefined)) === undefined) return;
  await destroyMachine(vagrantOf(traces), traces, { signal });
}

/** Removes the box that a run had added. */
export async function removeBox(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  await removeAdded(traces, signal);
}

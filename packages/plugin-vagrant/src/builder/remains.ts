import { rm, stat } from 'node:fs/promises';
import { identityOf, type ReclaimContext, type Traces } from '@bake/plugin-sdk';
import { removeAdded } from './added-boxes.ts';
import { destroyMachine, refuseWhileMachine, vagrantOf } from './place.ts';

/** Destroys the machine that a run left. Without its folder, Vagrant knows nothing of it any more. */
export async function removeMachine(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  const folder = String(traces['folder']);
  if ((await stat(folder).catch(() => undefined)) === undefined) return;
  await destroyMachine(vagrantOf(traces), traces, { signal });
}

/** Removes the output folder that a run left, or another thing at a path, as core would, but no folder with a machine. */
export async function removePath({ path, identity }: Traces): Promise<void> {
  const place = String(path);
  if (identity !== undefined && (await identityOf(place)) !== identity) return;
  await refuseWhileMachine({ folder: place });
  await rm(place, { recursive: true, force: true, maxRetries: 3 });
}

/** Removes the box that a run had added. */
export async function removeBox(traces: Traces, { signal, ui }: ReclaimContext): Promise<void> {
  await removeAdded(traces, { signal, onText: (text) => ui.say(text) });
}

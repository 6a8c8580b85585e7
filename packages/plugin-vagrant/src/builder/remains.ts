import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReclaimContext, Traces } from '@bake/plugin-sdk';
import { isFailure } from '@bake/plugin-sdk';
import { vagrantOf } from './place.ts';

/** Destroys the machine that a run left. Without its folder, Vagrant knows nothing of it any more. */
export async function removeMachine(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  const folder = String(traces['folder']);
  if ((await stat(folder).catch(() => undefined)) === undefined) return;
  await vagrantOf(traces).run(['destroy', '--force', String(traces['machine'])], { signal });
}

/** Removes the box that a run had added. */
export async function removeBox(traces: Traces, { signal }: ReclaimContext): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-vagrant-'));
  try {
    const args = ['box', 'remove', String(traces['box']), '--all', '--force'];
    await vagrantOf({ ...traces, folder }).run(args, { signal });
  } catch (error) {
    if (!isFailure(error) || !/could not be found|not found/i.test(error.message)) throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

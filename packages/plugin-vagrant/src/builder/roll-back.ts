import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, messageOf, removeEmptyFolders, type Undo } from '@bake/plugin-sdk';
import { boxFileName } from './package-box.ts';
import { hasOwnNotes, notesOf, refuseWhileMachine, tracesOf } from './place.ts';
import { vagrantfileName } from './vagrantfile.ts';

/** What a build that ended well has left; what is absent it has not made. */
export interface Left {
  /** Destroys the machine. */
  readonly destroyMachine: Undo | undefined;
  /** Removes the box that it was made of from Vagrant. */
  readonly removeBox: Undo | undefined;
  /** Absolute: the output folder and those above it that were made for it, deepest first. */
  readonly folders: readonly string[];
  readonly hasVagrantfile: boolean;
}

/** Takes all of it back, the machine first: Vagrant needs its folder for that. What cannot be taken back keeps nothing else. */
export async function rollBack(left: Left, signal: AbortSignal): Promise<void> {
  const problems: string[] = [];
  const { destroyMachine, removeBox } = left;
  for (const undo of [destroyMachine, removeBox, () => removeOutput(left)]) {
    try {
      await undo?.(signal);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  if (problems.length > 0) throw new Failure({ summary: problems.join('; ') });
}

/**
 * Removes the output folder with what bake and Vagrant put there. What others keep in it stays, and all but the box
 * stays as long as there is a machine: somebody may have brought one up to try the box.
 */
async function removeOutput({ folders, hasVagrantfile }: Left): Promise<void> {
  const [folder = ''] = folders;
  await rm(join(folder, boxFileName), { force: true });
  const traces = tracesOf(folder);
  await refuseWhileMachine(traces);
  if (hasOwnNotes(traces)) await rm(notesOf(traces), { recursive: true, force: true });
  if (hasVagrantfile) await rm(join(folder, vagrantfileName), { force: true });
  await removeEmptyFolders(folders);
}

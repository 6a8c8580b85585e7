import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { isFailure, type Traces } from '@bake/plugin-sdk';
import { machineIsThere } from '../messages.ts';
import { Vagrant, type VagrantCall } from './vagrant.ts';

/** Variables that say where Vagrant keeps things and which host it talks to; none is a secret. */
const variables = ['VAGRANT_HOME', 'VAGRANT_DOTFILE_PATH', 'LIBVIRT_DEFAULT_URI', 'DOCKER_HOST'];

/** What another process needs to find the machine or box of a folder again. */
export function tracesOf(folder: string): Traces {
  const set = variables.flatMap((name) => {
    const value = process.env[name];
    return value ? [[name, value] as const] : [];
  });
  return { folder, ...Object.fromEntries(set) };
}

/** Vagrant as the run used it that left the traces. */
export function vagrantOf(traces: Traces): Vagrant {
  const set = variables.flatMap((name) => {
    const value = traces[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return new Vagrant(String(traces['folder']), Object.fromEntries(set));
}

/**
 * Destroys the machine of a folder. Vagrant fails over a Vagrantfile that is wrong, the box's own among them; that is none of
 * ours when it had not made a machine.
 */
export async function destroyMachine(
  vagrant: Vagrant,
  traces: Traces,
  call: VagrantCall,
): Promise<void> {
  try {
    await vagrant.run(['destroy', '--force', String(traces['machine'])], call);
  } catch (error) {
    if (!isFailure(error) || (await isMade(traces))) throw error;
  }
}

/** Where Vagrant notes the machines of a folder: in it, unless the environment says otherwise. */
export function notesOf({ folder, VAGRANT_DOTFILE_PATH: notes }: Traces): string {
  return resolve(String(folder), String(notes ?? '.vagrant'));
}

/** Whether they are in the folder. Elsewhere, they are those of other folders, too. */
export function hasOwnNotes(traces: Traces): boolean {
  const below = relative(String(traces['folder']), notesOf(traces));
  return below !== '' && !below.startsWith('..') && !isAbsolute(below);
}

/** Rejects while a folder has notes of a machine, running or not: without them Vagrant could not destroy it any more. */
export async function refuseWhileMachine(traces: Traces): Promise<void> {
  if (!hasOwnNotes(traces)) return;
  for (const machine of await readdir(join(notesOf(traces), 'machines')).catch(() => [])) {
    if (await isMade({ ...traces, machine })) {
      throw machineIsThere(String(traces['folder']), machine);
    }
  }
}

/** Whether Vagrant has noted that there is a machine. */
async function isMade(traces: Traces): Promise<boolean> {
  const own = join(notesOf(traces), 'machines', String(traces['machine']));
  for (const provider of await readdir(own).catch(() => [])) {
    if ((await stat(join(own, provider, 'id')).catch(() => undefined)) !== undefined) return true;
  }
  return false;
}

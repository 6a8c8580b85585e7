import type { Traces } from '@bake/plugin-sdk';
import { Vagrant } from './vagrant.ts';

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

import { defineStep, isFailure, type Undo } from '@bake/plugin-sdk';
import { noSshAccess } from '../messages.ts';
import type { VagrantConfig } from './component.ts';
import { destroyMachine, tracesOf } from './place.ts';
import { parseSshConfig, type SshAccess } from './ssh-config.ts';
import type { Vagrant } from './vagrant.ts';

/** What to bring up. */
export interface UpWish {
  readonly config: VagrantConfig;
  readonly vagrant: Vagrant;
  /** Absolute. */
  readonly folder: string;
}

/** A machine that is up. */
export interface UpMachine {
  /** Its name in the Vagrantfile, or its global ID. */
  readonly name: string;
  /** What runs it, as Vagrant says. */
  readonly provider: string;
  readonly access: SshAccess;
  /** Does what the template wants done with it when all is well. */
  tearDown(): Promise<void>;
  /** Destroys the machine that `tearDown` leaves. Absent if it leaves none, or one that was there before. */
  readonly destroy?: Undo;
}

type Ending = 'halt' | 'suspend' | 'destroy';

/** Brings the machine up. It goes away again if the build fails; one that was there before is torn down as always. */
export const bringUp = defineStep<UpWish, UpMachine>({
  name: 'up',
  async run({ config, vagrant, folder }, context) {
    const { journal, onCleanup, ui, signal } = context;
    const { global_id: id, provider } = config;
    const name = id || 'source';
    const ending: Ending = config.teardown_method || (id ? 'halt' : 'destroy');
    // Packer leaves it there, too, halted or suspended, but only if all is well.
    const isLeft = !id && ending !== 'destroy';
    const label = `Vagrant machine ${name}${id ? '' : ` in ${folder}`}`;
    const traces = { ...tracesOf(folder), machine: name };
    // A machine that was there before is nobody's to remove.
    const entry = id ? undefined : journal({ kind: 'machine', label, traces });
    const announce = (how: Ending): void => ui.say(`${words[how]} Vagrant machine...`);
    const end = async (how: Ending, later: AbortSignal): Promise<void> => {
      announce(how);
      const call = { signal: later, onText: (text: string) => ui.say(text) };
      if (how === 'destroy') await destroyMachine(vagrant, traces, call);
      else await vagrant.run([how, name], call);
    };
    const destroy: Undo = (later) => end('destroy', later);
    const undo: Undo = isLeft ? destroy : (later) => end(ending, later);
    const cleanup = onCleanup(`tear down ${label}`, undo, {
      ...(isLeft && { onFailureOnly: true }),
      ...(entry && { entry }),
    });
    ui.say('Calling Vagrant Up (this can take some time)...');
    const upArguments = ['up', name, ...(provider ? [`--provider=${provider}`] : [])];
    const { lines } = await vagrant.runLong(upArguments, context);
    const named = lines.find(({ type, data }) => type === 'metadata' && data[0] === 'provider');
    const access = await sshAccess(vagrant, name, signal);
    return {
      name,
      provider: named?.data[1] ?? provider ?? '',
      access,
      async tearDown() {
        if (!isLeft) return cleanup.now();
        announce(ending);
        await vagrant.runLong([ending, name], context);
      },
      ...(isLeft && { destroy }),
    };
  },
});

const words: Readonly<Record<Ending, string>> = {
  halt: 'Halting',
  suspend: 'Suspending',
  destroy: 'Destroying',
};

async function sshAccess(vagrant: Vagrant, name: string, signal: AbortSignal): Promise<SshAccess> {
  const { lines } = await vagrant.run(['ssh-config', name], { signal }).catch((error: unknown) => {
    throw isFailure(error) ? noSshAccess(error.message, error) : error;
  });
  const text = lines.find(({ type }) => type === 'ssh-config')?.data[0] ?? '';
  const access = parseSshConfig(text);
  if (access === undefined) throw noSshAccess('"vagrant ssh-config" names no host and port');
  return access;
}

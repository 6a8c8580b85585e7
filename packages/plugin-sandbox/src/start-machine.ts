import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { defineStep, Failure, saveDebugKey } from '@bake/plugin-sdk';
import { type SshMachine, startSshMachine } from '@bake/plugin-sdk/testing';

/** Which folder, and whether the template says anything about `chroot`. */
export interface MachineWish {
  readonly root: string;
  readonly chroot: boolean | undefined;
}

/** The server that plays the machine, and whether its commands see nothing but the tree. */
export interface StartedMachine {
  readonly ssh: SshMachine;
  readonly chroot: boolean;
}

/** Starts the private SSH server. */
export const startMachine = defineStep<MachineWish, StartedMachine>({
  name: 'start-machine',
  async run({ root, chroot: wish }, context) {
    const { build, journal, onCleanup, protect, ui } = context;
    const chroot = await decideChroot(root, wish);
    const ssh = await startSshMachine({ root, chroot, username: chroot ? 'root' : 'sandbox' });
    const label = `processes of the machine in ${root}`;
    const entry = journal({ kind: 'processes', label, traces: { mark: ssh.mark } });
    onCleanup('stop the machine', () => ssh.close(), { always: true, entry });
    protect(ssh.privateKey);
    ui.say(`Machine is up on ${ssh.host}:${ssh.port}${chroot ? ', in a chroot' : ''}`);
    await saveDebugKey(`sandbox_${build.sourceName}.pem`, ssh.privateKey, context);
    return { ssh, chroot };
  },
});

async function decideChroot(root: string, wish: boolean | undefined): Promise<boolean> {
  if (wish === false) return false;
  const hasShell = await isExecutable(join(root, 'bin', 'sh'));
  if (wish === true && !hasShell) {
    throw new Failure({
      summary: 'The tree has no /bin/sh',
      detail:
        'Commands can only run in a chroot that has a shell. Give a whole root file system as "base_dir" or "base_archive", or leave "chroot" out.',
    });
  }
  return hasShell && process.platform === 'linux' && process.getuid?.() === 0;
}

/** An absolute link means a file of the tree, but its presence is what counts here. */
async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

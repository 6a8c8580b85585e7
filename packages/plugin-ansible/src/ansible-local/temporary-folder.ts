import type { Machine, RunContext } from '@bake/plugin-sdk';
import { type StagingFolder, shellQuoted } from '@bake/plugin-sdk/staging';
import { endNamed } from '../named-processes.ts';

/** Files of settings that Ansible looks for elsewhere, in a shell. */
const configFiles = '"$ANSIBLE_CONFIG" ~/.ansible.cfg /etc/ansible/ansible.cfg';

/**
 * Has modules keep their files below the staging folder, where those that are cut off by a cancel are found and removed. Gives what
 * has to stand before a command of Ansible's; a folder of the user's own choice stays what it is.
 */
export function temporaryFolder(
  staging: StagingFolder,
  machine: Machine,
  context: RunContext,
): string {
  const folder = staging.at('.ansible-tmp');
  const isPlain = /^[\w./-]+$/.test(folder);
  const path = shellQuoted(folder);
  const own = shellQuoted(staging.at('ansible.cfg'));
  const remove = async (signal: AbortSignal): Promise<void> => {
    if (!context.signal.aborted) return;
    // Tasks with `async` leave Ansible.
    if (isPlain) await endNamed([`${folder}/`], machine);
    const command = `rm -rf ${path}; ${shared(shellQuoted(staging.path))}`;
    await machine.communicator.run({ command: `sh -c ${shellQuoted(command)}`, signal });
  };
  context.onCleanup('remove the temporary folder of Ansible from the machine', remove, {
    always: true,
    onFailureOnly: true,
  });
  return [
    `grep -qs '^[[:blank:]]*remote_tmp' ${own} ${configFiles}`,
    '[ "$ANSIBLE_REMOTE_TEMP$ANSIBLE_REMOTE_TMP" ]',
    `export ANSIBLE_REMOTE_TMP=${path}; `,
  ].join(' || ');
}

/**
 * For another user than root, Ansible has a folder where all may have some, called by the process that made it: what came after the
 * staging folder, belongs to who logs in and is of a process that has ended was cut off.
 */
function shared(since: string): string {
  return [
    `for f in $(find /var/tmp -maxdepth 1 -name "ansible-tmp-*" -user "$(id -un)" -newer ${since}); do`,
    'p=${f%-*}; p=${p##*-};',
    '[ -d /proc/$p ] || [ ! -d /proc/$$ ] || rm -rf "$f"; done',
  ].join(' ');
}

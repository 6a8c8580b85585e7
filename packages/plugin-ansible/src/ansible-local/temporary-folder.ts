import type { Machine, RunContext } from '@bake/plugin-sdk';
import { type StagingFolder, shellQuoted } from '@bake/plugin-sdk/staging';

/** Files of settings that Ansible looks for elsewhere, in a shell. */
const configFiles = '"$ANSIBLE_CONFIG" ~/.ansible.cfg /etc/ansible/ansible.cfg';

/**
 * Has modules keep their files below the staging folder, where those that are cut off by a cancel are found and removed. Gives what
 * has to stand before a command of Ansible's; a folder of the user's own choice stays what it is.
 */
export function temporaryFolder(
  staging: StagingFolder,
  { communicator }: Machine,
  context: RunContext,
): string {
  const path = shellQuoted(staging.at('.ansible-tmp'));
  const own = shellQuoted(staging.at('ansible.cfg'));
  const remove = async (signal: AbortSignal): Promise<void> => {
    if (context.signal.aborted) await communicator.run({ command: `rm -rf ${path}`, signal });
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

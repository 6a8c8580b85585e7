import type { Complain } from '@bake/plugin-sdk';
import { checkPath, checkPaths } from '@bake/plugin-sdk/staging';
import type { LocalConfig } from './component.ts';

/** Checks across the options of the provisioner `ansible-local`, and that all that is to be uploaded is there. */
export async function checkLocal(local: LocalConfig, complain: Complain): Promise<void> {
  const files = local.playbook_files ?? [];
  if (local.playbook_file && files.length > 0) {
    complain('playbook_file', {
      summary: 'Either playbook_file or playbook_files can be specified, not both',
      detail:
        'Put the path from "playbook_file" into the list "playbook_files", where its turn is.',
    });
  }
  if (!local.playbook_file && files.length === 0) {
    complain(undefined, {
      summary: 'Either playbook_file or playbook_files must be specified',
      detail: 'Set "playbook_file" to the path of a playbook.',
    });
  }
  await checkPath('playbook_file', local.playbook_file, 'file', complain);
  await checkPaths('playbook_files', files, 'file', complain);
  for (const option of ['inventory_file', 'galaxy_file'] as const) {
    await checkPath(option, local[option], 'file', complain);
  }
  for (const option of ['playbook_dir', 'group_vars', 'host_vars'] as const) {
    await checkPath(option, local[option], 'folder', complain);
  }
  for (const option of ['playbook_paths', 'role_paths', 'collection_paths'] as const) {
    await checkPaths(option, local[option], 'folder', complain);
  }
}

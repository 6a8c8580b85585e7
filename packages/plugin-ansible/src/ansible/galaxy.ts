import type { RunContext } from '@bake/plugin-sdk';
import { requireToolSuccess } from '@bake/plugin-sdk/staging';
import { readGalaxyFile } from '../galaxy-file.ts';
import type { AnsibleConfig } from './component.ts';
import { runLocally } from './run-locally.ts';

/** Installs roles and collections here. Rejects with a `Failure`. */
export async function installGalaxy(
  ansible: AnsibleConfig,
  file: string,
  env: Readonly<Record<string, string>>,
  context: RunContext,
): Promise<void> {
  const { hasRoles, hasCollections } = await readGalaxyFile(file);
  const force = [
    ...(ansible.galaxy_force_install ? ['--force'] : []),
    ...(ansible.galaxy_force_with_deps ? ['--force-with-deps'] : []),
  ];
  const install = async (words: readonly string[], folder: string | undefined): Promise<void> => {
    const args = [...words, '-r', file, ...force, ...(folder ? ['-p', folder] : [])];
    context.ui.say(`Executing Ansible Galaxy: ${[ansible.galaxy_command, ...args].join(' ')}`);
    const end = await runLocally(ansible.galaxy_command, args, env, context);
    requireToolSuccess(end, { tool: 'Ansible Galaxy' });
  };
  if (hasRoles) await install(['install'], ansible.roles_path);
  if (hasCollections) await install(['collection', 'install'], ansible.collections_path);
}

import { bool, defineProvisioner, type Infer, string, strings } from '@bake/plugin-sdk';

const config = {
  playbook_file: string('The playbook; it is uploaded. Either this or `playbook_files`.'),
  playbook_files: strings(
    'Playbooks to run one after another; those that are not in `playbook_dir` are uploaded.',
  ),
  playbook_dir: string(
    'Folder whose content is uploaded to the staging folder before all else: a whole tree of Ansible.',
  ),
  playbook_paths: strings('More folders of playbooks; they go to `playbooks`.'),
  role_paths: strings('Folders of one role each; they go to `roles`.'),
  collection_paths: strings(
    'Folders of a collection each, or with `ansible_collections` in them; they go to `collections`, where Ansible looks for them.',
  ),
  group_vars: string('Folder of variables of groups; it is uploaded.'),
  host_vars: string('Folder of variables of hosts; it is uploaded.'),
  inventory_file: string('The inventory; it is uploaded. Without, one with `127.0.0.1` is made.'),
  inventory_groups: strings('Groups that `127.0.0.1` is in, in the inventory that is made.', {
    example: '["web"]',
  }),
  galaxy_file: string(
    'File of roles and collections that `galaxy_command` installs on the machine.',
  ),
  galaxy_command: string('Command of Galaxy on the machine.', { default: 'ansible-galaxy' }),
  galaxy_force_install: bool('Install again what is there already.', { default: false }),
  galaxy_roles_path: string(
    'Folder on the machine for roles; `roles` in the staging folder without.',
  ),
  galaxy_collections_path: string(
    'Folder on the machine for collections; `collections` in the staging folder without.',
  ),
  command: string('Command that runs a playbook on the machine.', {
    default: 'ANSIBLE_FORCE_COLOR=1 PYTHONUNBUFFERED=1 ansible-playbook',
  }),
  extra_arguments: strings(
    'More arguments for Ansible, put into the command as they are: the shell of the machine takes them apart.',
    { example: '["--extra-vars", "\\"mode=fast\\""]' },
  ),
  staging_directory: string(
    'Folder on the machine for what is uploaded; one of its own below `/tmp/packer-provisioner-ansible-local` by default.',
  ),
  clean_staging_directory: bool(
    'Remove the staging folder when Ansible has run, and also when the build fails before.',
    { default: false },
  ),
} as const;

/** A decoded config of the provisioner. */
export type LocalConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'ansible-local',
  doc: 'Uploads playbooks and roles and runs them with the Ansible on the machine.',
  config,
  async check(local, complain) {
    const { checkLocal } = await import('./check.ts');
    await checkLocal(local, complain);
  },
  inputs: (local) => ({
    files: [
      ...[local.playbook_file, local.playbook_dir, local.inventory_file, local.galaxy_file],
      ...[local.group_vars, local.host_vars],
      ...(local.playbook_files ?? []),
      ...(local.playbook_paths ?? []),
      ...(local.role_paths ?? []),
      ...(local.collection_paths ?? []),
    ],
  }),
  async provision(local, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(local, machine, context);
  },
});

import { bool, defineProvisioner, type Infer, number, string, strings } from '@bake/plugin-sdk';
import { ansibleInputs } from './inputs.ts';

const config = {
  playbook_file: string('The playbook to run.', { required: true }),
  extra_arguments: strings(
    'More arguments for Ansible, each as it is: no shell takes them apart. Values of `--extra-vars` travel in a private file.',
    { example: '["--extra-vars", "mode=fast", "-vvv"]' },
  ),
  ansible_env_vars: strings(
    'Variables for the environment of Ansible, each as `NAME=value`; Go templates with the values of the build and `.WinRMPassword`.',
    { templating: 'component', fields: ['WinRMPassword'], example: '["ANSIBLE_PIPELINING=True"]' },
  ),
  groups: strings('Groups of the inventory that the machine is in.', { example: '["web"]' }),
  empty_groups: strings('Groups of the inventory without a machine.'),
  host_alias: string('Name of the machine in the inventory.', { default: 'default' }),
  user: string('The `ansible_user`; the one that bake is logged in as without.'),
  inventory_file: string(
    'An inventory of your own, in place of the one that is made. It must say how to reach the machine.',
  ),
  inventory_directory: string(
    'Folder to put the inventory in that is made, beside `host_vars` and `group_vars`; the folder for temporary files without.',
  ),
  inventory_file_template: string(
    "The machine's line in the inventory: a Go template with `.HostAlias`, `.Host`, `.User`, `.Port` and the values of the build.",
    {
      templating: 'component',
      fields: ['HostAlias', 'Host', 'User', 'Port'],
      example:
        '"{{ .HostAlias }} ansible_host={{ .Host }} ansible_user={{ .User }} ansible_port={{ .Port }}\\n"',
    },
  ),
  keep_inventory_file: bool('Leave the inventory there that was made.', { default: false }),
  use_proxy: bool(
    'Have Ansible reach the machine through bake; `false` has it connect by itself, if the machine has an address and is reached by SSH or WinRM. By default through bake, except for WinRM.',
  ),
  local_port: number('First of ten ports that bake tries to listen on; any that is free without.'),
  ssh_host_key_file: string(
    "Private key that bake's side shows, which your `known_hosts` then has to know; one for this run without.",
  ),
  ssh_authorized_key_file: string(
    'Public key that Ansible logs in to bake with, its private one beside it without `.pub` or in your agent; one for this run without.',
  ),
  ansible_proxy_key_type: string(
    'Kind of the keys that are made for this run: `ED25519`, `ECDSA` or `RSA`.',
    { default: 'ED25519' },
  ),
  ansible_ssh_extra_args: strings(
    'What Ansible gets as `--ssh-extra-args`; `-o IdentitiesOnly=yes` by default.',
  ),
  sftp_command: string(
    'Command on the machine that serves SFTP, in place of bake itself, which needs none there.',
    { example: '"/usr/lib/sftp-server -e"' },
  ),
  use_sftp: bool(
    'How Ansible transfers files: `true` by SFTP alone, `false` by scp alone; what it likes best without.',
  ),
  command: string('The program to run, looked up in PATH, or a path.', {
    default: 'ansible-playbook',
  }),
  skip_version_check: bool(
    'Do not look for the program at `validate`, nor ask it for its version: it may be installed while the build runs.',
    { default: false },
  ),
  galaxy_file: string('File of roles and collections that `galaxy_command` installs here before.'),
  galaxy_command: string('The program to install them with.', { default: 'ansible-galaxy' }),
  galaxy_force_install: bool('Install again what is there already.', { default: false }),
  galaxy_force_with_deps: bool('Install again what is there already, and what it depends on.', {
    default: false,
  }),
  roles_path: string('Folder to install roles in; what Ansible is set to without.'),
  collections_path: string('Folder to install collections in; what Ansible is set to without.'),
  ansible_winrm_use_http: bool('Over WinRM use HTTP, whatever the port.', { default: false }),
} as const;

/** A decoded config of the provisioner. */
export type AnsibleConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'ansible',
  doc: 'Runs playbooks against the machine with the Ansible of this computer.',
  config,
  async check(ansible, complain) {
    const { checkAnsible } = await import('./check.ts');
    await checkAnsible(ansible, complain);
  },
  inputs: ansibleInputs,
  async provision(ansible, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(ansible, machine, context);
  },
});

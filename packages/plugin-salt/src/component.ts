import { bool, defineProvisioner, type Infer, string, strings } from '@bake/plugin-sdk';

const config = {
  local_state_tree: string('Folder of states; it is uploaded to `remote_state_tree`.', {
    required: true,
  }),
  local_pillar_roots: string('Folder of pillars; it is uploaded to `remote_pillar_roots`.'),
  remote_state_tree: string(
    'Where the states go on the machine; `/srv/salt` by default, on Windows `C:/salt/state`. Not with `minion_config`.',
  ),
  remote_pillar_roots: string(
    'Where the pillars go on the machine; `/srv/pillar` by default, on Windows `C:/salt/pillar`. Not with `minion_config`.',
  ),
  minion_config: string(
    'Configuration of the minion; it goes to `/etc/salt/minion`, on Windows `C:/salt/conf/minion`.',
  ),
  grains_file: string('Grains; they go to `/etc/salt/grains`, on Windows `C:/salt/conf/grains`.'),
  custom_state: string('The state to apply in place of the high state.', {
    example: '"web.server"',
  }),
  formulas: strings(
    'Formulas to get by git and to put into the state tree, each `git::URL//FOLDER?ref=VERSION`.',
    { example: '["git::https://example.com/vault-formula.git//vault?ref=v1.2.3"]' },
  ),
  skip_bootstrap: bool('Salt is there: do not install it.', { default: false }),
  bootstrap_args: string(
    'Arguments for the script that installs Salt, as its shell takes them apart.',
    { example: '"-X stable 3006"' },
  ),
  disable_sudo: bool('Do without `sudo`.', { default: false }),
  temp_config_dir: string(
    'Folder on the machine for what is uploaded; `/tmp/salt` by default, on Windows `C:/Windows/Temp/salt`.',
  ),
  no_exit_on_failure: bool('Go on when states fail.', { default: false }),
  log_level: string('How much `salt-call` tells.', { example: '"info"' }),
  salt_call_args: string('More arguments for `salt-call`, as the shell takes them apart.'),
  salt_bin_dir: string('Folder of `salt-call` on the machine; its PATH without.'),
  guest_os_type: string('The system of the machine: it decides on commands and paths.', {
    oneOf: ['unix', 'windows'],
    anyCase: true,
    default: 'unix',
  }),
} as const;

/** A decoded config of the provisioner. */
export type SaltConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'salt-masterless',
  doc: 'Uploads states and pillars and applies them with the Salt on the machine, which it can install.',
  config,
  async check(salt, complain) {
    const { checkSalt } = await import('./check.ts');
    await checkSalt(salt, complain);
  },
  inputs: ({ local_state_tree, local_pillar_roots, minion_config, grains_file }) => ({
    files: [local_state_tree, local_pillar_roots, minion_config, grains_file],
  }),
  async provision(salt, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(salt, machine, context);
  },
});

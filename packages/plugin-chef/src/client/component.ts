import { bool, defineProvisioner, type Infer, string } from '@bake/plugin-sdk';
import { checkCommandTemplates } from '@bake/plugin-sdk/scripts';
import { checkPath, checkSet } from '@bake/plugin-sdk/staging';
import { checkChef } from '../check.ts';
import { chefOptions } from '../options.ts';

const config = {
  server_url: string('Address of the Chef server.', {
    required: true,
    example: '"https://chef.example/organizations/acme"',
  }),
  node_name: string('Name of the node; `packer-` and a UUID without.'),
  validation_client_name: string('Name of the validating client; `chef-validator` without.'),
  validation_key_path: string('Private key of the validating client; it is uploaded.'),
  client_key: string(
    'Path on the machine of the private key of the node; `client.pem` in the staging folder without.',
  ),
  policy_name: string('Name of the policy; goes with `policy_group`.'),
  policy_group: string('Group of the policy; goes with `policy_name`.'),
  rubygems_url: string('Where Chef gets gems from that cookbooks need.'),
  ssl_verify_mode: string('Whether Chef checks certificates.', {
    oneOf: ['verify_peer', 'verify_none'],
    default: 'verify_peer',
  }),
  trusted_certs_dir: string('Folder on the machine with more certificates to trust.'),
  knife_command: string(
    'How `knife` is run on the machine to remove node and client from the server: a Go template with `.Args`, `.Flags`, `.Sudo` and the values of the build.',
    { templating: 'component', fields: ['Args', 'Flags', 'Sudo'] },
  ),
  skip_clean_node: bool('Leave the node on the server.', { default: false }),
  skip_clean_client: bool('Leave the client on the server.', { default: false }),
  skip_clean_staging_directory: bool('Leave the staging folder on the machine.', {
    default: false,
  }),
  staging_directory: string(
    'Folder on the machine for what is uploaded; `/tmp/packer-chef-client` by default, on Windows `C:/Windows/Temp/packer-chef-client`.',
  ),
  elevated_user: string(
    'On Windows: run Chef as this user with the highest rights, by a task of the scheduler.',
  ),
  elevated_password: string('The password of `elevated_user`.', { sensitive: true }),
  ...chefOptions,
} as const;

/** A decoded config of the provisioner. */
export type ClientConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'chef-client',
  doc: 'Has the Chef on the machine, which it can install, get what to do from a server.',
  config,
  async check(chef, complain) {
    checkSet('server_url', chef.server_url, complain);
    await checkPath('validation_key_path', chef.validation_key_path, 'file', complain);
    if (Boolean(chef.policy_name) !== Boolean(chef.policy_group)) {
      complain(chef.policy_name ? 'policy_name' : 'policy_group', {
        summary: '"policy_name" and "policy_group" go together',
        detail: 'Set both, or neither.',
      });
    }
    if (chef.elevated_password && !chef.elevated_user) {
      complain('elevated_password', {
        summary: "Must supply an 'elevated_user' if 'elevated_password' provided",
        detail: 'Set "elevated_user" to the name of the user that the password is for.',
      });
    }
    if (chef.elevated_user && chef.guest_os_type !== 'windows') {
      complain('elevated_user', {
        summary: '"elevated_user" is for Windows alone',
        detail: 'Set "guest_os_type" to "windows". Elsewhere Chef runs by "sudo".',
      });
    }
    await checkCommandTemplates('knife_command', [chef.knife_command ?? ''], complain);
    await checkChef(chef, complain);
  },
  inputs: () => ({ unkept: 'what it does is up to the Chef server' }),
  async provision(chef, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(chef, machine, context);
  },
});

import { defineProvisioner, type Infer, string } from '@bake/plugin-sdk';
import { checkPath } from '@bake/plugin-sdk/staging';
import { checkPuppet } from '../check.ts';
import { commonFields, extraArguments, puppetOptions } from '../options.ts';

const fields = [
  ...commonFields,
  ...['PuppetServer', 'PuppetNode', 'ClientCertPath', 'ClientPrivateKeyPath'],
] as const;

const config = {
  puppet_server: string('Host name of the server; what Puppet on the machine knows without.'),
  puppet_node: string('Name of the node; the full host name of the machine without.'),
  client_cert_path: string('Folder with the certificate of the node; it is uploaded.'),
  client_private_key_path: string('Folder with the private key of the node; it is uploaded.'),
  staging_dir: string(
    'Folder on the machine for what is uploaded; `/tmp/packer-puppet-server` by default, on Windows `C:/Windows/Temp/packer-puppet-server`.',
  ),
  execute_command: string(
    'How Puppet is run: a Go template with `.WorkingDir`, `.FacterVars`, `.Sudo`, `.PuppetBinDir`, `.Debug`, `.PuppetServer`, `.PuppetNode`, `.ClientCertPath`, `.ClientPrivateKeyPath`, `.ExtraArguments` and the values of the build.',
    { templating: 'component', fields: [...fields, 'ExtraArguments'] },
  ),
  extra_arguments: extraArguments(fields),
  ...puppetOptions,
} as const;

/** A decoded config of the provisioner. */
export type ServerConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'puppet-server',
  doc: 'Has the Puppet on the machine get its catalog from a server and apply it.',
  config,
  async check(puppet, complain) {
    await checkPath('client_cert_path', puppet.client_cert_path, 'folder', complain);
    await checkPath('client_private_key_path', puppet.client_private_key_path, 'folder', complain);
    await checkPuppet(puppet, complain);
  },
  inputs: () => ({ unkept: 'what it does is up to the Puppet server' }),
  async provision(puppet, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(puppet, machine, context);
  },
});

import { randomUUID } from 'node:crypto';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { requireToolSuccess, runShown, StagingFolder } from '@bake/plugin-sdk/staging';
import { elevate } from '@bake/plugin-sdk/windows';
import {
  executeCommand,
  installChef,
  licenseOf,
  meanings,
  usesSudo,
  writeConfig,
  writeNode,
} from '../chef-run.ts';
import { rubySettings } from '../ruby-settings.ts';
import type { ClientConfig } from './component.ts';
import { removeFromServer } from './server-entries.ts';

/** Installs Chef if it is to, runs it against the server and takes node and client away there. Rejects with a `Failure`. */
export async function provision(
  chef: ClientConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with chef-client');
  await installChef(chef, machine, context);
  const system = chef.guest_os_type;
  const isRemoved = !chef.skip_clean_staging_directory;
  const settings = { system, sudo: usesSudo(chef), isRemoved };
  const folder = chef.staging_directory || defaultFolder[system];
  const staging = new StagingFolder(folder, settings, machine, context);
  await staging.make();
  const values = await valuesOf(chef, staging);
  const standard = clientConfig(values);
  const ConfigPath = await writeConfig(chef, standard, values, 'client.rb', staging, context);
  const runList = chef.policy_name ? [] : chef.run_list;
  const JsonPath = await writeNode({ ...chef, run_list: runList }, staging);
  const knife = await staging.write(knifeConfig(values), 'knife.rb');
  const entry = (kind: 'node' | 'client') =>
    removeFromServer(kind, values.NodeName, knife, chef, machine, context);
  const client = chef.skip_clean_client ? undefined : entry('client');
  const node = chef.skip_clean_node ? undefined : entry('node');
  await execute(chef, { ConfigPath, JsonPath, Sudo: usesSudo(chef) }, machine, context);
  await node?.now();
  await client?.now();
  await staging.remove();
}

const defaultFolder = {
  unix: '/tmp/packer-chef-client',
  windows: 'C:/Windows/Temp/packer-chef-client',
} as const;

async function execute(
  chef: ClientConfig,
  values: Readonly<Record<string, unknown>>,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  const template = chef.execute_command || executeCommand('chef-client', chef);
  const command = renderForBuild(template, context, values);
  context.ui.say(`Executing Chef: ${command}`);
  const { elevated_user: user, elevated_password: password = '' } = chef;
  const task = user ? elevate(command, { user, password }, machine, context) : undefined;
  await task?.upload();
  const end = await runShown(task?.command ?? command, machine, context);
  context.signal.throwIfAborted();
  await task?.remove();
  requireToolSuccess(end, { tool: 'Chef', meanings });
}

/** Uploads the keys and gives what the configurations are made of. */
async function valuesOf(chef: ClientConfig, staging: StagingFolder) {
  const { validation_key_path: key, encrypted_data_bag_secret_path: secret } = chef;
  return {
    ServerUrl: chef.server_url,
    NodeName: chef.node_name || `packer-${randomUUID()}`,
    ClientKey: chef.client_key || staging.at('client.pem'),
    ChefLicense: licenseOf(chef),
    ChefEnvironment: chef.chef_environment ?? '',
    PolicyName: chef.policy_name ?? '',
    PolicyGroup: chef.policy_group ?? '',
    RubygemsUrl: chef.rubygems_url ?? '',
    SslVerifyMode: chef.ssl_verify_mode,
    TrustedCertsDir: chef.trusted_certs_dir ?? '',
    ValidationClientName: chef.validation_client_name ?? '',
    ValidationKeyPath: key ? await staging.upload(key, 'validation.pem', 0o600) : '',
    EncryptedDataBagSecretPath: secret
      ? await staging.upload(secret, 'encrypted_data_bag_secret', 0o600)
      : '',
  };
}

type Values = Awaited<ReturnType<typeof valuesOf>>;

/** Of https://docs.chef.io/workstation/config_rb/; `chef-client` takes the same. */
function knifeConfig(values: Values): string {
  const server = rubySettings({
    chef_server_url: values.ServerUrl,
    client_key: values.ClientKey,
    node_name: values.NodeName,
  });
  const certificates = rubySettings({ trusted_certs_dir: values.TrustedCertsDir });
  return `log_level :info
log_location STDOUT
${server}ssl_verify_mode :${values.SslVerifyMode}
${certificates}`;
}

/** Of https://docs.chef.io/config_rb_client/ */
function clientConfig(values: Values): string {
  const own = rubySettings({
    chef_license: values.ChefLicense,
    encrypted_data_bag_secret: values.EncryptedDataBagSecretPath,
    validation_client_name: values.ValidationClientName || 'chef-validator',
    validation_key: values.ValidationKeyPath,
    environment: values.ChefEnvironment,
    policy_group: values.PolicyGroup,
    policy_name: values.PolicyName,
    rubygems_url: values.RubygemsUrl,
  });
  return `${knifeConfig(values)}${own}`;
}

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
  const ConfigPath = await writeConfig(chef, clientConfig, values, 'client.rb', staging, context);
  const runList = chef.policy_name ? [] : chef.run_list;
  const JsonPath = await writeNode({ ...chef, run_list: runList }, staging);
  const knife = await staging.write(renderForBuild(knifeConfig, context, values), 'knife.rb');
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

/** Settings that `knife` wants as well. */
const common = `log_level :info
log_location STDOUT
chef_server_url "{{.ServerUrl}}"
client_key "{{.ClientKey}}"
node_name "{{.NodeName}}"
ssl_verify_mode :{{.SslVerifyMode}}
{{if ne .TrustedCertsDir ""}}trusted_certs_dir "{{.TrustedCertsDir}}"
{{end}}`;

/** Settings of https://docs.chef.io/workstation/config_rb/ */
const knifeConfig = common;

/** Settings of https://docs.chef.io/config_rb_client/ */
const clientConfig = `${common}{{if ne .ChefLicense ""}}chef_license "{{.ChefLicense}}"
{{end}}{{if ne .EncryptedDataBagSecretPath ""}}encrypted_data_bag_secret "{{.EncryptedDataBagSecretPath}}"
{{end}}validation_client_name "{{if ne .ValidationClientName ""}}{{.ValidationClientName}}{{else}}chef-validator{{end}}"
{{if ne .ValidationKeyPath ""}}validation_key "{{.ValidationKeyPath}}"
{{end}}{{if ne .ChefEnvironment ""}}environment "{{.ChefEnvironment}}"
{{end}}{{if ne .PolicyGroup ""}}policy_group "{{.PolicyGroup}}"
{{end}}{{if ne .PolicyName ""}}policy_name "{{.PolicyName}}"
{{end}}{{if ne .RubygemsUrl ""}}rubygems_url "{{.RubygemsUrl}}"
{{end}}`;

import type { Machine, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { requireToolSuccess, runShown, StagingFolder } from '@bake/plugin-sdk/staging';
import {
  executeCommand,
  installChef,
  licenseOf,
  meanings,
  usesSudo,
  writeConfig,
  writeNode,
} from '../chef-run.ts';
import type { SoloConfig } from './component.ts';

/** Installs Chef if it is to, uploads what it needs and runs it. Rejects with a `Failure`. */
export async function provision(
  chef: SoloConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with chef-solo');
  await installChef(chef, machine, context);
  const system = chef.guest_os_type;
  const settings = { system, sudo: usesSudo(chef), isRemoved: false };
  const folder = chef.staging_directory || defaultFolder[system];
  const staging = new StagingFolder(folder, settings, machine, context);
  await staging.make();
  const values = await uploadAll(chef, staging);
  const ConfigPath = await writeConfig(chef, soloConfig, values, 'solo.rb', staging, context);
  const JsonPath = await writeNode(chef, staging);
  const template = chef.execute_command || executeCommand('chef-solo', chef);
  const Sudo = usesSudo(chef);
  const command = renderForBuild(template, context, { ConfigPath, JsonPath, Sudo });
  context.ui.say(`Executing Chef: ${command}`);
  const end = await runShown(command, machine, context);
  context.signal.throwIfAborted();
  requireToolSuccess(end, { tool: 'Chef', meanings });
}

const defaultFolder = {
  unix: '/tmp/packer-chef-solo',
  windows: 'C:/Windows/Temp/packer-chef-solo',
} as const;

/** Gives what the configuration is made of. */
async function uploadAll(chef: SoloConfig, staging: StagingFolder) {
  const cookbooks = [...(chef.remote_cookbook_paths ?? [])];
  for (const [index, path] of (chef.cookbook_paths ?? []).entries()) {
    cookbooks.push(await staging.uploadDir(path, `cookbooks-${index}`));
  }
  const folderOf = async (path: string | undefined, name: string): Promise<string> =>
    path ? staging.uploadDir(path, name) : '';
  const secret = chef.encrypted_data_bag_secret_path;
  const [RolesPath, DataBagsPath, EnvironmentsPath] = [
    await folderOf(chef.roles_path, 'roles'),
    await folderOf(chef.data_bags_path, 'data_bags'),
    await folderOf(chef.environments_path, 'environments'),
  ];
  const EncryptedDataBagSecretPath = secret
    ? await staging.upload(secret, 'encrypted_data_bag_secret', 0o600)
    : '';
  return {
    CookbookPaths: cookbooks.map((path) => JSON.stringify(path)).join(','),
    RolesPath,
    DataBagsPath,
    EnvironmentsPath,
    EncryptedDataBagSecretPath,
    ChefEnvironment: chef.chef_environment ?? '',
    ChefLicense: licenseOf(chef),
    HasRolesPath: RolesPath !== '',
    HasDataBagsPath: DataBagsPath !== '',
    HasEnvironmentsPath: EnvironmentsPath !== '',
    HasEncryptedDataBagSecretPath: EncryptedDataBagSecretPath !== '',
  };
}

/** Settings of https://docs.chef.io/config_rb_solo/ */
const soloConfig = `{{if ne .ChefLicense ""}}chef_license "{{.ChefLicense}}"
{{end}}cookbook_path [{{.CookbookPaths}}]
{{if ne .RolesPath ""}}role_path "{{.RolesPath}}"
{{end}}{{if ne .DataBagsPath ""}}data_bag_path "{{.DataBagsPath}}"
{{end}}{{if ne .EncryptedDataBagSecretPath ""}}encrypted_data_bag_secret "{{.EncryptedDataBagSecretPath}}"
{{end}}{{if ne .EnvironmentsPath ""}}environment_path "{{.EnvironmentsPath}}"
{{if ne .ChefEnvironment ""}}environment "{{.ChefEnvironment}}"
{{end}}{{end}}`;

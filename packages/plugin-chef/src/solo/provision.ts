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
import { rubySettings } from '../ruby-settings.ts';
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
  const uploaded = await uploadAll(chef, staging);
  const standard = soloConfig(uploaded);
  const { values } = uploaded;
  const ConfigPath = await writeConfig(chef, standard, values, 'solo.rb', staging, context);
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

/** Gives the folders of cookbooks on the machine, and what a configuration of the template's own is rendered with. */
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
  const values = {
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
  return { cookbooks, values };
}

/** Of https://docs.chef.io/config_rb_solo/ */
function soloConfig({ cookbooks, values }: Uploaded): string {
  return rubySettings({
    chef_license: values.ChefLicense,
    cookbook_path: cookbooks,
    role_path: values.RolesPath,
    data_bag_path: values.DataBagsPath,
    encrypted_data_bag_secret: values.EncryptedDataBagSecretPath,
    environment_path: values.EnvironmentsPath,
    environment: values.ChefEnvironment,
  });
}

type Uploaded = Awaited<ReturnType<typeof uploadAll>>;

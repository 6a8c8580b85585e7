import { defineProvisioner, type Infer, string, strings } from '@bake/plugin-sdk';
import { checkPath, checkPaths } from '@bake/plugin-sdk/staging';
import { checkChef } from '../check.ts';
import { chefOptions } from '../options.ts';

const config = {
  cookbook_paths: strings('Folders of cookbooks; they are uploaded.'),
  remote_cookbook_paths: strings('Folders of cookbooks that are on the machine.'),
  roles_path: string('Folder of roles; it is uploaded.'),
  data_bags_path: string('Folder of data bags; it is uploaded.'),
  environments_path: string('Folder of environments; it is uploaded.'),
  staging_directory: string(
    'Folder on the machine for what is uploaded; `/tmp/packer-chef-solo` by default, on Windows `C:/Windows/Temp/packer-chef-solo`. It stays.',
  ),
  ...chefOptions,
} as const;

/** A decoded config of the provisioner. */
export type SoloConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'chef-solo',
  doc: 'Uploads cookbooks and runs them with the Chef on the machine, which it can install.',
  config,
  async check(chef, complain) {
    await checkPaths('cookbook_paths', chef.cookbook_paths, 'folder', complain);
    for (const option of ['roles_path', 'data_bags_path', 'environments_path'] as const) {
      await checkPath(option, chef[option], 'folder', complain);
    }
    await checkChef(chef, complain);
  },
  inputs: (chef) => ({
    files: [
      ...[chef.roles_path, chef.data_bags_path, chef.environments_path],
      ...[chef.config_template, chef.encrypted_data_bag_secret_path],
      ...(chef.cookbook_paths ?? []),
    ],
  }),
  async provision(chef, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(chef, machine, context);
  },
});

import { defineProvisioner, type Infer, string, strings } from '@bake/plugin-sdk';
import { checkPath, checkPaths, checkSet } from '@bake/plugin-sdk/staging';
import { checkPuppet } from '../check.ts';
import { commonFields, extraArguments, puppetOptions } from '../options.ts';

const fields = [
  ...commonFields,
  ...['ModulePath', 'ModulePathJoiner', 'HieraConfigPath', 'ManifestDir', 'ManifestFile'],
] as const;

const config = {
  manifest_file: string('Manifest to apply, or a folder of manifests; it is uploaded.', {
    required: true,
  }),
  manifest_dir: string(
    'Folder of manifests that `manifest_file` imports, for Puppet before 4; it is uploaded.',
  ),
  module_paths: strings('Folders of modules; they are uploaded.'),
  hiera_config_path: string(
    'Configuration of Hiera; it is uploaded. The data that it names must be on the machine.',
  ),
  staging_directory: string(
    'Folder on the machine for what is uploaded; `/tmp/packer-puppet-masterless` by default, on Windows `C:/Windows/Temp/packer-puppet-masterless`.',
  ),
  execute_command: string(
    'How Puppet is run: a Go template with `.WorkingDir`, `.FacterVars`, `.Sudo`, `.PuppetBinDir`, `.Debug`, `.ModulePath`, `.ModulePathJoiner`, `.HieraConfigPath`, `.ManifestDir`, `.ManifestFile`, `.ExtraArguments` and the values of the build.',
    { templating: 'component', fields: [...fields, 'ExtraArguments'] },
  ),
  extra_arguments: extraArguments(fields),
  ...puppetOptions,
} as const;

/** A decoded config of the provisioner. */
export type MasterlessConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'puppet-masterless',
  doc: 'Uploads manifests and modules and applies them with the Puppet on the machine.',
  config,
  async check(puppet, complain) {
    checkSet('manifest_file', puppet.manifest_file, complain);
    await checkPath('manifest_file', puppet.manifest_file, 'file or folder', complain);
    await checkPath('manifest_dir', puppet.manifest_dir, 'folder', complain);
    await checkPaths('module_paths', puppet.module_paths, 'folder', complain);
    await checkPath('hiera_config_path', puppet.hiera_config_path, 'file', complain);
    await checkPuppet(puppet, complain);
  },
  inputs: ({ manifest_file, manifest_dir, hiera_config_path, module_paths = [] }) => ({
    files: [manifest_file, manifest_dir, hiera_config_path, ...module_paths],
  }),
  async provision(puppet, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(puppet, machine, context);
  },
});

import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { StagingFolder } from '@bake/plugin-sdk/staging';
import { runPuppet, usesSudo } from '../run-puppet.ts';
import type { MasterlessConfig } from './component.ts';

/** Uploads what Puppet needs and applies it. Rejects with a `Failure`. */
export async function provision(
  puppet: MasterlessConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with Puppet...');
  const system = puppet.guest_os_type;
  const folder = puppet.staging_directory || defaultFolder[system];
  const isRemoved = puppet.clean_staging_directory;
  const settings = { system, sudo: usesSudo(puppet), isRemoved };
  const staging = new StagingFolder(folder, settings, machine, context);
  await staging.make();
  const values = await uploadAll(puppet, staging);
  const command = executeCommand[system];
  await runPuppet(puppet, command, values, staging, machine, context);
  await staging.remove();
}

const defaultFolder = {
  unix: '/tmp/packer-puppet-masterless',
  windows: 'C:/Windows/Temp/packer-puppet-masterless',
} as const;

/** Gives where all of it is on the machine, as the command wants it. */
async function uploadAll(puppet: MasterlessConfig, staging: StagingFolder) {
  const { manifest_dir, manifest_file, hiera_config_path, module_paths = [] } = puppet;
  const ManifestDir = manifest_dir ? await staging.uploadDir(manifest_dir, 'manifests') : '';
  const modules: string[] = [];
  for (const [index, path] of module_paths.entries()) {
    modules.push(await staging.uploadDir(path, `module-${index}`));
  }
  const HieraConfigPath = hiera_config_path
    ? await staging.upload(hiera_config_path, 'hiera.yaml')
    : '';
  const ModulePathJoiner = puppet.guest_os_type === 'windows' ? ';' : ':';
  return {
    ManifestDir,
    ManifestFile: await uploadManifest(manifest_file, staging),
    ModulePath: modules.join(ModulePathJoiner),
    ModulePathJoiner,
    HieraConfigPath,
  };
}

/** A folder goes beside what `manifest_dir` has brought: Puppet takes it as a whole. */
async function uploadManifest(path: string, staging: StagingFolder): Promise<string> {
  if ((await stat(path)).isDirectory()) return staging.uploadDir(path, 'manifests');
  await staging.make('manifests');
  return staging.upload(path, `manifests/${basename(path)}`);
}

/** `cmd` knows no single quotes. */
function options(quote: string): string {
  const word = (name: string): string => `${quote}{{.${name}}}${quote}`;
  return [
    ' apply --detailed-exitcodes ',
    '{{if .Debug}}--debug {{end}}',
    `{{if ne .ModulePath ""}}--modulepath=${word('ModulePath')} {{end}}`,
    `{{if ne .HieraConfigPath ""}}--hiera_config=${word('HieraConfigPath')} {{end}}`,
    `{{if ne .ManifestDir ""}}--manifestdir=${word('ManifestDir')} {{end}}`,
    '{{if ne .ExtraArguments ""}}{{.ExtraArguments}} {{end}}',
    word('ManifestFile'),
  ].join('');
}

const program = {
  unix: '{{if ne .PuppetBinDir ""}}{{.PuppetBinDir}}/{{end}}puppet',
  // Puppet's own folder there has blanks in its name.
  windows: '{{if ne .PuppetBinDir ""}}"{{.PuppetBinDir}}/puppet"{{else}}puppet{{end}}',
} as const;
const executeCommand = {
  unix: `cd {{.WorkingDir}} && {{if ne .FacterVars ""}}{{.FacterVars}} {{end}}{{if .Sudo}}sudo -E {{end}}${program.unix}${options("'")}`,
  windows: `cd "{{.WorkingDir}}" && {{if ne .FacterVars ""}}{{.FacterVars}} && {{end}}${program.windows}${options('"')}`,
} as const;

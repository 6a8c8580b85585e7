import type { Machine, RunContext } from '@bake/plugin-sdk';
import { StagingFolder } from '@bake/plugin-sdk/staging';
import { runPuppet, usesSudo } from '../run-puppet.ts';
import type { ServerConfig } from './component.ts';

/** Uploads certificate and key, if there are any, and runs Puppet once. Rejects with a `Failure`. */
export async function provision(
  puppet: ServerConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with Puppet...');
  const system = puppet.guest_os_type;
  const folder = puppet.staging_dir || defaultFolder[system];
  const isRemoved = puppet.clean_staging_directory;
  const settings = { system, sudo: usesSudo(puppet), isRemoved };
  const staging = new StagingFolder(folder, settings, machine, context);
  await staging.make();
  const { client_cert_path, client_private_key_path } = puppet;
  const values = {
    PuppetServer: puppet.puppet_server ?? '',
    PuppetNode: puppet.puppet_node ?? '',
    ClientCertPath: client_cert_path ? await staging.uploadDir(client_cert_path, 'certs') : '',
    ClientPrivateKeyPath: client_private_key_path
      ? await staging.uploadDir(client_private_key_path, 'private_keys')
      : '',
  };
  await runPuppet(puppet, executeCommand[system], values, staging, machine, context);
  await staging.remove();
}

const defaultFolder = {
  unix: '/tmp/packer-puppet-server',
  windows: 'C:/Windows/Temp/packer-puppet-server',
} as const;

/** `cmd` knows no single quotes. */
function options(quote: string): string {
  const word = (name: string): string => `${quote}{{.${name}}}${quote}`;
  return [
    ' agent --onetime --no-daemonize --detailed-exitcodes ',
    '{{if .Debug}}--debug {{end}}',
    `{{if ne .PuppetServer ""}}--server=${word('PuppetServer')} {{end}}`,
    `{{if ne .PuppetNode ""}}--certname=${word('PuppetNode')} {{end}}`,
    `{{if ne .ClientCertPath ""}}--certdir=${word('ClientCertPath')} {{end}}`,
    `{{if ne .ClientPrivateKeyPath ""}}--privatekeydir=${word('ClientPrivateKeyPath')} {{end}}`,
    '{{if ne .ExtraArguments ""}}{{.ExtraArguments}}{{end}}',
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

import { readFile } from 'node:fs/promises';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { requireToolSuccess, runShown, type StagingFolder } from '@bake/plugin-sdk/staging';
import { type ChefConfig, parseAttributes } from './check.ts';

/** The commands of a program of Chef when the template has none of its own, by `guest_os_type`. */
export function executeCommand(program: 'chef-solo' | 'chef-client', chef: ChefConfig): string {
  const args = '--no-color -c {{.ConfigPath}} -j {{.JsonPath}}';
  return chef.guest_os_type === 'windows'
    ? `c:/opscode/chef/bin/${program}.bat ${args}`
    : `{{if .Sudo}}sudo {{end}}${program} ${args}`;
}

/** `sudo` is of Unix. */
export function usesSudo({ guest_os_type, prevent_sudo }: ChefConfig): boolean {
  return guest_os_type !== 'windows' && !prevent_sudo;
}

/** How the licence is accepted; empty where the template leaves that to somebody else. */
export function licenseOf({ chef_license, skip_install, install_command }: ChefConfig): string {
  return chef_license ?? (skip_install || install_command ? '' : 'accept-silent');
}

/** Of https://docs.chef.io/chef_install_script/ */
const installCommand = {
  unix: 'curl -L https://omnitruck.chef.io/install.sh | {{if .Sudo}}sudo {{end}}bash -s --{{if .Version}} -v {{.Version}}{{end}}',
  windows:
    'powershell.exe -Command ". { iwr -useb https://omnitruck.chef.io/install.ps1 } | iex; Install-Project{{if .Version}} -version {{.Version}}{{end}}"',
} as const;

/** Installs Chef, if it is to. Rejects with a `Failure`. */
export async function installChef(
  chef: ChefConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  if (chef.skip_install) return;
  const template = chef.install_command || installCommand[chef.guest_os_type];
  const values = { Sudo: usesSudo(chef), Version: chef.version ?? '' };
  const command = renderForBuild(template, context, values);
  context.ui.say(`Installing Chef: ${command}`);
  const end = await runShown(command, machine, context);
  context.signal.throwIfAborted();
  requireToolSuccess(end, { tool: 'The installation of Chef' });
}

/** Writes the configuration of Chef and gives its path on the machine: `standard`, or the template's own with `values`. */
export async function writeConfig(
  chef: ChefConfig,
  standard: string,
  values: Readonly<Record<string, unknown>>,
  name: string,
  staging: StagingFolder,
  context: RunContext,
): Promise<string> {
  const own = chef.config_template ? await readFile(chef.config_template, 'utf8') : undefined;
  return staging.write(own === undefined ? standard : renderForBuild(own, context, values), name);
}

/** Writes attributes and run list and gives their path on the machine. */
export async function writeNode(
  chef: Pick<ChefConfig, 'json' | 'json_string' | 'run_list'>,
  staging: StagingFolder,
): Promise<string> {
  const { json, json_string, run_list = [] } = chef;
  const attributes = json_string ? parseAttributes(json_string) : {};
  const node = { ...json, ...attributes, ...(run_list.length > 0 ? { run_list } : {}) };
  // Attributes may be secrets; who runs Chef owns the file or is root.
  return staging.write(`${JSON.stringify(node, undefined, 2)}\n`, 'node.json', 0o600);
}

/** https://github.com/chef/chef-rfc/blob/master/rfc062-exit-status.md, and the licence's own. */
export const meanings: Readonly<Record<number, string>> = {
  1: 'Chef failed. What it printed is above.',
  35: 'Chef has begun a restart of the machine. Leave that to a provisioner of its own after this one.',
  37: 'Chef wants the machine to be restarted. Do that in a provisioner of its own, and run Chef again after it.',
  41: 'Chef wanted to restart the machine, and could not.',
  172: 'The licence of Chef is not accepted. Set "chef_license" to "accept-silent", for instance.',
  213: 'Chef has replaced itself by another version, and has to be run again.',
};

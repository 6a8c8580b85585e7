import { type Complain, hasProgram } from '@bake/plugin-sdk';
import { checkCommandTemplates } from '@bake/plugin-sdk/scripts';
import { checkPath, checkSet } from '@bake/plugin-sdk/staging';
import type { AnsibleConfig } from './component.ts';

/** Kinds of keys that the proxy can have. */
export const keyTypes = ['ed25519', 'ecdsa', 'rsa'] as const;

/** Checks across the options of the provisioner `ansible`, and that all that it reads is there. */
export async function checkAnsible(ansible: AnsibleConfig, complain: Complain): Promise<void> {
  const files = [
    'playbook_file',
    'galaxy_file',
    'ssh_host_key_file',
    'ssh_authorized_key_file',
  ] as const;
  checkSet('playbook_file', ansible.playbook_file, complain);
  for (const option of files) await checkPath(option, ansible[option], 'file', complain);
  await checkPath('inventory_file', ansible.inventory_file, 'file or folder', complain);
  await checkPath('inventory_directory', ansible.inventory_directory, 'folder', complain);
  checkValues(ansible, complain);
  const { inventory_file_template: line = '', ansible_env_vars: variables = [] } = ansible;
  await checkCommandTemplates('inventory_file_template', [line], complain);
  await checkCommandTemplates('ansible_env_vars', variables, complain);
  if (ansible.skip_version_check) return;
  await checkProgram('command', ansible.command, complain);
  if (ansible.galaxy_file) await checkProgram('galaxy_command', ansible.galaxy_command, complain);
}

function checkValues(ansible: AnsibleConfig, complain: Complain): void {
  const port = ansible.local_port ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    complain('local_port', {
      summary: `local_port: ${port} must be a valid port`,
      detail: 'Ports are whole numbers from 1 to 65535; 0 is any that is free.',
    });
  }
  const type = ansible.ansible_proxy_key_type;
  if (!keyTypes.some((known) => known === type.toLowerCase())) {
    complain('ansible_proxy_key_type', {
      summary: `Invalid value for ansible_proxy_key_type: "${type}"`,
      detail: 'It can be ED25519, ECDSA or RSA.',
    });
  }
  for (const [index, variable] of (ansible.ansible_env_vars ?? []).entries()) {
    if (/^[^=]+=/.test(variable)) continue;
    complain(`ansible_env_vars.${index}`, {
      summary: `Environment variable not in format 'NAME=value': ${variable}`,
      detail: 'Write a name, an equals sign and the value, for instance "ANSIBLE_PIPELINING=True".',
    });
  }
}

async function checkProgram(
  option: 'command' | 'galaxy_command',
  program: string,
  complain: Complain,
): Promise<void> {
  // There is no Ansible for Windows; what stands in for it there may be anything.
  if (process.platform === 'win32' || (await hasProgram(program))) return;
  complain(option, {
    summary: `There is no program "${program}"`,
    detail: `Install Ansible on this computer, or name its program in "${option}". If it is installed while the build runs, set "skip_version_check = true".`,
  });
}

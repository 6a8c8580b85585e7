import { join, resolve } from 'node:path';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { packerFacts, requireToolSuccess } from '@bake/plugin-sdk/staging';
import { exitCodes } from '../exit-codes.ts';
import { protectSecrets } from '../protect-secrets.ts';
import type { AnsibleConfig } from './component.ts';
import { environmentOf } from './environment.ts';
import { hideExtraVars } from './extra-vars.ts';
import { installGalaxy } from './galaxy.ts';
import { makeInventory } from './inventory.ts';
import { makeRoute, type Route } from './route.ts';
import { runLocally } from './run-locally.ts';
import { ansibleVersion } from './version.ts';
import { makeWorkspace, type Workspace } from './workspace.ts';

/** Runs the playbook against the machine. Rejects with a `Failure`. */
export async function provision(
  ansible: AnsibleConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with Ansible...');
  protectSecrets(
    [...(ansible.extra_arguments ?? []), ...(ansible.ansible_env_vars ?? [])],
    context,
  );
  const workspace = await makeWorkspace(context);
  if (ansible.galaxy_file) {
    const env = await environmentOf(ansible, undefined, workspace, machine, context);
    await installGalaxy(ansible, ansible.galaxy_file, env, context);
  }
  const route = await makeRoute(ansible, machine, workspace, context);
  if (route.password !== undefined) context.protect(route.password);
  const settings = await environmentOf(ansible, route, workspace, machine, context);
  const version = ansible.skip_version_check
    ? undefined
    : await ansibleVersion(ansible.command, settings, context.signal);
  const env = { ...settings, ...route.traces?.environment };
  const inventory = await makeInventory(ansible, route, version, context);
  const args = await argumentsOf(ansible, route, inventory.path, workspace, context);
  context.ui.say(`Executing Ansible: ${[ansible.command, ...args].map(shown).join(' ')}`);
  const { traces } = route;
  const end = await runLocally(ansible.command, args, env, context, traces && (() => traces.end()));
  await route.close(end.exitCode === undefined);
  await inventory.cleanup?.now();
  await workspace.remove();
  requireToolSuccess(end, { tool: 'Ansible', meanings: exitCodes });
}

async function argumentsOf(
  ansible: AnsibleConfig,
  route: Route,
  inventory: string,
  workspace: Workspace,
  context: RunContext,
): Promise<readonly string[]> {
  const file = join(workspace.path, 'vars.json');
  await workspace.write(file, JSON.stringify(variablesOf(ansible, route, context)));
  const standard = route.keyFile === undefined ? [] : ['-o IdentitiesOnly=yes'];
  const own = ansible.ansible_ssh_extra_args ?? [];
  const { sshArguments = '' } = route.traces ?? {};
  // Of several such arguments Ansible heeds the last alone.
  const ssh = [...(own.length > 0 ? own : standard), sshArguments].join(' ').trim();
  return [
    '-e',
    `@${file}`,
    ...(route.isWinrm || ssh === '' ? [] : ['--ssh-extra-args', ssh]),
    ...(await hideExtraVars(ansible.extra_arguments ?? [], workspace)),
    '-i',
    inventory,
    resolve(ansible.playbook_file),
  ];
}

/** What playbooks are told, and what Ansible needs to log in. */
function variablesOf(
  ansible: AnsibleConfig,
  { keyFile, password, isWinrm }: Route,
  context: RunContext,
): Readonly<Record<string, string>> {
  return {
    ...Object.fromEntries(packerFacts(context)),
    ...(keyFile === undefined ? {} : { ansible_ssh_private_key_file: resolve(keyFile) }),
    ...(password === undefined ? {} : { ansible_password: password }),
    ...(isWinrm && ansible.ansible_winrm_use_http ? { ansible_winrm_scheme: 'http' } : {}),
  };
}

function shown(word: string): string {
  return /[\s'"]/.test(word) ? JSON.stringify(word) : word;
}

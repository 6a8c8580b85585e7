import { join } from 'node:path';
import type { Machine, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import type { AnsibleConfig } from './component.ts';
import type { Route } from './route.ts';
import { socketFolder } from './shared-connections.ts';
import type { Workspace } from './workspace.ts';

/** A socket's path can have some hundred characters; Ansible adds ten and ssh seventeen. */
const longestFolder = 70;

/** What Ansible finds in its environment beside what bake has: bake's own settings, and over them those of the template. */
export async function environmentOf(
  ansible: AnsibleConfig,
  route: Route | undefined,
  workspace: Workspace,
  machine: Machine,
  context: RunContext,
): Promise<Readonly<Record<string, string>>> {
  const env: Record<string, string> = {
    // Lines come when they are printed, not when a buffer is full.
    PYTHONUNBUFFERED: '1',
    PACKER_RUN_UUID: context.build.runUuid,
    // Templates that are filled in, secrets too, lie there until they are transferred; Ansible leaves them when it is killed.
    ...('ANSIBLE_LOCAL_TEMP' in process.env ? {} : { ANSIBLE_LOCAL_TEMP: workspace.path }),
  };
  if (route !== undefined) Object.assign(env, await connectionSettings(ansible, route, workspace));
  const { WinRMPassword = '' } = machine.facts;
  for (const variable of ansible.ansible_env_vars ?? []) {
    const text = renderForBuild(variable, context, { WinRMPassword });
    const split = text.indexOf('=');
    env[text.slice(0, split)] = text.slice(split + 1);
  }
  return env;
}

async function connectionSettings(
  { use_sftp }: AnsibleConfig,
  { isWinrm, isKeyOwn, isProxied, isPipelined }: Route,
  workspace: Workspace,
): Promise<Readonly<Record<string, string>>> {
  if (isWinrm) return {};
  const sockets = await socketFolder(workspace);
  const known = join(workspace.path, 'known_hosts');
  return {
    ...(sockets.length > longestFolder ? {} : { ANSIBLE_SSH_CONTROL_PATH_DIR: sockets }),
    ...(isKeyOwn ? { ANSIBLE_HOST_KEY_CHECKING: 'False' } : {}),
    // A key that lives as long as the run has no place in the user's list, nor has the user's way to other machines one here.
    ...(isKeyOwn && isProxied
      ? { ANSIBLE_SSH_COMMON_ARGS: `-o UserKnownHostsFile=${known} -o LogLevel=ERROR` }
      : {}),
    ...(use_sftp === undefined ? {} : transferSettings(use_sftp)),
    ...(isPipelined && !isPipeliningSet() ? { ANSIBLE_PIPELINING: 'True' } : {}),
  };
}

/** The old name and the new one: which of them counts depends on Ansible's version. */
function transferSettings(useSftp: boolean): Readonly<Record<string, string>> {
  return {
    ANSIBLE_SCP_IF_SSH: useSftp ? 'False' : 'True',
    ANSIBLE_SSH_TRANSFER_METHOD: useSftp ? 'sftp' : 'scp',
  };
}

/**
 * Without files on their way a task takes one command in place of five. What speaks against it elsewhere, a `sudo` that
 * wants a terminal, is nothing here: there is none behind the proxy in any case.
 */
function isPipeliningSet(): boolean {
  return ['ANSIBLE_PIPELINING', 'ANSIBLE_SSH_PIPELINING'].some((name) => name in process.env);
}

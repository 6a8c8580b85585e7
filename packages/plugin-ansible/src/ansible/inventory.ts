import { randomInt } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Cleanup, Failure, type RunContext, systemReason } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import type { AnsibleConfig } from './component.ts';
import type { Route } from './route.ts';

/** The inventory that Ansible is told. */
export interface Inventory {
  readonly path: string;
  /** Takes it away, if it is one that was made and is not to be kept. */
  readonly cleanup: Cleanup | undefined;
}

/** The user's own inventory, or one that is made. `version` is Ansible's first number. */
export async function makeInventory(
  ansible: AnsibleConfig,
  route: Route,
  version: number | undefined,
  context: RunContext,
): Promise<Inventory> {
  if (ansible.inventory_file) return { path: ansible.inventory_file, cleanup: undefined };
  const folder = resolve(ansible.inventory_directory || tmpdir());
  const path = join(folder, `packer-provisioner-ansible${randomInt(1e9, 1e10)}`);
  const text = inventoryText(ansible, route, version, context);
  const cleanup = ansible.keep_inventory_file ? undefined : removal(path, context);
  await writeFile(path, text, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    throw new Failure({
      summary: `Could not write the inventory "${path}": ${systemReason(error)}`,
      detail: 'Set "inventory_directory" to a folder that you may write to, or leave it out.',
      cause: error,
    });
  });
  return { path, cleanup };
}

function removal(path: string, context: RunContext): Cleanup {
  const entry = context.journal({ kind: 'path', label: `inventory ${path}`, traces: { path } });
  const remove = (): Promise<void> => rm(path, { force: true });
  return context.onCleanup('remove the inventory', remove, { always: true, entry });
}

function inventoryText(
  ansible: AnsibleConfig,
  { host, port, user, isWinrm }: Route,
  version: number | undefined,
  context: RunContext,
): string {
  const template = ansible.inventory_file_template || defaultLine(isWinrm, version);
  const values = { HostAlias: ansible.host_alias, Host: host, User: user, Port: port };
  const rendered = renderForBuild(template, context, values);
  const line = rendered.endsWith('\n') ? rendered : `${rendered}\n`;
  const groups = (ansible.groups ?? []).map((name) => `[${name}]\n${line}`);
  const empty = (ansible.empty_groups ?? []).map((name) => `[${name}]\n`);
  return [line, ...groups, ...empty].join('');
}

/** Before 2 the names were longer: https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html */
function defaultLine(isWinrm: boolean, version: number | undefined): string {
  const of = version !== undefined && version < 2 ? 'ansible_ssh' : 'ansible';
  const kind = isWinrm
    ? 'ansible_connection=winrm ansible_winrm_transport=basic ansible_shell_type=powershell '
    : '';
  return `{{ .HostAlias }} ${of}_host={{ .Host }} ${kind}${of}_user={{ .User }} ${of}_port={{ .Port }}\n`;
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Inputs } from '@bake/plugin-sdk';
import type { AnsibleConfig } from './component.ts';

/** What Ansible looks for beside a playbook, apart from folders of plugins. */
const conventional: ReadonlySet<string> = new Set([
  ...['roles', 'collections', 'library', 'module_utils', 'ansible.cfg'],
  ...['group_vars', 'host_vars', 'vars', 'files', 'templates', 'tasks', 'handlers'],
]);

/** Keys of YAML by which a task or play does something on this computer. */
const workHere =
  /^[\s-]*(?:delegate_to|hosts)\s*:\s*["']?(?:localhost|127\.0\.0\.1)\b|^[\s-]*connection\s*:\s*["']?local\b|^[\s-]*(?:local_action|(?:ansible\.builtin\.)?fetch)\s*:/m;

/**
 * What Ansible reads as far as it shows by the options and by Ansible's conventions: the playbook, what is beside it, inventories
 * and their variables, roles and collections, files of variables. A playbook that also works on this computer must run each time.
 */
export function ansibleInputs(ansible: AnsibleConfig): Inputs {
  const files = [...new Set(filesOf(ansible))];
  const here = files.flatMap(yamlIn).find((path) => workHere.test(textOf(path)));
  return here === undefined
    ? { files }
    : { unkept: `"${here}" has something done on this computer, which would be missing` };
}

function filesOf(ansible: AnsibleConfig): readonly string[] {
  const { playbook_file, inventory_file, inventory_directory, extra_arguments = [] } = ansible;
  const inventories = [inventory_file && dirname(inventory_file), inventory_directory];
  // Where `galaxy_command` installs, what is there already counts.
  const installed = [ansible.roles_path, ansible.collections_path].filter(isThere);
  return [
    ...[playbook_file, inventory_file ?? '', ansible.galaxy_file ?? ''],
    ...installed,
    ...besides(dirname(playbook_file)),
    ...inventories.filter(isThere).flatMap((folder) => variablesIn(folder)),
    ...extra_arguments.flatMap((word) => /^(?:-e|--extra-vars=)?@(.+)$/s.exec(word)?.[1] ?? []),
    ...[process.env['ANSIBLE_CONFIG'], 'ansible.cfg'].filter(isThere),
  ];
}

function besides(folder: string): readonly string[] {
  const names = isThere(folder) ? readdirSync(folder).sort() : [];
  return names
    .filter((name) => conventional.has(name) || /_plugins$|\.ya?ml$/.test(name))
    .map((name) => join(folder, name));
}

function variablesIn(folder: string): readonly string[] {
  return ['group_vars', 'host_vars'].map((name) => join(folder, name)).filter(isThere);
}

/** A file of YAML itself, or those in a folder. */
function yamlIn(path: string): readonly string[] {
  if (!isThere(path)) return [];
  if (!statSync(path).isDirectory()) return /\.ya?ml$/.test(path) ? [path] : [];
  return readdirSync(path, { recursive: true })
    .map(String)
    .sort()
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => join(path, name))
    .filter(isFile);
}

/** Links may lead nowhere, or to themselves. */
function isFile(path: string): boolean {
  return isThere(path) && statSync(path).isFile();
}

/** What cannot be read is found out by those who read it all. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isThere(path: string | undefined): path is string {
  return Boolean(path) && existsSync(path as string);
}

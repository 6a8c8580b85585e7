import { randomUUID } from 'node:crypto';
import { basename, relative, resolve } from 'node:path';
import { Failure, type Machine, type RunContext } from '@bake/plugin-sdk';
import {
  packerFacts,
  requireToolSuccess,
  runShown,
  StagingFolder,
  shellQuoted,
} from '@bake/plugin-sdk/staging';
import { exitCodes } from '../exit-codes.ts';
import { readGalaxyFile } from '../galaxy-file.ts';
import { protectSecrets } from '../protect-secrets.ts';
import { collectionPlace } from './collection.ts';
import type { LocalConfig } from './component.ts';
import { temporaryFolder } from './temporary-folder.ts';

const defaultParent = '/tmp/packer-provisioner-ansible-local';

/** Uploads what Ansible needs and runs the playbooks one after another. Rejects with a `Failure`. */
export async function provision(
  local: LocalConfig,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  context.ui.say('Provisioning with Ansible...');
  protectSecrets(local.extra_arguments ?? [], context);
  const own = local.staging_directory;
  const folder = own || `${defaultParent}/${randomUUID()}`;
  const isRemoved = local.clean_staging_directory;
  const settings = {
    ...({ system: 'unix', sudo: false, isRemoved } as const),
    ...(own ? {} : { parent: defaultParent }),
  };
  const staging = new StagingFolder(folder, settings, machine, context);
  const settled = temporaryFolder(staging, machine, context);
  const run = (what: string, command: string): Promise<void> =>
    runThere({ what, folder: staging.path, settled, command }, machine, context);
  const playbooks = await uploadPlaybooks(local, staging);
  const inventory = await uploadInventory(local, staging);
  await uploadFolders(local, staging);
  if (local.galaxy_file) await installGalaxy(local, local.galaxy_file, staging, run);
  for (const playbook of playbooks) {
    const parts = [local.command, shellQuoted(playbook), '--extra-vars', extraVars(context)];
    const rest = [...(local.extra_arguments ?? []), '-c', 'local', '-i', shellQuoted(inventory)];
    await run('Ansible', [...parts, ...rest].join(' '));
  }
  await staging.remove();
}

/** Gives their paths on the machine, in the order in which they are to run. */
async function uploadPlaybooks(local: LocalConfig, staging: StagingFolder): Promise<string[]> {
  if (local.playbook_dir) await staging.uploadDir(local.playbook_dir);
  else await staging.make();
  if (local.playbook_file) {
    return [await staging.upload(local.playbook_file, basename(local.playbook_file))];
  }
  const names = new Set<string>();
  const paths: string[] = [];
  for (const file of local.playbook_files ?? []) {
    const inside = local.playbook_dir ? relative(resolve(local.playbook_dir), resolve(file)) : '..';
    const name = basename(file);
    if (!inside.startsWith('..')) {
      paths.push(staging.at(inside));
    } else if (names.has(name)) {
      throw new Failure({
        summary: `There are two playbooks called "${name}"`,
        detail: 'Both would go to one place on the machine. Rename one, or use "playbook_dir".',
      });
    } else {
      names.add(name);
      paths.push(await staging.upload(file, name));
    }
  }
  return paths;
}

async function uploadInventory(local: LocalConfig, staging: StagingFolder): Promise<string> {
  if (local.inventory_file) {
    return staging.upload(local.inventory_file, basename(local.inventory_file));
  }
  const groups = local.inventory_groups ?? [];
  const host = '127.0.0.1\n';
  const text = groups.length === 0 ? host : groups.map((name) => `[${name}]\n${host}`).join('');
  return staging.write(text, 'packer-provisioner-ansible-local');
}

async function uploadFolders(local: LocalConfig, staging: StagingFolder): Promise<void> {
  if (local.group_vars) await staging.uploadDir(local.group_vars, 'group_vars');
  if (local.host_vars) await staging.uploadDir(local.host_vars, 'host_vars');
  for (const path of local.role_paths ?? []) {
    await staging.uploadDir(path, `roles/${basename(path)}`);
  }
  for (const path of local.collection_paths ?? []) {
    await staging.uploadDir(path, await collectionPlace(path));
  }
  for (const path of local.playbook_paths ?? []) {
    await staging.uploadDir(path, `playbooks/${basename(path)}`);
  }
}

async function installGalaxy(
  local: LocalConfig,
  file: string,
  staging: StagingFolder,
  run: (what: string, command: string) => Promise<void>,
): Promise<void> {
  const { hasRoles, hasCollections } = await readGalaxyFile(file);
  const path = shellQuoted(await staging.upload(file, basename(file)));
  const force = local.galaxy_force_install ? ' --force' : '';
  const install = (words: string, folder: string): Promise<void> =>
    run(
      'Ansible Galaxy',
      `${local.galaxy_command} ${words} -r ${path} -p ${shellQuoted(folder)}${force}`,
    );
  if (hasRoles) await install('install', local.galaxy_roles_path || staging.at('roles'));
  if (hasCollections) {
    await install('collection install', local.galaxy_collections_path || staging.at('collections'));
  }
}

/** What is known of the build, as Ansible takes variables. */
function extraVars(context: RunContext): string {
  return shellQuoted(
    packerFacts(context)
      .map(([name, value]) => `${name}="${value}"`)
      .join(' '),
  );
}

interface Command {
  /** Whose it is. */
  readonly what: string;
  /** Where it runs. */
  readonly folder: string;
  /** What the shell does before. */
  readonly settled: string;
  readonly command: string;
}

async function runThere(
  { what, folder, settled, command }: Command,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  const there = `cd ${shellQuoted(folder)} && ${command}`;
  context.ui.say(`Executing ${what}: ${there}`);
  const end = await runShown(`${settled}${there}`, machine, context);
  context.signal.throwIfAborted();
  requireToolSuccess(end, { tool: what, meanings: what === 'Ansible' ? exitCodes : {} });
}

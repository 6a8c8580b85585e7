import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { type FoundPlugin, findPlugins } from '@bake/core';
import { compareVersions, parseConstraints, parseVersion, satisfies } from '@bake/core/plugins';
import { Failure, systemReason } from '@bake/plugin-sdk';
import { pluginPlaces } from '../plugin-places.ts';
import type { Terminal } from '../terminal.ts';
import { runNpm } from './npm.ts';
import type { PackageSource } from './package-source.ts';
import { type PluginHome, prepareHome } from './plugin-home.ts';

/** What installing needs to know. */
export interface InstallContext {
  readonly packages: PackageSource;
  readonly home: PluginHome;
  readonly templateFolder: string;
  readonly terminal: Terminal;
}

/** The newest release of a package that fulfils a constraint. Rejects with a `Failure` when there is none. */
export async function newestVersion(
  name: string,
  constraint: string,
  packages: PackageSource,
): Promise<string> {
  const wanted = parseConstraints(constraint) ?? [];
  const releases = (await packages.versions(name))
    .map((text) => ({ text, version: parseVersion(text) }))
    .filter(({ version }) => version?.prerelease === '')
    .sort((one, other) =>
      one.version && other.version ? compareVersions(other.version, one.version) : 0,
    );
  const newest = releases.find(({ version }) => version && satisfies(version, wanted));
  if (newest !== undefined) return newest.text;
  const there = releases.slice(0, 5).map(({ text }) => text);
  throw new Failure({
    summary: `No release of ${name} is ${constraint || 'there'}`,
    detail:
      there.length === 0
        ? 'There are no releases of it at all.'
        : `The newest are ${there.join(', ')}. Change the version in required_plugins.`,
  });
}

/** Installs one version of a plugin and finds it. Rejects with a `Failure` when npm fails or it is no plugin. */
export async function installPlugin(
  name: string,
  version: string,
  context: InstallContext,
): Promise<FoundPlugin> {
  const { packages, home, terminal } = context;
  const specifiers = await packages.specifiers(name, version);
  await prepareHome(home);
  const save = home.isProject ? ['--save-dev'] : [];
  // Scripts of packages run as the user who installs them; plugins have to do without.
  const args = ['install', '--save-exact', ...save, '--ignore-scripts', ...specifiers];
  await runNpm(args, { cwd: home.folder, signal: terminal.signal });
  const found = findInstalled(name, context);
  if (found?.version === version) return found;
  if (found !== undefined) throw comesBefore(found, version);
  throw new Failure({
    summary: `${name} ${version} is no plugin of bake`,
    detail: `Its package.json has no "bake" key. It was installed in ${home.folder}: "npm uninstall ${name}" there removes it.`,
  });
}

/**
 * Installs the version that is there again, for which npm must not find it. What was there comes back if that fails, and
 * if it is in another project, whose templates use it. Rejects with a `Failure`.
 */
export async function installAgain(
  { name, version, folder }: FoundPlugin,
  context: InstallContext,
): Promise<FoundPlugin> {
  // Packages whose name begins with a dot are none to npm, nor to bake.
  const aside = join(dirname(folder), `.${basename(folder)}-${process.pid}`);
  await rename(folder, aside).catch((cause: unknown) => {
    throw new Failure({ summary: `Cannot replace ${folder}: ${systemReason(cause)}`, cause });
  });
  const putBack = async (): Promise<void> => {
    await rm(folder, { recursive: true, force: true });
    await rename(aside, folder);
  };
  const installed = await installPlugin(name, version, context).catch(async (error: unknown) => {
    await putBack();
    throw error;
  });
  if (installed.folder === folder) await rm(aside, { recursive: true, force: true });
  else await putBack();
  const first = findInstalled(name, context);
  if (first === undefined || first.folder === installed.folder) return installed;
  throw comesBefore(first, version);
}

function comesBefore({ name, version, folder }: FoundPlugin, installed: string): Failure {
  return new Failure({
    summary: `${name} ${installed} is installed, but ${version} in ${folder} comes before it`,
    detail: 'The copy that is nearest to the template counts. Remove it, or install there.',
  });
}

/** Removes a plugin from the npm project that it is in. Rejects with a `Failure` for one that is only linked there. */
export async function removePlugin(
  { name, folder, isLinked }: FoundPlugin,
  signal: AbortSignal,
): Promise<void> {
  if (isLinked) {
    throw new Failure({
      summary: `${name} is linked to ${folder}, where somebody works on it`,
      detail: `"npm unlink ${name}" takes the link away.`,
    });
  }
  const project = folder.slice(0, folder.lastIndexOf(`${sep}node_modules${sep}`));
  await runNpm(['uninstall', name], { cwd: project, signal });
  // What npm does not know of, somebody copied there.
  await rm(folder, { recursive: true, force: true });
}

/** The copy of a package that a template uses. */
export function findInstalled(
  name: string,
  { templateFolder, terminal }: Pick<InstallContext, 'templateFolder' | 'terminal'>,
): FoundPlugin | undefined {
  return findPlugins(pluginPlaces(templateFolder, terminal)).find((one) => one.name === name);
}

/** Throws a `Failure` for what no plugin can be called, before npm could take it for something else, such as an option. */
export function checkName(name: string): void {
  if (/^(?:@[a-z0-9][a-z0-9._-]*\/)?bake-plugin-[a-z0-9._-]+$/.test(name)) return;
  throw new Failure({
    summary: `"${name}" is not the name of a plugin`,
    detail: 'Packages with plugins are called bake-plugin-NAME or @SCOPE/bake-plugin-NAME.',
  });
}

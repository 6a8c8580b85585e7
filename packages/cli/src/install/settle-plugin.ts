import type { FoundPlugin, PluginOrigin } from '@bake/core';
import {
  fits,
  integrityOf,
  type LockedPlugin,
  lockFileName,
  type RequiredPlugin,
} from '@bake/core/plugins';
import { Failure } from '@bake/plugin-sdk';
import {
  checkName,
  findInstalled,
  type InstallContext,
  installAgain,
  installPlugin,
  newestVersion,
} from './install-plugin.ts';

/** How `bake init` was called. */
export interface SettleOptions {
  /** Take the newest that fits, whatever is installed and locked. */
  readonly upgrade: boolean;
  /** Install again what is there. */
  readonly force: boolean;
}

/** A requirement that is met. */
export interface Settled {
  readonly plugin: FoundPlugin;
  readonly isNew: boolean;
  /** What the lock file shall say; nothing for what comes with bake, or is linked and so changes all the time. */
  readonly lock?: LockedPlugin;
}

/**
 * Sees to it that a required plugin is installed: the version that is locked, else the one that is there, else the
 * newest that fits. Rejects with a `Failure` when that cannot be had.
 */
export async function settlePlugin(
  required: Pick<RequiredPlugin, 'source' | 'version'>,
  origin: PluginOrigin,
  locked: LockedPlugin | undefined,
  options: SettleOptions,
  context: InstallContext,
): Promise<Settled> {
  if (origin.kind === 'unknown') throw unknownSource(required.source);
  const there = findInstalled(origin.package, context);
  if (origin.kind === 'first-party') {
    if (there === undefined) throw notOurs(required.source);
    return { plugin: there, isNew: false };
  }
  if (there?.isLinked) return { plugin: there, isNew: false };
  checkName(origin.package);
  const wanted = await wantedVersion(
    origin.package,
    required.version,
    there,
    locked,
    options,
    context,
  );
  const isNew = options.force || there?.version !== wanted;
  const plugin =
    there?.version !== wanted
      ? // npm replaces what is in its project. A copy elsewhere is for the templates there.
        await installPlugin(origin.package, wanted, context)
      : options.force
        ? await installAgain(there, context)
        : there;
  const integrity = integrityOf(plugin.folder);
  if (locked?.version === wanted && locked.integrity !== integrity) throw changed(plugin, isNew);
  return {
    plugin,
    isNew,
    lock: { source: required.source, package: plugin.name, version: wanted, integrity },
  };
}

async function wantedVersion(
  name: string,
  constraint: string,
  there: FoundPlugin | undefined,
  locked: LockedPlugin | undefined,
  { upgrade }: SettleOptions,
  { packages }: InstallContext,
): Promise<string> {
  const known = [locked?.package === name ? locked.version : undefined, there?.version];
  const kept = upgrade
    ? undefined
    : known.find((one) => one !== undefined && fits(one, constraint));
  return kept ?? newestVersion(name, constraint, packages);
}

/** Something else than what was locked: never taken, in neither direction. */
function changed({ name, version, folder }: FoundPlugin, isNew: boolean): Failure {
  return new Failure({
    summary: `Plugin ${name} ${version} is not what ${lockFileName} was written for`,
    detail: isNew
      ? `What was just installed in ${folder} has other content than when it was locked. Find out why before you use it: a version that was published does not change. If you trust it, take its block out of ${lockFileName}.`
      : `Files in ${folder} have changed. "bake init -force" installs it again; if the change is yours, take its block out of ${lockFileName}.`,
  });
}

function unknownSource(source: string): Failure {
  return new Failure({
    summary: `No package is known for the plugin "${source}"`,
    detail: `Packer's own plugins are programs that only Packer can run. If an npm package does what it does, say so in bake.json: {"plugins": {"${source}": "PACKAGE"}}.`,
  });
}

function notOurs(source: string): Failure {
  return new Failure({
    summary: `bake does not come with the plugin "${source}"`,
    detail: `If an npm package does what it does, say so in bake.json: {"plugins": {"${source}": "PACKAGE"}}.`,
  });
}

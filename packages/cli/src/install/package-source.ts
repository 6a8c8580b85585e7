import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { compareVersions, parseVersion } from '@bake/core/plugins';
import { Failure, messageOf, systemReason } from '@bake/plugin-sdk';
import { extract } from 'tar-stream';
import { runNpm } from './npm.ts';
import { type PluginHome, prepareHome } from './plugin-home.ts';

/** Where packages come from. */
export interface PackageSource {
  /** All versions of a package; rejects with a `Failure` when there is no such package. */
  versions(name: string): Promise<readonly string[]>;
  /** What to tell npm to install for one of those versions. */
  specifiers(name: string, version: string): Promise<readonly string[]>;
}

/** The registries that npm is configured for where it installs: a project may have an .npmrc of its own. */
export function registrySource(home: PluginHome, signal: AbortSignal): PackageSource {
  return {
    async versions(name) {
      await prepareHome(home);
      const args = ['view', name, 'versions', '--json'];
      const printed = await runNpm(args, { cwd: home.folder, signal });
      const versions: unknown = JSON.parse(printed || '[]');
      return [versions].flat().filter((one) => typeof one === 'string');
    },
    specifiers: async (name, version) => [`${name}@${version}`],
  };
}

/** A packed package. */
interface Tarball {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly dependencies: readonly string[];
}

/** A folder of packages as `npm pack` writes them, for machines without a registry. */
export function tarballSource(folder: string): PackageSource {
  const all = readTarballs(resolve(folder));
  return {
    async versions(name) {
      const found = (await all).filter((one) => one.name === name);
      if (found.length > 0) return found.map((one) => one.version);
      throw new Failure({
        summary: `There is no package ${name} in ${folder}`,
        detail: `Put the file that "npm pack ${name}" writes there, and those of the packages that it needs.`,
      });
    },
    async specifiers(name, version) {
      const chosen = (await all).filter((one) => one.name === name && one.version === version);
      return ['--offline', ...withDependencies(chosen, await all).map((one) => one.path)];
    },
  };
}

async function readTarballs(folder: string): Promise<readonly Tarball[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Failure({
      summary: `Cannot read the folder of packages ${folder}: ${systemReason(cause)}`,
      detail: 'Name a folder that holds packages as "npm pack" writes them.',
      cause,
    });
  });
  const tarballs = names.filter((name) => name.endsWith('.tgz')).sort();
  return Promise.all(tarballs.map((name) => readTarball(join(folder, name))));
}

async function readTarball(path: string): Promise<Tarball> {
  try {
    const manifest = JSON.parse(await manifestIn(path)) as Readonly<Record<string, unknown>>;
    const { name, version, dependencies = {} } = manifest;
    if (typeof name !== 'string' || typeof version !== 'string') throw new Error('it has no name');
    return { path, name, version, dependencies: Object.keys(dependencies as object) };
  } catch (cause) {
    throw new Failure({
      summary: `${path} is no package as npm packs them: ${messageOf(cause)}`,
      detail: 'Take it out of the folder, or pack it again with "npm pack".',
      cause,
    });
  }
}

async function manifestIn(path: string): Promise<string> {
  const unpack = extract();
  const unpacking = pipeline(createReadStream(path), createGunzip(), unpack);
  // Whoever stops reading early has no interest in how it would have ended.
  unpacking.catch(() => undefined);
  for await (const entry of unpack) {
    if (/^[^/]+\/package\.json$/.test(entry.header.name)) return text(Readable.from(entry));
    entry.resume();
  }
  await unpacking;
  throw new Error('there is no package.json in it');
}

/** With the newest of every package of the folder that one of them needs: npm has no other place to look. */
function withDependencies(chosen: readonly Tarball[], all: readonly Tarball[]): readonly Tarball[] {
  const missing = chosen
    .flatMap((one) => one.dependencies)
    .filter((name) => !chosen.some((one) => one.name === name));
  const found = [...new Set(missing)].flatMap((name) => newestOf(name, all) ?? []);
  return found.length === 0 ? chosen : withDependencies([...chosen, ...found], all);
}

function newestOf(name: string, all: readonly Tarball[]): Tarball | undefined {
  return all
    .filter((one) => one.name === name)
    .reduce<Tarball | undefined>((newest, one) => {
      return newest === undefined || isNewer(one.version, newest.version) ? one : newest;
    }, undefined);
}

function isNewer(version: string, other: string): boolean {
  const [one, two] = [parseVersion(version), parseVersion(other)];
  return one !== undefined && (two === undefined || compareVersions(one, two) > 0);
}

import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ManifestKind, PluginManifest } from '@bake/plugin-sdk';
import { parseVersion } from '../config/version-constraint.ts';

/** A plugin package that was found; nothing of it has been loaded but its package.json. */
export interface FoundPlugin {
  /** The npm package name. */
  readonly name: string;
  readonly version: string;
  /** Folder of the package, links resolved. */
  readonly folder: string;
  /** It is a link to a folder elsewhere, as `npm link` and workspaces make it: somebody works on it. */
  readonly isLinked: boolean;
  readonly manifest: PluginManifest;
}

/** Where to look, in this order; the first copy of a package wins. */
export interface PluginPlaces {
  /** Folder of the template: its `node_modules` and those of the folders above it. */
  readonly templateFolder: string;
  /** Folders with a `node_modules` of the user's own. */
  readonly userFolders?: readonly string[];
  /** A folder inside bake itself: the plugins that it was installed with are found from there. */
  readonly firstParty: string;
  /** Pass over packages whose version is a pre-release. */
  readonly ignorePrereleases?: boolean;
}

const kinds: readonly ManifestKind[] = [
  'builders',
  'provisioners',
  'post-processors',
  'data-sources',
  'communicators',
];

/** Finds every plugin by reading package.json files only; packages that cannot be read are left out. */
export function findPlugins(places: PluginPlaces): readonly FoundPlugin[] {
  const found = new Map<string, FoundPlugin>();
  for (const folder of moduleFolders(places)) {
    for (const candidate of candidatesIn(folder)) {
      const plugin = readPlugin(join(folder, candidate));
      if (plugin === undefined || found.has(plugin.name)) continue;
      if (places.ignorePrereleases && isPrerelease(plugin.version)) continue;
      found.set(plugin.name, plugin);
    }
  }
  return [...found.values()];
}

function isPrerelease(version: string): boolean {
  return (parseVersion(version)?.prerelease ?? '') !== '';
}

function moduleFolders(places: PluginPlaces): readonly string[] {
  const folders = [
    ...upwards(resolve(places.templateFolder)),
    ...(places.userFolders ?? []).map((folder) => join(folder, 'node_modules')),
    ...upwards(places.firstParty),
  ];
  return [...new Set(folders)].filter((folder) => existsSync(folder));
}

function upwards(start: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = start; ; folder = dirname(folder)) {
    folders.push(join(folder, 'node_modules'));
    if (folder === dirname(folder)) return folders;
  }
}

/** Packages that may be plugins by their name: `bake-plugin-x`, `@scope/bake-plugin-x`, and our own. */
function candidatesIn(folder: string): readonly string[] {
  return list(folder).flatMap((name) => {
    if (name.startsWith('bake-plugin-')) return [name];
    if (!name.startsWith('@')) return [];
    const isOurs = name === '@bake';
    return list(join(folder, name))
      .filter((inner) => inner.startsWith('bake-plugin-') || (isOurs && isOwnPlugin(inner)))
      .map((inner) => `${name}/${inner}`);
  });
}

function isOwnPlugin(name: string): boolean {
  return name === 'communicators' || (name.startsWith('plugin-') && name !== 'plugin-sdk');
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readPlugin(folder: string): FoundPlugin | undefined {
  try {
    const json: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    if (!isPluginPackage(json)) return undefined;
    return {
      name: json.name,
      version: json.version,
      folder: realpathSync(folder),
      isLinked: lstatSync(folder).isSymbolicLink(),
      manifest: json.bake,
    };
  } catch {
    return undefined;
  }
}

interface PluginPackage {
  readonly name: string;
  readonly version: string;
  readonly bake: PluginManifest;
}

/** Whether its interface is ours is for the registry to say, aloud. */
function isPluginPackage(json: unknown): json is PluginPackage {
  if (!isRecord(json) || !isRecord(json['bake'])) return false;
  const { bake, name, version } = json;
  return (
    typeof name === 'string' &&
    typeof version === 'string' &&
    kinds.every((kind) => bake[kind] === undefined || isRecord(bake[kind]))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

import { join } from 'node:path';
import {
  apiVersion,
  type Builder,
  type CommunicatorComponent,
  type Complain,
  type DataSource,
  Failure,
  type ManifestKind,
  messageOf,
  type PostProcessor,
  type Provisioner,
} from '@bake/plugin-sdk';
import type { FoundPlugin } from './find-plugins.ts';
import { importModule } from './import-module.ts';
import { noProject, type PluginProject } from './plugin-project.ts';
import { verifyPlugin } from './verify-plugin.ts';

/** The component that each kind of the manifest holds. */
export interface ComponentOf {
  readonly builders: Builder;
  readonly provisioners: Provisioner;
  readonly 'post-processors': PostProcessor;
  readonly 'data-sources': DataSource;
  readonly communicators: CommunicatorComponent;
}

/** A loaded component and the plugin it came from. */
export interface Loaded<C> {
  readonly component: C;
  readonly plugin: PluginIdentity;
}

/** Which plugin, which version. */
export interface PluginIdentity {
  readonly name: string;
  readonly version: string;
}

/** Components by kind and name. Knows them all from the start, loads each when it is first asked for. */
export interface Registry {
  /** All names of a kind, sorted. */
  names(kind: ManifestKind): readonly string[];
  has(kind: ManifestKind, name: string): boolean;
  /**
   * Loads a component. Rejects with a `Failure` when there is none of that name, when two plugins claim
   * it, when the plugin was made for another interface version or is not the one that was locked, or when its module
   * does not load.
   */
  load<K extends ManifestKind>(kind: K, name: string): Promise<Loaded<ComponentOf[K]>>;
  readonly plugins: readonly FoundPlugin[];
  readonly project: PluginProject;
}

const kindOf: Readonly<Record<ManifestKind, string>> = {
  builders: 'builder',
  provisioners: 'provisioner',
  'post-processors': 'post-processor',
  'data-sources': 'data-source',
  communicators: 'communicator',
};

/** Makes the registry of the plugins found, for a template in the folder of `project`. */
export function createRegistry(
  plugins: readonly FoundPlugin[],
  project: PluginProject = noProject,
): Registry {
  const loading = new Map<string, Promise<Loaded<never>>>();

  return {
    plugins,
    project,
    names: (kind) =>
      [...new Set(plugins.flatMap((p) => Object.keys(p.manifest[kind] ?? {})))].sort(),
    has: (kind, name) => claimants(plugins, kind, name).length > 0,
    load: (kind, name) => {
      const key = `${kind} ${name}`;
      const pending = loading.get(key) ?? loadComponent<never>(plugins, project, kind, name);
      loading.set(key, pending);
      return pending;
    },
  };
}

function claimants(
  plugins: readonly FoundPlugin[],
  kind: ManifestKind,
  name: string,
): readonly FoundPlugin[] {
  return plugins.filter((plugin) => Object.hasOwn(plugin.manifest[kind] ?? {}, name));
}

async function loadComponent<C>(
  plugins: readonly FoundPlugin[],
  project: PluginProject,
  kind: ManifestKind,
  name: string,
): Promise<Loaded<C>> {
  const [plugin, rival] = claimants(plugins, kind, name);
  if (plugin === undefined) {
    throw new Failure({ summary: `There is no ${kindOf[kind]} "${name}"` });
  }
  if (rival !== undefined) throw claimedTwice(kind, name, plugin, rival);
  if (plugin.manifest.api !== apiVersion) throw wrongApi(plugin);
  verifyPlugin(plugin, project);
  const module: unknown = plugin.manifest[kind]?.[name];
  if (typeof module !== 'string') throw notThatComponent(plugin, kind, name);
  const component = await importComponent(plugin, module);
  if (!isComponent(component, kind, name)) throw notThatComponent(plugin, kind, name);
  const lacking = partLacking(component, kind);
  if (lacking !== undefined) throw incomplete(plugin, kind, name, lacking);
  return {
    component: withGuardedCheck(component, plugin) as C,
    plugin: { name: plugin.name, version: plugin.version },
  };
}

/** Where it was thrown, for who wrote that. */
function placeOf(cause: unknown): string {
  const [, place] = /\n {4}(at .*)/.exec((cause instanceof Error && cause.stack) || '') ?? [];
  return place === undefined ? '' : `: ${place}`;
}

async function importComponent(plugin: FoundPlugin, module: string): Promise<unknown> {
  const path = join(plugin.folder, module);
  try {
    return ((await importModule(path)) as { readonly default?: unknown }).default;
  } catch (cause) {
    // Of a module that is not there Node also says who asked for it, which was bake.
    const [reason] = messageOf(cause).split('\nRequire stack:');
    throw new Failure({
      summary: `Plugin ${plugin.name} ${plugin.version} failed to load: ${reason}`,
      detail: `The module is ${path}. Install the plugin again, or report this to its author.`,
      cause,
    });
  }
}

/** A component before it is known to be whole. */
type Unproven = Readonly<Record<string, unknown>>;

function isComponent(value: unknown, kind: ManifestKind, name: string): value is Unproven {
  if (typeof value !== 'object' || value === null) return false;
  const component = value as Unproven;
  return component['kind'] === kindOf[kind] && component['name'] === name;
}

/** Descriptions of options and the like, and the function that does the work. */
interface Parts {
  readonly schemas: readonly string[];
  readonly work: string;
}

const partsOf: Readonly<Record<ManifestKind, Parts>> = {
  builders: { schemas: ['config'], work: 'build' },
  provisioners: { schemas: ['config'], work: 'provision' },
  'post-processors': { schemas: ['config'], work: 'process' },
  'data-sources': { schemas: ['config', 'result'], work: 'read' },
  communicators: { schemas: [], work: 'connect' },
};

/** Which part a component does not have that it must. Types say so, but plugins are also written in JavaScript. */
function partLacking(component: Unproven, kind: ManifestKind): string | undefined {
  const { schemas, work } = partsOf[kind];
  const schema = schemas.find((part) => typeof component[part] !== 'object' || !component[part]);
  if (schema !== undefined) return `an object "${schema}"`;
  return typeof component[work] === 'function' ? undefined : `a function "${work}"`;
}

/** What a check throws is a mistake of the plugin, told where the component is used. */
function withGuardedCheck(component: Unproven, { name, version, folder }: FoundPlugin): Unproven {
  const { check } = component;
  if (typeof check !== 'function') return component;
  const guarded = async (config: unknown, complain: Complain): Promise<void> => {
    try {
      await check.call(component, config, complain);
    } catch (cause) {
      complain(undefined, {
        summary: `Plugin ${name} ${version} failed to check it: ${messageOf(cause)}`,
        detail: `The plugin is in ${folder}. Report this to its author${placeOf(cause)}.`,
      });
    }
  };
  return Object.create(component, { check: { value: guarded, enumerable: true } }) as Unproven;
}

function claimedTwice(
  kind: ManifestKind,
  name: string,
  plugin: FoundPlugin,
  rival: FoundPlugin,
): Failure {
  return new Failure({
    summary: `Two plugins have a ${kindOf[kind]} "${name}": ${plugin.name} and ${rival.name}`,
    detail: `They are in ${plugin.folder} and ${rival.folder}. Remove one of them.`,
  });
}

function wrongApi(plugin: FoundPlugin): Failure {
  // A package.json can hold anything.
  const api = JSON.stringify(plugin.manifest.api) as string | undefined;
  const wanted =
    api === undefined ? 'It names no plugin interface' : `It wants plugin interface ${api}`;
  return new Failure({
    summary: `Plugin ${plugin.name} ${plugin.version} was made for another version of bake`,
    detail: `${wanted}, this bake has ${apiVersion}. Install a version of the plugin that fits.`,
  });
}

function incomplete(
  { name: plugin, version, manifest, folder }: FoundPlugin,
  kind: ManifestKind,
  name: string,
  lacking: string,
): Failure {
  return new Failure({
    summary: `Plugin ${plugin} ${version} has a ${kindOf[kind]} "${name}" without ${lacking}`,
    detail: `The module is ${join(folder, String(manifest[kind]?.[name]))}. Report this to its author.`,
  });
}

function notThatComponent(plugin: FoundPlugin, kind: ManifestKind, name: string): Failure {
  return new Failure({
    summary: `Plugin ${plugin.name} ${plugin.version} has no ${kindOf[kind]} "${name}" where its package.json says`,
    detail: `The default export of ${plugin.manifest[kind]?.[name]} must be a ${kindOf[kind]} of that name.`,
  });
}

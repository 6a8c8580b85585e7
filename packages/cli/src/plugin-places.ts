import { dirname } from 'node:path';
import {
  createRegistry,
  findPlugins,
  type PluginPlaces,
  pluginProject,
  type Registry,
} from '@bake/core';
import { userPluginFolder } from '@bake/core/plugins';
import type { Terminal } from './terminal.ts';

/** Where plugins for a template in `templateFolder` are looked for: from there upwards, the user's own, bake's. */
export function pluginPlaces(templateFolder: string, { environment }: Terminal): PluginPlaces {
  return {
    templateFolder,
    userFolders: [userPluginFolder(environment)],
    firstParty: dirname(import.meta.dirname),
  };
}

/** The components that a template in this folder can use. */
export function registryFor(
  templateFolder: string,
  terminal: Terminal,
  ignorePrereleases = false,
): Registry {
  const plugins = findPlugins({ ...pluginPlaces(templateFolder, terminal), ignorePrereleases });
  for (const { name, version, folder } of plugins) {
    terminal.log('DEBUG', `found plugin ${name} ${version} in ${folder}`);
  }
  return createRegistry(plugins, pluginProject(templateFolder));
}

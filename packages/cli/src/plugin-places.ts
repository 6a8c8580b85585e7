import { dirname, join } from 'node:path';
import type { PluginPlaces } from '@bake/core';
import type { Terminal } from './terminal.ts';

/** Where plugins for a template in `templateFolder` are looked for: from there upwards, the user's own, bake's. */
export function pluginPlaces(templateFolder: string, { environment }: Terminal): PluginPlaces {
  const home = environment['HOME'] ?? environment['USERPROFILE'] ?? '';
  const config = environment['XDG_CONFIG_HOME'] ?? join(home, '.config');
  return {
    templateFolder,
    userFolders: [environment['BAKE_PLUGIN_PATH'] ?? join(config, 'bake', 'plugins')],
    firstParty: dirname(import.meta.dirname),
  };
}

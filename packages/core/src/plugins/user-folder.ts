import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder for plugins of templates that are in no npm project; it may not exist yet. */
export function userPluginFolder(
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const own = environment['BAKE_PLUGIN_PATH'];
  if (own) return own;
  const home = environment['HOME'] || environment['USERPROFILE'] || homedir();
  return join(environment['XDG_CONFIG_HOME'] || join(home, '.config'), 'bake', 'plugins');
}

import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Terminal } from './terminal.ts';

/**
 * The folder for what bake keeps from one run to the next: `BAKE_STATE_DIR`, or `bake` in `XDG_STATE_HOME`, by
 * default `~/.local/state`. It may not exist yet.
 */
export function stateFolder(environment: Terminal['environment']): string {
  const own = environment['BAKE_STATE_DIR'];
  if (own) return own;
  const home = environment['HOME'] || environment['USERPROFILE'] || homedir();
  return join(environment['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'bake');
}

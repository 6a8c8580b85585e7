import type { Complain } from '@bake/plugin-sdk';
import {
  checkCommandTemplates,
  checkFiles,
  checkVariables,
  scriptFiles,
} from '@bake/plugin-sdk/scripts';
import type { LocalConfig } from './options.ts';

/** The systems that `only_on` knows, by Go's names. */
const systems = ['darwin', 'freebsd', 'linux', 'openbsd', 'solaris', 'windows'];

/** Checks across the options of `shell-local`. */
export async function checkLocal(local: LocalConfig, complain: Complain): Promise<void> {
  checkSources(local, complain);
  for (const system of local.only_on ?? []) {
    if (!systems.includes(system)) {
      complain('only_on', {
        summary: `Invalid OS specified in only_on: '${system}'`,
        detail: `Supported OS names: ${systems.join(', ')}`,
      });
    }
  }
  if (local.use_linux_pathing && (local.command || (local.inline ?? []).length > 0)) {
    complain('use_linux_pathing', {
      summary: 'Commands cannot be run with "use_linux_pathing"',
      detail:
        'Temporary files of Windows are not usable in its Linux subsystem. Put the commands into a file and name it in "script" or "scripts".',
    });
  }
  await checkFiles(scriptFiles(local), complain);
  checkVariables(local.environment_vars, complain);
  await checkCommandTemplates('execute_command', local.execute_command ?? [], complain);
}

function checkSources(local: LocalConfig, complain: Complain): void {
  const given = [
    local.command ? 'command' : '',
    (local.inline ?? []).length > 0 ? 'inline' : '',
    local.script ? 'script' : '',
    (local.scripts ?? []).length > 0 ? 'scripts' : '',
  ].filter((option) => option !== '');
  if (given.length === 0) {
    complain(undefined, {
      summary: 'Command, Inline, Script and Scripts options cannot all be empty.',
      detail: 'Set "inline" to a list of commands, or "script" or "scripts" to paths of files.',
    });
  }
  if (given.length > 1) {
    complain(given[1], {
      summary:
        'You may only specify one of the following options: Command, Inline, Script or Scripts.',
      detail: `Here ${given.map((option) => `"${option}"`).join(' and ')} are set. Use one shell-local for each; they run in the order in which they stand.`,
    });
  }
}

import type { Complain } from '@bake/plugin-sdk';
import {
  checkCommandTemplates,
  checkFiles,
  checkVariables,
  scriptFiles,
} from '../check-scripts.ts';
import type { ShellConfig } from './component.ts';

/** Checks across the options of the provisioner `shell`. */
export async function checkShell(shell: ShellConfig, complain: Complain): Promise<void> {
  const hasInline = (shell.inline ?? []).length > 0;
  const hasScripts = (shell.scripts ?? []).length > 0;
  if (shell.script && hasScripts) {
    complain('script', {
      summary: 'Only one of script or scripts can be specified.',
      detail: 'Put the path from "script" into the list "scripts", where its turn is.',
    });
  }
  if (!hasInline && !shell.script && !hasScripts) {
    complain(undefined, {
      summary: 'Either a script file or inline script must be specified.',
      detail: 'Set "inline" to a list of commands, or "script" or "scripts" to paths of files.',
    });
  }
  if (hasInline && (shell.script || hasScripts)) {
    complain('inline', {
      summary: 'Only a script file or an inline script can be specified, not both.',
      detail: 'Use a provisioner for each of them; they run in the order in which they stand.',
    });
  }
  await checkFiles(scriptFiles(shell), complain);
  checkVariables(shell.environment_vars, complain);
  await checkCommandTemplates('execute_command', [shell.execute_command ?? ''], complain);
}

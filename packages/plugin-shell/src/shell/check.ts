import type { Complain } from '@bake/plugin-sdk';
import { checkCommandTemplates, checkScripts } from '@bake/plugin-sdk/scripts';
import type { ShellConfig } from './component.ts';

/** Checks across the options of the provisioner `shell`. */
export async function checkShell(shell: ShellConfig, complain: Complain): Promise<void> {
  await checkScripts(shell, complain);
  await checkCommandTemplates('execute_command', [shell.execute_command ?? ''], complain);
}

import type { Complain } from '@bake/plugin-sdk';
import { checkCommandTemplates, checkScripts } from '@bake/plugin-sdk/scripts';
import type { PowershellConfig } from './component.ts';

/** Checks across the options of the provisioner `powershell`. */
export async function checkPowershell(
  powershell: PowershellConfig,
  complain: Complain,
): Promise<void> {
  await checkScripts(powershell, complain);
  if (powershell.elevated_password && !powershell.elevated_user) {
    complain('elevated_password', {
      summary: "Must supply an 'elevated_user' if 'elevated_password' provided",
      detail: 'Set "elevated_user" to the name of the user that the password is for.',
    });
  }
  if (![0, 1, 2].includes(powershell.debug_mode)) {
    complain('debug_mode', {
      summary: `${powershell.debug_mode} is an invalid Trace level for \`debug_mode\`; valid values are 0, 1, and 2`,
      detail: '1 shows each line before it runs, 2 also assignments and calls; 0 shows nothing.',
    });
  }
  for (const option of ['execute_command', 'elevated_execute_command'] as const) {
    await checkCommandTemplates(option, [powershell[option] ?? ''], complain);
  }
}

import type { Complain, Infer } from '@bake/plugin-sdk';
import { checkCommandTemplates } from '@bake/plugin-sdk/scripts';
import type { puppetOptions } from './options.ts';

/** The options of a provisioner of Puppet that both have. */
export type PuppetConfig = Infer<typeof puppetOptions> & {
  readonly execute_command: string | undefined;
  readonly extra_arguments: readonly string[] | undefined;
};

/** Checks what both provisioners have in common. */
export async function checkPuppet(puppet: PuppetConfig, complain: Complain): Promise<void> {
  const { elevated_user, elevated_password, guest_os_type } = puppet;
  if (elevated_password && !elevated_user) {
    complain('elevated_password', {
      summary: "Must supply an 'elevated_user' if 'elevated_password' provided",
      detail: 'Set "elevated_user" to the name of the user that the password is for.',
    });
  }
  if (elevated_user && guest_os_type !== 'windows') {
    complain('elevated_user', {
      summary: '"elevated_user" is for Windows alone',
      detail: 'Set "guest_os_type" to "windows". Elsewhere Puppet runs by "sudo".',
    });
  }
  for (const name of Object.keys(puppet.facter ?? {})) {
    if (/^\w+$/.test(name)) continue;
    complain('facter', {
      summary: `"${name}" is no name for a fact`,
      detail: 'Facts travel as environment variables: use letters, digits and underscores.',
    });
  }
  await checkCommandTemplates('execute_command', [puppet.execute_command ?? ''], complain);
  await checkCommandTemplates('extra_arguments', puppet.extra_arguments ?? [], complain);
}

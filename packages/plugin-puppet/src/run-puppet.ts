import type { Machine, RunContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import {
  type GuestSystem,
  packerFacts,
  requireToolSuccess,
  runShown,
  type StagingFolder,
  shellQuoted,
} from '@bake/plugin-sdk/staging';
import { elevate } from '@bake/plugin-sdk/windows';
import type { PuppetConfig } from './check.ts';

/** Runs Puppet with such values for its command beside the common ones, and judges how it ended. Rejects with a `Failure`. */
export async function runPuppet(
  puppet: PuppetConfig,
  defaultCommand: string,
  values: Readonly<Record<string, unknown>>,
  staging: StagingFolder,
  machine: Machine,
  context: RunContext,
): Promise<void> {
  const common = {
    FacterVars: factVariables(puppet, context),
    PuppetBinDir: puppet.puppet_bin_dir ?? '',
    Sudo: usesSudo(puppet),
    WorkingDir: puppet.working_directory || staging.path,
    Debug: context.build.debug,
    ...values,
  };
  const extra = (puppet.extra_arguments ?? []).map((text) => renderForBuild(text, context, common));
  const command = renderForBuild(puppet.execute_command || defaultCommand, context, {
    ...common,
    ExtraArguments: extra.join(' '),
  });
  context.ui.say(`Running Puppet: ${command}`);
  const task = puppet.elevated_user ? elevated(puppet, command, machine, context) : undefined;
  await task?.upload();
  const end = await runShown(task?.command ?? command, machine, context);
  context.signal.throwIfAborted();
  await task?.remove();
  if (puppet.ignore_exit_codes && !end.disconnected) return;
  requireToolSuccess(end, { tool: 'Puppet', allowed: [0, 2], meanings });
}

function elevated(puppet: PuppetConfig, command: string, machine: Machine, context: RunContext) {
  const user = puppet.elevated_user ?? '';
  const password = puppet.elevated_password ?? '';
  return elevate(command, { user, password }, machine, context);
}

/** `sudo` is of Unix. */
export function usesSudo({ guest_os_type, prevent_sudo }: PuppetConfig): boolean {
  return guest_os_type !== 'windows' && !prevent_sudo;
}

/** The facts as what stands before the program in the command. */
function factVariables(puppet: PuppetConfig, context: RunContext): string {
  const system: GuestSystem = puppet.guest_os_type;
  const facts = new Map([...packerFacts(context), ...Object.entries(puppet.facter ?? {})]);
  return system === 'windows'
    ? [...facts].map(([name, value]) => `SET "FACTER_${name}=${value}"`).join(' & ')
    : [...facts].map(([name, value]) => `FACTER_${name}=${shellQuoted(value)}`).join(' ');
}

/** Of `--detailed-exitcodes`: https://www.puppet.com/docs/puppet/7/man/apply.html; 2 is success with changes. */
const notAll = 'To go on all the same, set "ignore_exit_codes = true".';
const meanings: Readonly<Record<number, string>> = {
  1: `The run failed, for instance as the manifest did not compile, another run was going on, or no server answered. ${notAll}`,
  4: `Some resources failed. ${notAll}`,
  6: `Some resources changed and others failed. ${notAll}`,
};

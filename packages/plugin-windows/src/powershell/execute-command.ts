import type { PowershellConfig } from './component.ts';

type Settings = Pick<
  PowershellConfig,
  'inline' | 'execution_policy' | 'use_pwsh' | 'debug_mode' | 'elevated_user'
>;

/**
 * The command that runs a script when the template has none of its own, a Go template. A script made of
 * `inline` sets its variables itself; others get them from their file first. Without an execution
 * policy the machine's shell has to be PowerShell, except in a task, whose shell is always `cmd`.
 */
export function defaultCommand(settings: Settings): string {
  const { execution_policy: policy, elevated_user: user } = settings;
  const program = settings.use_pwsh ? 'pwsh' : 'powershell';
  const isInline = (settings.inline ?? []).length > 0;
  const block = `& { ${isInline ? '' : prelude(settings.debug_mode)}&'{{.Path}}'; exit $LastExitCode }`;
  if (policy === 'none') {
    return user ? `${program} -command "${block}"` : block;
  }
  const start = `${program} -executionpolicy ${policy}`;
  if (isInline) {
    return `${start} -file {{.Path}}`;
  }
  return settings.use_pwsh ? `${start} -command "${block}"` : `${start} "${block}"`;
}

/** What a script file does not do for itself. Progress bars would come back as noise over WinRM. */
function prelude(debugMode: number): string {
  const trace = debugMode === 0 ? '' : `Set-PsDebug -Trace ${debugMode};`;
  return `if (Test-Path variable:global:ProgressPreference){set-variable -name variable:global:ProgressPreference -value 'SilentlyContinue'};${trace}. {{.Vars}}; `;
}

import { bool, defineProvisioner, duration, type Infer, number, string } from '@bake/plugin-sdk';
import { scriptInputs, scriptOptions } from '@bake/plugin-sdk/scripts';

const commandDoc =
  'a Go template with `.Path`, `.Vars` (the file of the variables) and the values of the build.';

const config = {
  ...scriptOptions,
  env_var_format: string("How a variable is written, Go's printf with name and value.", {
    default: '$env:%s="%s"; ',
  }),
  binary: bool('Scripts are uploaded byte for byte in any case.', { default: false }),
  remote_path: string(
    'Where the script goes on the machine; a file of its own in `C:/Windows/Temp` by default. With a slash at the end, a folder.',
  ),
  remote_env_var_path: string(
    'Where the variables go on the machine; a file of its own in `C:/Windows/Temp` by default.',
  ),
  execute_command: string(`How the script is run: ${commandDoc}`, {
    templating: 'component',
    fields: ['Vars', 'Path'],
    example: '"powershell -executionpolicy bypass -file {{.Path}}"',
  }),
  elevated_user: string(
    'Run the scripts as this user with the highest rights, by a task of the scheduler; `SYSTEM` needs no password.',
  ),
  elevated_password: string('The password of `elevated_user`.', { sensitive: true }),
  elevated_execute_command: string(`How the script is run as \`elevated_user\`: ${commandDoc}`, {
    templating: 'component',
    fields: ['Vars', 'Path'],
  }),
  elevated_env_var_format: string('As `env_var_format`, for `elevated_user`.', {
    default: '$env:%s="%s"; ',
  }),
  execution_policy: string('Which scripts PowerShell runs; `none` leaves the machine to it.', {
    oneOf: [
      'bypass',
      'allsigned',
      'default',
      'remotesigned',
      'restricted',
      'undefined',
      'unrestricted',
      'none',
    ],
    default: 'bypass',
  }),
  use_pwsh: bool('Run `pwsh` (PowerShell 7) in place of `powershell`.', { default: false }),
  debug_mode: number('How much PowerShell tells about the lines that it runs: 0, 1 or 2.', {
    default: 0,
  }),
  start_retry_timeout: duration(
    'How long to go on trying to start a script, for instance while the machine reboots.',
    { default: 300_000 },
  ),
  skip_clean: bool('Leave scripts and variables on the machine.', { default: false }),
  pause_after: duration('How long to wait after the last script.'),
} as const;

/** A decoded config of the provisioner. */
export type PowershellConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'powershell',
  doc: 'Runs PowerShell scripts and commands on a Windows machine.',
  config,
  async check(powershell, complain) {
    const { checkPowershell } = await import('./check.ts');
    await checkPowershell(powershell, complain);
  },
  inputs: scriptInputs,
  async provision(powershell, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(powershell, machine, context);
  },
});

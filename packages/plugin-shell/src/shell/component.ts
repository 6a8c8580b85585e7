import { bool, defineProvisioner, duration, type Infer, string } from '@bake/plugin-sdk';
import { scriptInputs, scriptOptions } from '@bake/plugin-sdk/scripts';
import { inlineShebang } from '../inline-shebang.ts';
import { checkShell } from './check.ts';

const config = {
  ...scriptOptions,
  inline_shebang: inlineShebang,
  env_var_format: string(
    "How a variable is written, Go's printf with name and value; `%s='%s' ` by default, a line of `export` with `use_env_var_file`.",
  ),
  binary: bool('The scripts are binaries: do not turn CRLF into LF.', { default: false }),
  remote_path: string(
    'Where the script goes on the machine; made of `remote_folder` and `remote_file` by default.',
  ),
  remote_folder: string(
    'Folder on the machine for scripts; `/tmp` unless the machine has a better one.',
  ),
  remote_file: string('File name on the machine; `script_N.sh` with a random number by default.'),
  execute_command: string(
    'How the script is run: a Go template with `.Vars`, `.Path`, `.EnvVarFile` and the values of the build.',
    {
      templating: 'component',
      fields: ['Vars', 'Path', 'EnvVarFile'],
      example: '"{{ .Vars }} sudo -E sh {{ .Path }}"',
    },
  ),
  use_env_var_file: bool('Put the variables into a file on the machine, not into the command.', {
    default: false,
  }),
  start_retry_timeout: duration(
    'How long to go on trying to start a script, for instance while the machine reboots.',
    {
      default: 300_000,
    },
  ),
  skip_clean: bool('Leave the scripts on the machine.', { default: false }),
  expect_disconnect: bool('A script may end the connection, for instance by a reboot.', {
    default: false,
  }),
  pause_after: duration('How long to wait after the last script.'),
} as const;

/** A decoded config of the provisioner. */
export type ShellConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'shell',
  doc: 'Runs scripts and commands on the machine.',
  config,
  check: checkShell,
  inputs: scriptInputs,
  async provision(shell, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(shell, machine, context);
  },
});

import { bool, defineProvisioner, duration, type Infer, string } from '@bake/plugin-sdk';
import {
  checkCommandTemplates,
  checkScripts,
  scriptInputs,
  scriptOptions,
} from '@bake/plugin-sdk/scripts';

const config = {
  ...scriptOptions,
  env_var_format: string("How a variable is written, Go's printf with name and value.", {
    default: 'set "%s=%s" && ',
  }),
  binary: bool('Upload script files byte for byte, without turning LF into CRLF.', {
    default: false,
  }),
  remote_path: string('Where the script goes on the machine.', {
    default: 'c:/Windows/Temp/script.bat',
  }),
  execute_command: string(
    'How the script is run: a Go template with `.Vars`, `.Path` and the values of the build.',
    { default: '{{.Vars}}"{{.Path}}"', templating: 'component', fields: ['Vars', 'Path'] },
  ),
  start_retry_timeout: duration(
    'How long to go on trying to start a script, for instance while the machine reboots.',
    { default: 300_000 },
  ),
} as const;

/** A decoded config of the provisioner. */
export type WindowsShellConfig = Infer<typeof config>;

export default defineProvisioner({
  name: 'windows-shell',
  doc: 'Runs batch files and commands of `cmd` on a Windows machine.',
  config,
  async check(shell, complain) {
    await checkScripts(shell, complain);
    await checkCommandTemplates('execute_command', [shell.execute_command], complain);
  },
  inputs: scriptInputs,
  async provision(shell, machine, context) {
    const { provision } = await import('./provision.ts');
    await provision(shell, machine, context);
  },
});

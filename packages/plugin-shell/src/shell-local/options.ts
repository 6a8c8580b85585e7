import { bool, type Infer, string, strings } from '@bake/plugin-sdk';
import { scriptOptions } from '@bake/plugin-sdk/scripts';
import { inlineShebang } from '../inline-shebang.ts';

/** Options of `shell-local`, the provisioner as well as the post-processor. */
export const localOptions = {
  ...scriptOptions,
  inline_shebang: inlineShebang,
  command: string('A command to run.', { deprecated: 'Use "inline" instead.' }),
  env_var_format: string(
    "How a variable is written, Go's printf with name and value; `%s='%s' ` by default, `set %s=%s && ` on Windows.",
  ),
  execute_command: strings(
    'Program and arguments that run a script, Go templates with `.Vars`, `.Script` and the values of the build.',
    {
      templating: 'component',
      fields: ['Vars', 'Script', 'Command'],
      example: '["/bin/sh", "-c", "{{ .Vars }} {{ .Script }}"]',
    },
  ),
  only_on: strings('Systems on which to run; on others it is skipped.', {
    example: '["linux", "darwin"]',
  }),
  tempfile_extension: string('Extension of the file that `inline` becomes; `.cmd` on Windows.'),
  use_linux_pathing: bool('Name scripts as the Linux subsystem of Windows does (`/mnt/c/...`).', {
    default: false,
  }),
} as const;

/** A decoded config of `shell-local`. */
export type LocalConfig = Infer<typeof localOptions>;

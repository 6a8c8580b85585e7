import { bool, string, stringMap, strings } from '@bake/plugin-sdk';

/** What both provisioners give the templates in their options. */
export const commonFields = ['WorkingDir', 'FacterVars', 'Sudo', 'PuppetBinDir', 'Debug'] as const;

/** The option `extra_arguments` of a provisioner that gives its templates these names. */
export function extraArguments(fields: readonly string[]) {
  return strings(
    'More arguments for Puppet, put into the command as they are; Go templates with what `execute_command` knows.',
    { templating: 'component', fields, example: '["--verbose"]' },
  );
}

/** Options that both provisioners of Puppet have. */
export const puppetOptions = {
  facter: stringMap(
    'Facts for the run beside `packer_build_name`, `packer_builder_type` and, where the builder serves files, `packer_http_addr`.',
    { example: '{ role = "web" }' },
  ),
  guest_os_type: string('The system of the machine: it decides on commands and paths.', {
    oneOf: ['unix', 'windows'],
    anyCase: true,
    default: 'unix',
  }),
  ignore_exit_codes: bool('Go on whatever exit code Puppet ends with.', { default: false }),
  prevent_sudo: bool('Do not run Puppet by `sudo`.', { default: false }),
  puppet_bin_dir: string(
    'Folder of the program `puppet` on the machine; the PATH of the machine without.',
    { example: '"/opt/puppetlabs/bin"' },
  ),
  clean_staging_directory: bool(
    'Remove the staging folder from the machine when Puppet has run, and also when the build fails before.',
    { default: false },
  ),
  working_directory: string('Folder on the machine to run Puppet in; the staging folder without.'),
  elevated_user: string(
    'On Windows: run Puppet as this user with the highest rights, by a task of the scheduler.',
  ),
  elevated_password: string('The password of `elevated_user`.', { sensitive: true }),
} as const;

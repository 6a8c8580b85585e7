import { bool, string, stringMap, strings } from '@bake/plugin-sdk';

/** What stands behind the dot in the command of both provisioners of Puppet. */
const commonFields = ['WorkingDir', 'FacterVars', 'Sudo', 'PuppetBinDir', 'Debug'] as const;

/** Options that both provisioners of Puppet have; `own` is what the command knows in one of them alone. */
export const puppetOptions = (own: readonly string[]) => ({
  extra_arguments: strings(
    'More arguments for Puppet, put into the command as they are; Go templates with what `execute_command` knows.',
    { templating: 'component', fields: [...commonFields, ...own], example: '["--verbose"]' },
  ),
  facter: stringMap(
    'Facts for the run beside `packer_build_name`, `packer_builder_type` and, where the builder serves files, `packer_http_addr`.',
    { example: '{ role = "web" }' },
  ),
  guest_os_type: string('The system of the machine: it decides on commands and paths.', {
    oneOf: ['unix', 'windows'],
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
});

/** The option for that command. */
export const commandOption = (doc: string, own: readonly string[]) =>
  string(doc, { templating: 'component', fields: [...commonFields, ...own, 'ExtraArguments'] });

import { bool, object, string, strings } from '@bake/plugin-sdk';

/** Options that both provisioners of Chef have. */
export const chefOptions = {
  run_list: strings('What Chef is to run: recipes and roles.', {
    example: '["recipe[web]", "role[base]"]',
  }),
  json_string: string('Attributes of the node: an object in JSON.', {
    example: 'jsonencode({ web = { port = 80 } })',
  }),
  json: object('Attributes of the node; those of `json_string` go before.', {
    example: '{ web = { port = 80 } }',
  }),
  chef_environment: string('Environment of the node.'),
  chef_license: string(
    'How the licence of Chef is accepted; `accept-silent` when bake installs Chef by its own command.',
    { oneOf: ['accept', 'accept-silent', 'accept-no-persist'] },
  ),
  config_template: string(
    'File with the configuration of Chef, in place of the one that is made: a Go template.',
  ),
  encrypted_data_bag_secret_path: string('File with the key of data bags; it is uploaded.'),
  execute_command: string(
    'How Chef is run: a Go template with `.ConfigPath`, `.JsonPath`, `.Sudo` and the values of the build.',
    { templating: 'component', fields: ['ConfigPath', 'JsonPath', 'Sudo'] },
  ),
  install_command: string(
    'How Chef is installed: a Go template with `.Sudo`, `.Version` and the values of the build.',
    { templating: 'component', fields: ['Sudo', 'Version'] },
  ),
  skip_install: bool('Chef is there: do not install it.', { default: false }),
  version: string('The version of Chef to install; the newest without.', { example: '"18.4.12"' }),
  prevent_sudo: bool('Do without `sudo`.', { default: false }),
  guest_os_type: string('The system of the machine: it decides on commands and paths.', {
    oneOf: ['unix', 'windows'],
    anyCase: true,
    default: 'unix',
  }),
} as const;

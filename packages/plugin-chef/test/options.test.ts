import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigSchema, withDefaults } from '@bake/plugin-sdk';
import { complaintsOf, traceProvisioner } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import client, { type ClientConfig } from '../src/client/component.ts';
import solo, { type SoloConfig } from '../src/solo/component.ts';

const folder = mkdtempSync(join(tmpdir(), 'bake-chef-test-'));
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  for (const name of ['cookbooks', 'more', 'roles', 'bags', 'envs']) mkdirSync(at(name));
  for (const name of ['secret', 'validator.pem']) writeFileSync(at(name), `${name} of tests\n`);
  writeFileSync(at('own.rb'), 'own "{{.ChefEnvironment}}{{build_type}}"\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Effect<C> {
  readonly set: Partial<C>;
  readonly shows: string | RegExp;
}

type Effects<C> = Record<keyof C, Effect<C>>;

const windows = { guest_os_type: 'windows' } as const;

function common(program: 'solo' | 'client') {
  const stage = `/tmp/packer-chef-${program}`;
  return {
    run_list: {
      set: { run_list: ['recipe[web]'] },
      shows: '"run_list": [\n    "recipe[web]"\n  ]',
    },
    json_string: {
      set: { json_string: '{"a":{"b":[1]}}' },
      shows: `upload ${stage}/node.json 600: {\n  "a": {`,
    },
    json: {
      set: { json: { a: { b: [1, null] } }, json_string: '{"c":2}' },
      shows: '  "a": {\n    "b": [\n      1,\n      null\n    ]\n  },\n  "c": 2',
    },
    chef_license: { set: { chef_license: 'accept' }, shows: 'chef_license "accept"\n' },
    config_template: { set: { config_template: at('own.rb') }, shows: 'own "test"\n' },
    encrypted_data_bag_secret_path: {
      set: { encrypted_data_bag_secret_path: at('secret') },
      shows: new RegExp(
        `upload ${stage}/encrypted_data_bag_secret 600: secret[\\s\\S]*encrypted_data_bag_secret "${stage}/`,
      ),
    },
    execute_command: {
      set: { execute_command: 'cinc-{{.Sudo}} {{.ConfigPath}} {{.JsonPath}}' },
      shows: `run cinc-true ${stage}/${program}.rb ${stage}/node.json\n`,
    },
    install_command: {
      set: { install_command: 'get-cinc {{.Sudo}} {{.Version}}' },
      shows: 'run get-cinc true \n',
    },
    skip_install: { set: { skip_install: true }, shows: /^(?![\s\S]*omnitruck)/ },
    version: {
      set: { version: '18.4.12' },
      shows: 'run curl -L https://omnitruck.chef.io/install.sh | sudo bash -s -- -v 18.4.12\n',
    },
    prevent_sudo: { set: { prevent_sudo: true }, shows: /^(?![\s\S]*sudo)/ },
    guest_os_type: {
      set: windows,
      shows: `run c:/opscode/chef/bin/chef-${program}.bat --no-color -c C:/Windows/Temp/packer-chef-${program}/${program}.rb -j C:/Windows/Temp/packer-chef-${program}/node.json\n`,
    },
  } as const;
}

const soloEffects: Effects<SoloConfig> = {
  ...common('solo'),
  chef_environment: {
    // Environments may be on the machine.
    set: { chef_environment: 'prod' },
    shows: 'environment "prod"\n',
  },
  cookbook_paths: {
    set: { cookbook_paths: [at('cookbooks'), at('more')] },
    shows:
      'cookbook_path ["/tmp/packer-chef-solo/cookbooks-0","/tmp/packer-chef-solo/cookbooks-1"]\n',
  },
  remote_cookbook_paths: {
    set: { remote_cookbook_paths: ['/opt/cb'] },
    shows: 'cookbook_path ["/opt/cb"]',
  },
  roles_path: {
    set: { roles_path: at('roles') },
    shows:
      /upload-dir \S+\/roles\/ \/tmp\/packer-chef-solo\/roles\n[\s\S]*role_path "\/tmp\/packer-chef-solo\/roles"/,
  },
  data_bags_path: {
    set: { data_bags_path: at('bags') },
    shows: 'data_bag_path "/tmp/packer-chef-solo/data_bags"\n',
  },
  environments_path: {
    set: { environments_path: at('envs') },
    shows: 'environment_path "/tmp/packer-chef-solo/environments"\n',
  },
  staging_directory: {
    set: { staging_directory: '/var/c' },
    shows: 'chef-solo --no-color -c /var/c/solo.rb -j /var/c/node.json\n',
  },
};

const clientEffects: Effects<ClientConfig> = {
  ...common('client'),
  server_url: {
    set: { server_url: 'https://c.example/o' },
    shows: 'chef_server_url "https://c.example/o"\n',
  },
  chef_environment: { set: { chef_environment: 'prod' }, shows: 'environment "prod"\n' },
  node_name: { set: { node_name: 'n1' }, shows: 'node_name "n1"\n' },
  validation_client_name: {
    set: { validation_client_name: 'v' },
    shows: 'validation_client_name "v"\n',
  },
  validation_key_path: {
    set: { validation_key_path: at('validator.pem') },
    shows:
      /upload \/tmp\/packer-chef-client\/validation.pem 600: validator[\s\S]*validation_key "\/tmp\/packer-chef-client\/validation.pem"/,
  },
  client_key: { set: { client_key: '/etc/k.pem' }, shows: 'client_key "/etc/k.pem"\n' },
  policy_name: {
    set: { policy_name: 'p', policy_group: 'g', run_list: ['recipe[x]'] },
    shows: /^(?![\s\S]*run_list)[\s\S]*policy_name "p"\n/,
  },
  policy_group: {
    set: { policy_name: 'p', policy_group: 'g' },
    shows: 'policy_group "g"\npolicy_name "p"\n',
  },
  rubygems_url: { set: { rubygems_url: 'https://g/' }, shows: 'rubygems_url "https://g/"\n' },
  ssl_verify_mode: {
    set: { ssl_verify_mode: 'verify_none' },
    shows: 'ssl_verify_mode :verify_none\n',
  },
  trusted_certs_dir: { set: { trusted_certs_dir: '/c' }, shows: 'trusted_certs_dir "/c"\n' },
  knife_command: {
    set: { node_name: 'n', knife_command: 'k {{.Args}} {{.Flags}} {{.Sudo}}' },
    shows: 'run k node delete n -y -c /tmp/packer-chef-client/knife.rb true\n',
  },
  skip_clean_node: { set: { skip_clean_node: true }, shows: /^(?![\s\S]*knife node delete)/ },
  skip_clean_client: { set: { skip_clean_client: true }, shows: /^(?![\s\S]*knife client delete)/ },
  skip_clean_staging_directory: {
    set: { skip_clean_staging_directory: true },
    shows: /^(?![\s\S]*rm -rf)/,
  },
  staging_directory: {
    set: { staging_directory: '/var/c' },
    shows: 'chef-client --no-color -c /var/c/client.rb -j /var/c/node.json\n',
  },
  elevated_user: {
    set: { ...windows, elevated_user: 'SYSTEM' },
    shows: "RegisterTaskDefinition($name, $definition, 6, 'SYSTEM', $null, 5, $null)",
  },
  elevated_password: {
    set: { ...windows, elevated_user: 'Admin', elevated_password: 'pw' },
    shows: "RegisterTaskDefinition($name, $definition, 6, 'Admin', 'pw', 1, $null)",
  },
};

type AnyConfig = Partial<SoloConfig & ClientConfig>;

async function did(name: 'chef-solo' | 'chef-client', set: AnyConfig, exitCode = 0) {
  const component = (name === 'chef-solo' ? solo : client) as typeof client;
  const given = name === 'chef-solo' ? set : { server_url: 'https://s.example', ...set };
  const onCommand = ({ command }: { command: string }): number =>
    /chef-(solo|client) --no-color/.test(command) ? exitCode : 0;
  const { text, context } = await traceProvisioner(component, given, { onCommand });
  expect(context.journaled).toEqual([]);
  return text;
}

describe.each([
  ['chef-solo', solo.config as ConfigSchema, soloEffects],
  ['chef-client', client.config as ConfigSchema, clientEffects],
] as const)('%s', (name, schema, effects) => {
  const done = Object.keys(schema).filter((option) => schema[option]?.notYet === undefined);
  const without = done.filter((option) => !(option in effects));
  test(`options of ${name} without a test of their effect: ${without.length}`, () => {
    expect(without).toEqual([]);
    expect(Object.keys(effects).toSorted()).toEqual(done.toSorted());
  });

  test.each(Object.entries<Effect<AnyConfig>>(effects))('%s', async (option, { set, shows }) => {
    const matching =
      typeof shows === 'string' ? expect.stringContaining(shows) : expect.stringMatching(shows);
    expect(await did(name, set)).toEqual(matching);
    const left = Object.fromEntries(Object.entries(set).filter(([key]) => key !== option));
    expect(await did(name, left)).not.toEqual(matching);
  });
});

test('what chef-solo is given, wholly', async () => {
  const set = { cookbook_paths: [at('cookbooks')], run_list: ['recipe[web]'] };
  expect(await did('chef-solo', set)).toBe(
    `run curl -L https://omnitruck.chef.io/install.sh | sudo bash -s --
run { mkdir -p '/tmp/packer-chef-solo' 2>/dev/null && test -w '/tmp/packer-chef-solo'; } || { sudo mkdir -p '/tmp/packer-chef-solo' && sudo chown "$(id -u):$(id -g)" '/tmp/packer-chef-solo'; }
run { mkdir -p '/tmp/packer-chef-solo/cookbooks-0' 2>/dev/null && test -w '/tmp/packer-chef-solo/cookbooks-0'; } || { sudo mkdir -p '/tmp/packer-chef-solo/cookbooks-0' && sudo chown "$(id -u):$(id -g)" '/tmp/packer-chef-solo/cookbooks-0'; }
upload-dir ${at('cookbooks')}/ /tmp/packer-chef-solo/cookbooks-0
upload /tmp/packer-chef-solo/solo.rb 644: chef_license "accept-silent"
cookbook_path ["/tmp/packer-chef-solo/cookbooks-0"]

upload /tmp/packer-chef-solo/node.json 600: {
  "run_list": [
    "recipe[web]"
  ]
}

run sudo chef-solo --no-color -c /tmp/packer-chef-solo/solo.rb -j /tmp/packer-chef-solo/node.json
say Provisioning with chef-solo
say Installing Chef: curl -L https://omnitruck.chef.io/install.sh | sudo bash -s --
say Executing Chef: sudo chef-solo --no-color -c /tmp/packer-chef-solo/solo.rb -j /tmp/packer-chef-solo/node.json`,
  );
});

test('node, client and staging folder go away after a run that failed, too', async () => {
  const said = await did('chef-client', { node_name: 'n1' }, 1);
  const flags = '-y -c /tmp/packer-chef-client/knife.rb';
  expect(said).toMatch(
    new RegExp(
      `run sudo knife node delete n1 ${flags}\\nrun sudo knife client delete n1 ${flags}\\nrun sudo rm -rf '/tmp/packer-chef-client'`,
    ),
  );
  expect(said).toContain('failed Chef exited with a non-zero exit status: 1');
});

test.each([
  [solo, { cookbook_paths: [at('cookbooks'), at('x')] }, 'cookbook_paths.1: Bad path'],
  [solo, { roles_path: at('secret') }, 'roles_path: "'],
  [solo, { json_string: '[1]' }, 'json_string: "json_string" is not an object'],
  [solo, { cookbook_paths: [at('cookbooks'), ''] }, 'cookbook_paths.1: Bad path "": it is empty'],
  [solo, { config_template: at('x') }, 'config_template: Bad path'],
  [client, { validation_key_path: at('x') }, 'validation_key_path: Bad path'],
  [client, { server_url: '' }, 'server_url: "server_url" must be specified'],
  [client, { policy_name: 'p' }, 'policy_name: "policy_name" and "policy_group" go together'],
  [client, { elevated_password: 'p' }, 'elevated_password: Must supply'],
  [client, { elevated_user: 'p' }, 'elevated_user: "elevated_user" is for Windows'],
  [client, { knife_command: '{{' }, 'knife_command: '],
] as const)('validate finds what is wrong: %#', async (component, set, complaint) => {
  const { config, check } = component as typeof client;
  const given = withDefaults(config, { server_url: 'https://s.example', ...set } as AnyConfig);
  const complaints = await complaintsOf((complain) => check?.(given, complain));
  expect(complaints).toEqual([expect.stringContaining(complaint)]);
});

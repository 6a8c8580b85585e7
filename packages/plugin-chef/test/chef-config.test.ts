import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { traceProvisioner } from '@bake/plugin-sdk/testing';
import { afterAll, expect, jest, test } from '@jest/globals';
import client from '../src/client/component.ts';
import solo from '../src/solo/component.ts';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'bake-chef-config-'));
const at = (name: string): string => join(folder, name);
for (const name of ['cookbooks', 'roles', 'bags', 'envs']) mkdirSync(at(name));
for (const name of ['secret', 'validator.pem']) writeFileSync(at(name), '');
afterAll(() => rmSync(folder, { recursive: true }));

/** Reads a file as Chef's own library for its configuration does, and prints what it set, and what it has no default for. */
const reader = `
require 'chef-config/config'
require 'json'
ChefConfig::Config.from_file(ARGV[0])
known = ChefConfig::Config.configurables.keys
set = ChefConfig::Config.save(false).transform_values { |v| v.equal?(STDOUT) ? 'STDOUT' : v }
puts JSON.generate({ set: set, unknown: set.keys - known })
`;
const whyNot =
  spawnSync('ruby', ['-e', "require 'chef-config/config'"]).status === 0
    ? undefined
    : ': there is no chef-config for ruby here (Debian: ruby-chef-config)';
const whenReadable = whyNot === undefined ? test : test.skip;

async function readByChef(text: string, name: string): Promise<unknown> {
  const content = new RegExp(`upload \\S+/${name} 644: ([\\s\\S]*?)\\n\\n(?=upload|run)`).exec(
    text,
  );
  writeFileSync(at(name), content?.[1] ?? '');
  const { stdout, stderr } = spawnSync('ruby', ['-e', reader, at(name)], { encoding: 'utf8' });
  return stdout === '' ? stderr : JSON.parse(stdout);
}

/** What means something else in a text of Ruby. */
const odd = '/opt/new\\new "certs" #{1} #$0';

/** Chef itself knows these, beside its library: https://docs.chef.io/config_rb_client/ */
const ofChefItself = ['chef_license', 'environment'];

whenReadable(`Chef's own library reads solo.rb${whyNot ?? ''}`, async () => {
  const { text } = await traceProvisioner(solo, {
    chef_environment: 'prod',
    cookbook_paths: [at('cookbooks')],
    remote_cookbook_paths: [odd],
    roles_path: at('roles'),
    data_bags_path: at('bags'),
    environments_path: at('envs'),
    encrypted_data_bag_secret_path: at('secret'),
  });
  const stage = '/tmp/packer-chef-solo';
  expect(await readByChef(text, 'solo.rb')).toEqual({
    set: {
      chef_license: 'accept-silent',
      cookbook_path: [odd, `${stage}/cookbooks-0`],
      role_path: `${stage}/roles`,
      data_bag_path: `${stage}/data_bags`,
      environment_path: `${stage}/environments`,
      environment: 'prod',
      encrypted_data_bag_secret: `${stage}/encrypted_data_bag_secret`,
    },
    unknown: ofChefItself,
  });
});

whenReadable(`Chef's own library reads client.rb and knife.rb${whyNot ?? ''}`, async () => {
  const { text } = await traceProvisioner(client, {
    server_url: 'https://chef.example/organizations/acme',
    node_name: 'n1',
    chef_environment: 'prod',
    policy_name: 'web',
    policy_group: 'blue',
    rubygems_url: 'https://gems.example',
    ssl_verify_mode: 'verify_none',
    trusted_certs_dir: odd,
    validation_key_path: at('validator.pem'),
    encrypted_data_bag_secret_path: at('secret'),
  });
  const stage = '/tmp/packer-chef-client';
  const common = {
    log_level: 'info',
    log_location: 'STDOUT',
    chef_server_url: 'https://chef.example/organizations/acme',
    client_key: `${stage}/client.pem`,
    node_name: 'n1',
    ssl_verify_mode: 'verify_none',
    trusted_certs_dir: odd,
  };
  expect(await readByChef(text, 'knife.rb')).toEqual({ set: common, unknown: [] });
  expect(await readByChef(text, 'client.rb')).toEqual({
    set: {
      ...common,
      chef_license: 'accept-silent',
      encrypted_data_bag_secret: `${stage}/encrypted_data_bag_secret`,
      validation_client_name: 'chef-validator',
      validation_key: `${stage}/validation.pem`,
      environment: 'prod',
      policy_group: 'blue',
      policy_name: 'web',
      rubygems_url: 'https://gems.example',
    },
    unknown: ofChefItself,
  });
});

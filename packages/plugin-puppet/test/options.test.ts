import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { traceProvisioner } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import masterless, { type MasterlessConfig } from '../src/masterless/component.ts';
import server, { type ServerConfig } from '../src/server/component.ts';

const folder = mkdtempSync(join(tmpdir(), 'bake-puppet-'));
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  for (const name of ['modules', 'more', 'manifests', 'certs', 'keys']) mkdirSync(at(name));
  writeFileSync(at('site.pp'), 'notice("hi")\n');
  writeFileSync(at('hiera.yaml'), 'version: 5\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What an option is set to, and what then happens that does not without it. */
interface Effect<C> {
  readonly set: Partial<C>;
  readonly shows: string;
  /** Exit code of Puppet, in both runs. */
  readonly exitCode?: number;
}

const windows = { guest_os_type: 'windows' } as const;

const common = {
  extra_arguments: {
    set: { extra_arguments: ['--verbose', '{{if .Sudo}}--noop{{end}}'] },
    shows: '--verbose --noop',
  },
  facter: { set: { facter: { role: "it's web" } }, shows: "FACTER_role='it'\\''s web' sudo -E" },
  guest_os_type: {
    set: windows,
    shows:
      'SET "FACTER_packer_builder_type=test" & SET "FACTER_packer_build_name=example" && puppet',
  },
  prevent_sudo: { set: { prevent_sudo: true }, shows: "FACTER_packer_build_name='example' puppet" },
  puppet_bin_dir: { set: { puppet_bin_dir: '/opt/p/bin' }, shows: 'sudo -E /opt/p/bin/puppet' },
  working_directory: { set: { working_directory: '/srv' }, shows: 'cd /srv &&' },
  elevated_user: {
    set: { ...windows, elevated_user: 'SYSTEM' },
    shows: "RegisterTaskDefinition($name, $definition, 6, 'SYSTEM', $null, 5, $null)",
  },
  elevated_password: {
    set: { ...windows, elevated_user: 'Admin', elevated_password: 'pw' },
    shows: "RegisterTaskDefinition($name, $definition, 6, 'Admin', 'pw', 1, $null)",
  },
} as const;

const masterlessEffects: Record<keyof MasterlessConfig, Effect<MasterlessConfig>> = {
  ...common,
  ignore_exit_codes: {
    set: { ignore_exit_codes: true, clean_staging_directory: true },
    exitCode: 4,
    shows: 'say Removing /tmp/packer-puppet-masterless from the machine',
  },
  clean_staging_directory: {
    set: { clean_staging_directory: true },
    shows: "run sudo rm -rf '/tmp/packer-puppet-masterless'",
  },
  manifest_file: {
    set: { manifest_file: at('manifests') },
    shows: `upload-dir ${at('manifests')}/ /tmp/packer-puppet-masterless/manifests`,
  },
  manifest_dir: {
    set: { manifest_dir: at('manifests') },
    shows: "--manifestdir='/tmp/packer-puppet-masterless/manifests' ",
  },
  module_paths: {
    set: { module_paths: [at('modules'), at('more')] },
    shows:
      "--modulepath='/tmp/packer-puppet-masterless/module-0:/tmp/packer-puppet-masterless/module-1' ",
  },
  hiera_config_path: {
    set: { hiera_config_path: at('hiera.yaml') },
    shows: "--hiera_config='/tmp/packer-puppet-masterless/hiera.yaml' ",
  },
  staging_directory: {
    set: { staging_directory: '/var/stage' },
    shows: 'upload /var/stage/manifests/site.pp 644: notice("hi")',
  },
  execute_command: {
    set: { execute_command: 'run {{.ManifestFile}} {{.WorkingDir}} {{.PuppetBinDir}}| {{.Sudo}}' },
    shows:
      'run run /tmp/packer-puppet-masterless/manifests/site.pp /tmp/packer-puppet-masterless | true',
  },
};

const serverEffects: Record<keyof ServerConfig, Effect<ServerConfig>> = {
  ...common,
  ignore_exit_codes: {
    set: { ignore_exit_codes: true, clean_staging_directory: true },
    exitCode: 4,
    shows: 'say Removing /tmp/packer-puppet-server from the machine',
  },
  clean_staging_directory: {
    set: { clean_staging_directory: true },
    shows: "run sudo rm -rf '/tmp/packer-puppet-server'",
  },
  puppet_server: { set: { puppet_server: 'p.example' }, shows: " --server='p.example' " },
  puppet_node: { set: { puppet_node: 'n.example' }, shows: " --certname='n.example' " },
  client_cert_path: {
    set: { client_cert_path: at('certs') },
    shows: "--certdir='/tmp/packer-puppet-server/certs' ",
  },
  client_private_key_path: {
    set: { client_private_key_path: at('keys') },
    shows: `upload-dir ${at('keys')}/ /tmp/packer-puppet-server/private_keys`,
  },
  staging_dir: { set: { staging_dir: '/var/stage' }, shows: "run { mkdir -p '/var/stage'" },
  execute_command: {
    set: { puppet_server: 's', execute_command: 'run {{.PuppetServer}}{{.PuppetNode}}' },
    shows: 'run run s',
  },
};

test('blanks in paths are no ends of words', async () => {
  writeFileSync(at('my site.pp'), '');
  const manifest = { manifest_file: at('my site.pp') };
  const unix = await did(masterless, manifest);
  expect(unix).toContain(" '/tmp/packer-puppet-masterless/manifests/my site.pp'\n");
  const puppet_bin_dir = 'C:/Program Files/Puppet Labs/Puppet/bin';
  const there = { ...windows, puppet_bin_dir, working_directory: 'C:/a b' };
  const said = await did(masterless, { ...manifest, ...there });
  expect(said).toMatch(/cd "C:\/a b" && .* && "C:\/Program Files\/.*\/bin\/puppet" apply /);
  expect(said).toContain('"C:/Windows/Temp/packer-puppet-masterless/manifests/my site.pp"\n');
  const agent = await did(server, there);
  expect(agent).toMatch(/cd "C:\/a b" && .* && "C:\/Program Files\/.*\/bin\/puppet" agent /);
});

/** Everything that a run does, with Puppet ending in this way. */
async function did(
  component: typeof masterless | typeof server,
  set: Partial<MasterlessConfig & ServerConfig>,
  exitCode = 0,
): Promise<string> {
  const onCommand = ({ command }: { command: string }): number =>
    command.includes('puppet ') ? exitCode : 0;
  const { text } = await traceProvisioner(component as typeof masterless, set, { onCommand });
  return text;
}

describe.each([
  ['puppet-masterless', masterless, masterlessEffects, { manifest_file: at('site.pp') }],
  ['puppet-server', server, serverEffects, {}],
] as const)('%s', (name, component, effects, required) => {
  const without = Object.keys(component.config).filter((option) => !(option in effects));
  test(`options of ${name} without a test of their effect: ${without.length}`, () => {
    expect(without).toEqual([]);
  });

  test.each(Object.entries<Effect<MasterlessConfig & ServerConfig>>(effects))(
    '%s',
    async (option, { set, shows, exitCode }) => {
      expect(await did(component, { ...required, ...set }, exitCode)).toContain(shows);
      const left = Object.fromEntries(Object.entries(set).filter(([key]) => key !== option));
      expect(await did(component, { ...required, ...left }, exitCode)).not.toContain(shows);
    },
  );
});

test.each([
  ['an empty manifest', { manifest_file: '' }, 'check manifest_file: "manifest_file" must be'],
  ['a missing manifest', { manifest_file: at('none.pp') }, 'check manifest_file: Bad path'],
  [
    'a module path that is a file',
    { module_paths: [at('modules'), at('site.pp')] },
    'check module_paths.1: "',
  ],
  [
    'a missing hiera.yaml',
    { hiera_config_path: at('none.yaml') },
    'check hiera_config_path: Bad path',
  ],
  ['a missing manifest_dir', { manifest_dir: at('none') }, 'check manifest_dir: Bad path'],
  ['a name that is no fact', { facter: { 'a-b': '1' } }, 'check facter: "a-b" is no name'],
  ['a password alone', { elevated_password: 'x' }, 'check elevated_password: Must supply'],
  ['elevation on Unix', { elevated_user: 'x' }, 'check elevated_user: "elevated_user" is for'],
  ['a bad template', { execute_command: '{{.X' }, 'check execute_command: '],
] as const)('validate finds %s', async (_, set, complaint) => {
  const given = { manifest_file: at('site.pp'), ...set };
  expect(await did(masterless, given)).toContain(complaint);
});

test.each([
  [1, 'exited with a non-zero exit status: 1'],
  [4, 'exited with a non-zero exit status: 4'],
  [6, 'exited with a non-zero exit status: 6'],
  [127, 'exited with a non-zero exit status: 127'],
])('exit code %i fails the build', async (exitCode, words) => {
  const said = await did(masterless, { manifest_file: at('site.pp') }, exitCode);
  expect(said).toContain(`failed Puppet ${words}`);
});

test('exit code 2 of --detailed-exitcodes is success with changes', async () => {
  expect(await did(masterless, { manifest_file: at('site.pp') }, 2)).not.toContain('failed');
});

test('a failed run leaves no staging folder and nothing in the journal', async () => {
  const set = { manifest_file: at('site.pp'), clean_staging_directory: true };
  const { text, context } = await traceProvisioner(masterless, set, {
    onCommand: ({ command }) => (command.includes('puppet apply') ? 1 : 0),
  });
  expect(text).toContain("run sudo rm -rf '/tmp/packer-puppet-masterless'");
  expect(context.journaled).toEqual([]);
});

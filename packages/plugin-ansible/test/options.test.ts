import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MachineFacts } from '@bake/plugin-sdk';
import { makeKeyPair, withDefaults } from '@bake/plugin-sdk';
import { complaintsOf, traceProvisioner } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ansible, { type AnsibleConfig } from '../src/ansible/component.ts';
import local, { type LocalConfig } from '../src/ansible-local/component.ts';
import { standIn } from './stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'bake-ansible-test-'));
const at = (name: string): string => join(folder, name);
const [playbook, galaxy] = [standIn(folder, 'playbook'), standIn(folder, 'galaxy')];
beforeAll(async () => {
  for (const name of ['dir', 'vars', 'role', 'coll', 'tree/ansible_collections']) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const name of ['site.yml', 'dir/in.yml', 'hosts']) writeFileSync(at(name), '[]\n');
  writeFileSync(at('coll/galaxy.yml'), 'namespace: acme\nname: web\nversion: 1.0.0\n');
  writeFileSync(at('roles.yml'), '- src: x\n');
  writeFileSync(at('both.yml'), 'roles: []\ncollections: []\n');
  const pair = await makeKeyPair({ type: 'ed25519', comment: 'me' });
  writeFileSync(at('id'), pair.privateKey, { mode: 0o600 });
  writeFileSync(at('id.pub'), pair.publicKey);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What an option is set to, and what then happens that does not without it. */
interface Effect<C> {
  readonly set: Partial<C>;
  readonly shows: string | RegExp;
  readonly facts?: Partial<MachineFacts>;
}

const stage = '/tmp/s';
const localEffects: Record<keyof LocalConfig, Effect<LocalConfig>> = {
  playbook_file: {
    set: { playbook_file: at('site.yml'), playbook_files: [] },
    shows: "ansible-playbook '/tmp/s/site.yml'",
  },
  playbook_files: {
    set: { playbook_files: [at('hosts'), at('dir/in.yml')], playbook_dir: at('dir') },
    shows:
      /upload \/tmp\/s\/hosts[\s\S]*ansible-playbook '\/tmp\/s\/hosts'[\s\S]*ansible-playbook '\/tmp\/s\/in.yml'/,
  },
  playbook_dir: { set: { playbook_dir: at('dir') }, shows: `upload-dir ${at('dir')}/ /tmp/s\n` },
  playbook_paths: {
    set: { playbook_paths: [at('dir')] },
    shows: `upload-dir ${at('dir')}/ /tmp/s/playbooks/dir`,
  },
  role_paths: {
    set: { role_paths: [at('role')] },
    shows: `upload-dir ${at('role')}/ /tmp/s/roles/role`,
  },
  collection_paths: {
    set: { collection_paths: [at('coll'), at('tree')] },
    shows: `upload-dir ${at('coll')}/ /tmp/s/collections/ansible_collections/acme/web`,
  },
  group_vars: {
    set: { group_vars: at('vars') },
    shows: `upload-dir ${at('vars')}/ /tmp/s/group_vars`,
  },
  host_vars: {
    set: { host_vars: at('vars') },
    shows: `upload-dir ${at('vars')}/ /tmp/s/host_vars`,
  },
  inventory_file: { set: { inventory_file: at('hosts') }, shows: "-i '/tmp/s/hosts'" },
  inventory_groups: {
    set: { inventory_groups: ['a', 'b'] },
    shows: '[a]\n127.0.0.1\n[b]\n127.0.0.1\n',
  },
  galaxy_file: {
    set: { galaxy_file: at('roles.yml') },
    shows: "ansible-galaxy install -r '/tmp/s/roles.yml' -p '/tmp/s/roles'\n",
  },
  galaxy_command: {
    set: { galaxy_file: at('roles.yml'), galaxy_command: '/opt/galaxy' },
    shows: '&& /opt/galaxy install',
  },
  galaxy_force_install: {
    set: { galaxy_file: at('roles.yml'), galaxy_force_install: true },
    shows: "-p '/tmp/s/roles' --force",
  },
  galaxy_roles_path: {
    set: { galaxy_file: at('roles.yml'), galaxy_roles_path: '/etc/r' },
    shows: "-p '/etc/r'",
  },
  galaxy_collections_path: {
    set: { galaxy_file: at('both.yml'), galaxy_collections_path: '/etc/c' },
    shows: "collection install -r '/tmp/s/both.yml' -p '/etc/c'",
  },
  command: { set: { command: '/opt/play' }, shows: "&& /opt/play '/tmp/s/site.yml'" },
  extra_arguments: {
    set: { extra_arguments: ['-v', '--extra-vars', '"db_password=pw1"'] },
    shows: /-v --extra-vars "db_password=pw1" -c local[\s\S]*protect pw1/,
  },
  staging_directory: { set: { staging_directory: '/srv/st' }, shows: "cd '/srv/st' &&" },
  clean_staging_directory: {
    set: { clean_staging_directory: true },
    shows: "run rm -rf '/tmp/s'",
  },
};

const ssh = { SSHPrivateKeyFile: '/k/id', User: 'admin' };
const winrm = { ConnType: 'winrm', Port: 5986, User: 'Admin', WinRMPassword: 'winpw123' };
const direct = { use_proxy: false } as const;
const galaxyOf = { galaxy_file: at('both.yml'), galaxy_command: galaxy };

const effects: Record<keyof AnsibleConfig, Effect<AnsibleConfig>> = {
  playbook_file: { set: { playbook_file: at('dir/in.yml') }, shows: `<${at('dir/in.yml')}>` },
  extra_arguments: { set: { extra_arguments: ['-vv', 'a b'] }, shows: ' <-vv> <a b> <-i>' },
  ansible_env_vars: {
    set: { ansible_env_vars: ['WORD={{.WinRMPassword}} {{build_name}}'] },
    facts: { WinRMPassword: 'winpw' },
    shows: 'WORD=winpw example',
  },
  groups: {
    set: { groups: ['a', 'b'] },
    shows: /\[a\]\ndefault ansible_host[\s\S]*\n\[b\]\ndefault/,
  },
  empty_groups: { set: { empty_groups: ['a', 'b'] }, shows: '[a]\n[b]\nmode' },
  host_alias: { set: { host_alias: 'web1' }, shows: 'web1 ansible_host=' },
  user: { set: { user: 'me' }, shows: 'ansible_user=me ' },
  inventory_file: { set: { inventory_file: at('hosts') }, shows: `<-i> <${at('hosts')}>` },
  inventory_directory: {
    set: { inventory_directory: at('dir') },
    shows: `<-i> <${at('dir')}/packer-provisioner-ansible`,
  },
  inventory_file_template: {
    set: {
      inventory_file_template: '{{.HostAlias}} x={{.User}}@{{.Host}}:{{.Port}} {{build_type}}',
    },
    shows: /default x=tester@127\.0\.0\.1:\d+ test\nmode 600/,
  },
  keep_inventory_file: {
    set: { keep_inventory_file: true, inventory_directory: at('vars') },
    shows: 'left packer-provisioner-ansible',
  },
  use_proxy: {
    set: direct,
    shows: 'default ansible_host=192.0.2.1 ansible_user=tester ansible_port=22\n',
  },
  local_port: { set: { local_port: 47_110 }, shows: /ansible_port=4711\d/ },
  ssh_host_key_file: {
    set: { ssh_host_key_file: at('id') },
    shows: /^(?![\s\S]*ANSIBLE_HOST_KEY_CHECKING)[\s\S]*ANSIBLE_SSH_CONTROL_PATH_DIR/,
  },
  ssh_authorized_key_file: {
    set: { ssh_authorized_key_file: at('id.pub') },
    shows: `"ansible_ssh_private_key_file":"${at('id')}"`,
  },
  ansible_proxy_key_type: {
    set: { ansible_proxy_key_type: 'ECDSA' },
    shows: 'key of this run: ecdsa-sha2-nistp521',
  },
  ansible_ssh_extra_args: {
    set: { ansible_ssh_extra_args: ['-o A=b', '-o C=d'] },
    shows: '<--ssh-extra-args> <-o A=b -o C=d> <-i>',
  },
  sftp_command: { set: { sftp_command: '/opt/sftp -e' }, shows: 'run /opt/sftp -e' },
  use_sftp: { set: { use_sftp: false }, shows: 'ANSIBLE_SSH_TRANSFER_METHOD=scp' },
  command: { set: { command: galaxy }, shows: 'galaxy: <-e>' },
  skip_version_check: {
    set: { skip_version_check: true, ansible_env_vars: ['VERSION=none'] },
    shows: 'playbook: <-e>',
  },
  galaxy_file: { set: galaxyOf, shows: `galaxy: <install> <-r> <${at('both.yml')}>\n` },
  galaxy_command: { set: galaxyOf, shows: `galaxy: <collection> <install> <-r>` },
  galaxy_force_install: { set: { ...galaxyOf, galaxy_force_install: true }, shows: ' <--force>\n' },
  galaxy_force_with_deps: {
    set: { ...galaxyOf, galaxy_force_with_deps: true },
    shows: ' <--force-with-deps>\n',
  },
  roles_path: {
    set: { ...galaxyOf, roles_path: '/r' },
    shows: `galaxy: <install> <-r> <${at('both.yml')}> <-p> </r>\n`,
  },
  collections_path: {
    set: { ...galaxyOf, collections_path: '/c' },
    shows: `galaxy: <collection> <install> <-r> <${at('both.yml')}> <-p> </c>\n`,
  },
  ansible_winrm_use_http: {
    set: { ...direct, ansible_winrm_use_http: true },
    facts: winrm,
    shows: '"ansible_winrm_scheme":"http"',
  },
};

/** Everything that a run does and prints. */
async function did(
  set: Partial<AnsibleConfig>,
  facts: Partial<MachineFacts> = {},
): Promise<string> {
  const given = { playbook_file: at('site.yml'), command: playbook, ...set };
  const { text, context } = await traceProvisioner(ansible, given, { facts });
  expect(context.journaled).toEqual([]);
  expect(context.pending).toEqual([]);
  const left = readdirSync(at('vars')).map((name) => `left ${name}`);
  for (const name of left.map((text) => text.slice('left '.length))) rmSync(join(at('vars'), name));
  return [context.ui.outputOf('stdout'), text, ...left].join('\n');
}

describe('ansible-local', () => {
  const without = Object.keys(local.config).filter((option) => !(option in localEffects));
  test(`options of ansible-local without a test of their effect: ${without.length}`, () => {
    expect(without).toEqual([]);
  });

  const required = { playbook_files: [at('site.yml')], staging_directory: stage };
  test.each(Object.entries(localEffects))('%s', async (option, { set, shows }) => {
    const run = async (given: Partial<LocalConfig>): Promise<string> =>
      (await traceProvisioner(local, { ...required, ...given })).text;
    const matching =
      typeof shows === 'string' ? expect.stringContaining(shows) : expect.stringMatching(shows);
    const [first, second] = [await run(set), await run(without_(set, option))];
    expect(first).toEqual(matching);
    if (option !== 'playbook_file') expect(second).not.toEqual(matching);
  });

  test.each([
    [{ playbook_file: at('none.yml') }, 'check playbook_file: Bad path'],
    [{ playbook_files: [at('site.yml'), at('none.yml')] }, 'check playbook_files.1: Bad path'],
    [{ playbook_file: at('site.yml'), role_paths: [at('hosts')] }, 'check role_paths.0: "'],
    [{ playbook_file: at('site.yml'), role_paths: [''] }, 'check role_paths.0: Bad path "": it is'],
    [{ playbook_file: at('site.yml'), group_vars: at('x') }, 'check group_vars: Bad path'],
    [{ playbook_file: at('site.yml'), galaxy_file: at('x') }, 'check galaxy_file: Bad path'],
    [
      { playbook_file: at('site.yml'), playbook_files: [at('site.yml')] },
      'check playbook_file: Either',
    ],
    [{}, 'check -: Either playbook_file or playbook_files'],
  ])('validate of %j finds: %s', async (set, complaint) => {
    expect((await traceProvisioner(local, set)).text).toContain(complaint);
  });

  test('a failed playbook fails the build and leaves no staging folder', async () => {
    const set = { ...required, clean_staging_directory: true };
    const { text, context } = await traceProvisioner(local, set, {
      onCommand: ({ command }) => (command.includes('ansible-playbook') ? 2 : 0),
    });
    expect(text).toContain('failed Ansible exited with a non-zero exit status: 2');
    expect(text).toContain("run rm -rf '/tmp/s'");
    expect(context.journaled).toEqual([]);
  });
});

function without_<C extends object>(set: C, option: string): Partial<C> {
  return Object.fromEntries(Object.entries(set).filter(([key]) => key !== option)) as Partial<C>;
}

describe('ansible', () => {
  const without = Object.keys(ansible.config).filter((option) => !(option in effects));
  test(`options of ansible without a test of their effect: ${without.length}`, () => {
    expect(without).toEqual([]);
  });

  // These need more than the words of the stand-in: see below.
  const elsewhere = ['sftp_command', 'ansible_proxy_key_type', 'galaxy_command'];
  const here = Object.entries(effects).filter(([option]) => !elsewhere.includes(option));
  test.each(here)('%s', async (option, { set, shows, facts }) => {
    const matching =
      typeof shows === 'string' ? expect.stringContaining(shows) : expect.stringMatching(shows);
    expect(await did(set, facts)).toEqual(matching);
    expect(await did(without_(set, option), facts)).not.toEqual(matching);
  });

  test('galaxy_command', async () => {
    expect(await did(galaxyOf)).toContain(effects.galaxy_command.shows);
  });

  /** In Ansible's place: logs in to the proxy and asks for SFTP. */
  function client(): string {
    const path = at('client');
    const script = `#!/bin/sh
if [ "$1" = --version ]; then echo 'ansible [core 2.14.3]'; exit; fi
for arg in "$@"; do
  case $arg in @*) key=$(sed -n 's/.*private_key_file":"\\([^"]*\\)".*/\\1/p' "\${arg#@}");; esac
  if [ "$last" = -i ]; then port=$(sed -n 's/.*ansible_port=//p' "$arg"); fi
  last=$arg
done
echo "key of this run: $(ssh-keygen -y -f "$key")"
ssh -F none -i "$key" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -p "$port" x@127.0.0.1 -s sftp < /dev/null
exit 0
`;
    writeFileSync(path, script, { mode: 0o755 });
    return path;
  }

  const noSsh = spawnSync('ssh', ['-V']).error && ': there is no ssh on PATH';
  const whenSsh = noSsh === undefined ? test : test.skip;

  whenSsh(`sftp_command${noSsh ?? ''}`, async () => {
    const { shows, set } = effects.sftp_command;
    expect(await did({ command: client(), ...set })).toContain(shows);
    expect(await did({ command: client() })).not.toContain(shows);
  });

  whenSsh(`ansible_proxy_key_type${noSsh ?? ''}`, async () => {
    const { shows, set } = effects.ansible_proxy_key_type;
    expect(await did({ command: client(), ...set })).toContain(shows);
    expect(await did({ command: client() })).toContain('key of this run: ssh-ed25519');
  });

  test('by default it goes through a proxy as the user of the connection', async () => {
    const said = await did({}, ssh);
    expect(said).toMatch(
      /default ansible_host=127\.0\.0\.1 ansible_user=admin ansible_port=\d+\nmode 600/,
    );
    expect(said).toContain('"packer_build_name":"example"');
    expect(said).toContain('ANSIBLE_HOST_KEY_CHECKING=False');
    expect(said).toContain('<--ssh-extra-args> <-o IdentitiesOnly=yes>');
    expect(said).toMatch(/ANSIBLE_SSH_COMMON_ARGS=-o UserKnownHostsFile=\S+\/known_hosts/);
    expect(said).toContain('ANSIBLE_PIPELINING=True');
    expect(said).not.toContain('/k/id');
  });

  test('without the proxy it logs in as bake does', async () => {
    const byKey = await did(direct, ssh);
    expect(byKey).toContain('"ansible_ssh_private_key_file":"/k/id"');
    // The user's own settings for SSH hold, such as the way through another host.
    expect(byKey).not.toMatch(/ANSIBLE_SSH_COMMON_ARGS|ANSIBLE_PIPELINING/);
    const byPassword = await did(direct, { Password: 'pw-of-ssh' });
    expect(byPassword).toContain('"ansible_password":"pw-of-ssh"');
    expect(byPassword).toContain('protect pw-of-ssh');
  });

  test('over WinRM it connects by itself, and the password is in a private file alone', async () => {
    const said = await did({}, winrm);
    expect(said).toContain(
      'default ansible_host=192.0.2.1 ansible_connection=winrm ansible_winrm_transport=basic ansible_shell_type=powershell ansible_user=Admin ansible_port=5986\n',
    );
    expect(said).toMatch(/file:\n.*"ansible_password":"winpw123".*\nmode 600/);
    expect(said).not.toMatch(/<[^>]*winpw123/);
    expect(said).toContain('protect winpw123');
  });

  test.each([
    [['-e', 'db_password=secret1 mode=fast'], '{"db_password":"secret1","mode":"fast"}'],
    [['--extra-vars', `a="two words" b='x'`], '{"a":"two words","b":"x"}'],
    [['--extra-vars={"token": "secret1"}'], 'file:\n{"token": "secret1"}'],
    [['-edb_password=secret1'], '{"db_password":"secret1"}'],
    [['-e', 'token=c2secret1== mode=a=b'], '{"token":"c2secret1==","mode":"a=b"}'],
  ])('the values of %j are in a private file', async (args, content) => {
    const said = await did({ extra_arguments: args });
    expect(said).toContain(content);
    expect(said.split('\n').find((line) => line.startsWith('playbook:'))).not.toContain('secret1');
  });

  test.each([
    ['-e', 'a={{ b }}'],
    ['-e', 'a=x\\ y'],
    ['-e', 'a=x\tb=y'],
    ['-e', '@file.yml'],
  ])('what only Ansible can read stays as it is: %s %s', async (flag, value) => {
    writeFileSync(at('file.yml'), '');
    const said = await did({ extra_arguments: [flag, value.replace('file.yml', at('file.yml'))] });
    expect(said).toContain(value.replace('file.yml', at('file.yml')));
  });

  test.each([
    [{ playbook_file: at('none') }, 'playbook_file: Bad path'],
    [{ playbook_file: '' }, 'playbook_file: "playbook_file" must be specified'],
    [{ inventory_directory: at('hosts') }, 'inventory_directory: "'],
    [{ ssh_host_key_file: at('none') }, 'ssh_host_key_file: Bad path'],
    [{ ssh_authorized_key_file: at('none') }, 'ssh_authorized_key_file: Bad path'],
    [{ local_port: 65_537 }, 'local_port: local_port: 65537 must be a valid port'],
    [{ ansible_proxy_key_type: 'DSA' }, 'ansible_proxy_key_type: Invalid value'],
    [{ ansible_env_vars: ['A=b', 'C'] }, 'ansible_env_vars.1: Environment variable'],
    [{ command: 'no-such-ansible' }, 'command: There is no program "no-such-ansible"'],
    [
      { galaxy_file: at('roles.yml'), galaxy_command: 'no-such-galaxy' },
      'galaxy_command: There is no program "no-such-galaxy"',
    ],
  ])('validate of %j finds: %s', async (set, complaint) => {
    const config = withDefaults(ansible.config, { playbook_file: at('site.yml'), ...set });
    const complaints = await complaintsOf((complain) => ansible.check?.(config, complain));
    expect(complaints).toEqual([expect.stringContaining(complaint)]);
  });

  test.each([2, 4, 5])('exit code %i is explained', async (code) => {
    const said = await did({ ansible_env_vars: [`EXIT=${code}`] });
    expect(said).toContain(`failed Ansible exited with a non-zero exit status: ${code}`);
  });

  test('the name of a file with a password is no secret: roles may be called so', async () => {
    const said = await did({
      extra_arguments: ['--vault-password-file=vault', '-e', 'vault_password=pw1'],
      ansible_env_vars: ['ANSIBLE_VAULT_PASSWORD_FILE=vault'],
    });
    expect(said.match(/protect .*/g)).toEqual(['protect pw1']);
  });

  test('links that lead to themselves are in the way of nothing', () => {
    mkdirSync(at('roles/x/tasks'), { recursive: true });
    symlinkSync('loop.yml', at('roles/x/loop.yml'));
    writeFileSync(at('roles/x/tasks/main.yml'), '- local_action: command true\n');
    const config = withDefaults(ansible.config, { playbook_file: at('site.yml') });
    const { unkept } = ansible.inputs?.(config) ?? {};
    expect(unkept).toContain(at('roles/x/tasks/main.yml'));
    rmSync(at('roles'), { recursive: true });
  });

  test('a program that is not Ansible is named', async () => {
    expect(await did({ ansible_env_vars: ['VERSION=gcc 12'] })).toContain(
      `failed "${playbook} --version" does not say what version of Ansible it is`,
    );
  });

  test('Ansible 1 gets the names that it knows', async () => {
    const said = await did({ ansible_env_vars: ['VERSION=ansible 1.9.4'] });
    expect(said).toContain('default ansible_ssh_host=127.0.0.1 ansible_ssh_user=tester');
  });

  test('a port that is taken is passed over', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(47_130, '127.0.0.1', resolve));
    try {
      expect(await did({ local_port: 47_130 })).toMatch(/ansible_port=4713[1-9]/);
    } finally {
      server.close();
    }
  });
});

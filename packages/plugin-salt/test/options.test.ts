import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolders, traceProvisioner } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import component, { type SaltConfig } from '../src/component.ts';

const folder = mkdtempSync(join(tmpdir(), 'bake-salt-test-'));
const at = (name: string): string => join(folder, name);
beforeAll(() => {
  for (const name of ['states', 'pillar', 'repo/web']) mkdirSync(at(name), { recursive: true });
  for (const name of ['minion', 'grains', 'repo/web/init.sls']) writeFileSync(at(name), 'a: 1\n');
  const git = (...args: string[]): void => void execFileSync('git', ['-C', at('repo'), ...args]);
  git('init', '--quiet');
  git('add', '.');
  git('-c', 'user.name=x', '-c', 'user.email=x@example', 'commit', '--quiet', '-m', 'x');
  git('tag', 'v1');
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Effect {
  readonly set: Partial<SaltConfig>;
  readonly shows: string | RegExp;
  /** Exit code of Salt, in both runs. */
  readonly exitCode?: number;
}

const noFormula = { skip_bootstrap: true } as const;

const effects: Record<keyof SaltConfig, Effect> = {
  local_state_tree: {
    set: { local_state_tree: at('pillar') },
    shows: `upload-dir ${at('pillar')}/ /tmp/salt/states\n`,
  },
  local_pillar_roots: {
    set: { local_pillar_roots: at('pillar') },
    shows: "'/tmp/salt/pillar' '/srv/pillar'",
  },
  remote_state_tree: {
    set: { remote_state_tree: '/opt/s' },
    shows: /'\/tmp\/salt\/states' '\/opt\/s'\n[\s\S]*--file-root='\/opt\/s'/,
  },
  remote_pillar_roots: {
    set: { local_pillar_roots: at('pillar'), remote_pillar_roots: '/opt/p' },
    shows: /'\/tmp\/salt\/pillar' '\/opt\/p'\n[\s\S]*--pillar-root='\/opt\/p'/,
  },
  minion_config: {
    set: { minion_config: at('minion') },
    shows:
      /'\/tmp\/salt\/minion' '\/etc\/salt\/minion'[\s\S]*salt-call --local state.highstate --retcode/,
  },
  grains_file: {
    set: { grains_file: at('grains') },
    shows: "'/tmp/salt/grains' '/etc/salt/grains'",
  },
  custom_state: {
    set: { custom_state: 'web.server' },
    shows: "salt-call --local state.sls 'web.server' ",
  },
  formulas: {
    set: { ...noFormula, formulas: [`git::file://${at('repo')}//web?ref=v1`] },
    shows: /upload-dir \S+\/formula-\w+\/web\/ \/tmp\/salt\/states\/web\n/,
  },
  skip_bootstrap: {
    set: { skip_bootstrap: true },
    shows: /^(?![\s\S]*bootstrap-salt)/,
  },
  bootstrap_args: {
    set: { bootstrap_args: '-X stable' },
    shows: "sudo sh '/tmp/salt/install_salt.sh' -X stable\n",
  },
  disable_sudo: { set: { disable_sudo: true }, shows: /^(?![\s\S]*sudo)/ },
  temp_config_dir: { set: { temp_config_dir: '/var/t' }, shows: "mkdir -p '/var/t'" },
  no_exit_on_failure: {
    set: { no_exit_on_failure: true },
    exitCode: 2,
    shows: /--pillar-root='\/srv\/pillar' -l info[\s\S]*say Removing \/tmp\/salt/,
  },
  log_level: { set: { log_level: 'debug' }, shows: ' -l debug' },
  salt_call_args: { set: { salt_call_args: '--id=x' }, shows: ' -l info --id=x' },
  salt_bin_dir: { set: { salt_bin_dir: '/opt/salt/' }, shows: "sudo '/opt/salt/salt-call' " },
  guest_os_type: {
    set: { guest_os_type: 'windows' },
    shows:
      'run salt-call.bat --local state.highstate --file-root="C:/salt/state" --pillar-root="C:/salt/pillar" --retcode-passthrough -l info',
  },
};

async function did(set: Partial<SaltConfig>, exitCode = 0): Promise<string> {
  const { text, context } = await traceProvisioner(
    component,
    { local_state_tree: at('states'), ...set },
    { onCommand: ({ command }) => (command.includes('salt-call') ? exitCode : 0) },
  );
  expect(context.journaled).toEqual([]);
  return text;
}

const without = Object.keys(component.config).filter((option) => !(option in effects));
test(`options of salt-masterless without a test of their effect: ${without.length}`, () => {
  expect(without).toEqual([]);
});

test.each(Object.entries(effects))('%s', async (option, { set, shows, exitCode }) => {
  const matching =
    typeof shows === 'string' ? expect.stringContaining(shows) : expect.stringMatching(shows);
  expect(await did(set, exitCode)).toEqual(matching);
  const left = Object.fromEntries(Object.entries(set).filter(([key]) => key !== option));
  expect(await did(left, exitCode)).not.toEqual(matching);
});

test.each([
  [{ local_state_tree: at('none') }, 'check local_state_tree: Bad path'],
  [{ local_state_tree: '' }, 'check local_state_tree: "local_state_tree" must be specified'],
  [{ local_pillar_roots: at('minion') }, 'check local_pillar_roots: "'],
  [{ grains_file: at('none') }, 'check grains_file: Bad path'],
  [
    { minion_config: at('minion'), remote_state_tree: '/x' },
    'check remote_state_tree: "remote_state_tree" can not be used',
  ],
  [{ formulas: ['https://x.example/y.git'] }, 'check formulas.0: Invalid format for formula'],
  [{ formulas: ['git::https://x.example/y.git//../z'] }, 'check formulas.0: Invalid format'],
])('validate of %j finds: %s', async (set, complaint) => {
  expect(await did({ skip_bootstrap: true, ...set }).catch(String)).toContain(complaint);
});

test('states that fail fail the build and leave nothing', async () => {
  const said = await did({ skip_bootstrap: true }, 2);
  expect(said).toContain('failed Salt exited with a non-zero exit status: 2');
  expect(said).toContain("run sudo rm -rf '/tmp/salt'");
});

test('a formula that git can not get fails the build and leaves nothing here', async () => {
  const temporary = temporaryFolders(/^bake-salt-[\da-f-]{36}$/);
  const said = await did({ ...noFormula, formulas: [`git::file://${at('none')}//web`] });
  expect(said).toContain('failed Could not get the formula from');
  expect(await temporary.left()).toEqual([]);
});

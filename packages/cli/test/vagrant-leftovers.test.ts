import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startSshMachine } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Running, runBake, type Scratch, scratch, startBake } from './run-bake.ts';

jest.setTimeout(120_000);

/** Stands in for Vagrant: keeps a box and a machine as files, and takes its time to bring the machine up. */
const standIn = `#!/bin/bash
[ "$1" != --machine-readable ] || shift
case "$1 $2" in
  --version*) echo Vagrant 2.3.4 ;;
  'box add') mkdir -p "$VAGRANT_HOME/boxes/$3/0/libvirt"; touch "$VAGRANT_HOME/boxes/$3/0/libvirt/metadata.json" ;;
  'box remove') rm -r "$VAGRANT_HOME/boxes/$3" ;;
  up*) touch "$VAGRANT_HOME/machine"; mkdir -p .vagrant; [ "$GOES_ON" ] || exec sleep 600 ;;
  ssh-config*) printf '1700000000,source,ssh-config,%s\\n' 'Host source\\n  HostName 127.0.0.1\\n  Port 22\\n' ;;
  destroy*) rm "$VAGRANT_HOME/machine" ;;
esac
`;

const template = `
source "vagrant" "web" {
  source_path = "base.box"
}
build {
  sources = ["vagrant.web"]
}
`;

let folder: Scratch;
let env: Readonly<Record<string, string>>;
const at = (...parts: readonly string[]): string => join(folder.path, ...parts);

beforeEach(() => {
  folder = scratch();
  for (const name of ['bin', 'home', 'tmp']) mkdirSync(at(name));
  writeFileSync(at('bin', 'vagrant'), standIn, { mode: 0o755 });
  writeFileSync(at('main.pkr.hcl'), template);
  writeFileSync(at('base.box'), '');
  env = {
    PATH: `${at('bin')}:${process.env['PATH']}`,
    VAGRANT_HOME: at('home'),
    BAKE_STATE_DIR: at('state'),
    TMPDIR: at('tmp'),
  };
});
afterEach(() => folder.remove());

async function startUp(): Promise<Running> {
  const running = startBake(['build', 'main.pkr.hcl'], { cwd: folder.path, env });
  while (!existsSync(at('home', 'machine'))) {
    if (running.process.exitCode !== null) throw new Error(running.output());
    await wait(20);
  }
  expect(existsSync(at('output-web', 'Vagrantfile'))).toBe(true);
  return running;
}

function expectNothingLeft(): void {
  expect(readdirSync(at('home'))).toEqual(['boxes']);
  expect(readdirSync(at('home', 'boxes'))).toEqual([]);
  expect(readdirSync(at('tmp'))).toEqual([]);
  expect(existsSync(at('output-web'))).toBe(false);
}

test('an interrupted build leaves no machine, no box and no folder', async () => {
  const running = await startUp();
  running.process.kill('SIGINT');
  expect((await running.finished).code).toBe(1);
  expectNothingLeft();
});

test('a build that is cancelled among post-processors is taken back', async () => {
  const machine = await startSshMachine({ root: folder.path });
  const { port, username, password } = machine;
  const login = `ssh_port = ${port}\n  ssh_username = "${username}"\n  ssh_password = "${password}"`;
  const left = ['teardown_method = "halt"', 'skip_package = true'];
  const builder = ['source_path = "base.box"', login, ...left].join('\n  ');
  const slow = 'post-processor "shell-local" { inline = ["echo is at it; exec sleep 600"] }';
  const changed = template
    .replace('source_path = "base.box"', builder)
    .replace('["vagrant.web"]', `["vagrant.web"]\n  ${slow}`);
  writeFileSync(at('main.pkr.hcl'), changed);
  const settings = { cwd: folder.path, env: { ...env, GOES_ON: '1' } };
  const running = startBake(['build', 'main.pkr.hcl'], settings);
  try {
    await running.sees('is at it');
    expect(existsSync(at('home', 'machine'))).toBe(true);
    running.process.kill('SIGINT');
    expect((await running.finished).code).toBe(1);
    expect(running.output()).toContain('Destroying Vagrant machine...');
    expectNothingLeft();
  } finally {
    await machine.close();
  }
});

test('what a killed build has left, bake cleanup removes', async () => {
  const running = await startUp();
  running.process.kill('SIGKILL');
  await running.finished;
  expect(existsSync(at('home', 'machine'))).toBe(true);
  const { code, stdout, stderr } = await runBake(['cleanup'], { cwd: at('home'), env });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const left of ['vagrant up', 'Vagrant machine source', 'Vagrant box packer_web']) {
    expect(stdout).toContain(`removed: ${left}`);
  }
  expectNothingLeft();
});

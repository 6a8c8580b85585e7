import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
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
  up*) touch "$VAGRANT_HOME/machine"; exec sleep 600 ;;
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

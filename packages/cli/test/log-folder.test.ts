import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BakeEvent } from '@bake/core';
import { afterAll, expect, test } from '@jest/globals';
import { LogFolder } from '../src/views/log-folder.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

test('keeps a log of every build and of the run, without secrets', async () => {
  writeFileSync(
    join(folder.path, 'main.pkr.hcl'),
    `
variable "token" {
  type      = string
  sensitive = true
}
source "null" "a" { communicator = "none" }
source "null" "b" { communicator = "none" }
build {
  sources = ["null.a", "null.b"]
  provisioner "shell-local" { inline = ["echo \${source.name} has \${var.token}"] }
}`,
  );
  const args = ['build', '-log-dir=some/logs', '-var', 'token=s3cr3t-token', 'main.pkr.hcl'];
  for (let run = 0; run < 2; run += 1) await runBake(args, { cwd: folder.path });
  const logs = join(folder.path, 'some', 'logs');
  expect(readdirSync(logs).toSorted()).toEqual(['bake.log', 'null.a.log', 'null.b.log']);
  const read = (name: string): string => readFileSync(join(logs, name), 'utf8');
  const stamp = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:Z|[+-]\\d\\d:\\d\\d): ';
  expect(read('null.a.log')).toMatch(new RegExp(`^${stamp}==> null\\.a: a has <sensitive>$`, 'm'));
  expect(read('null.a.log')).toMatch(/^-- \(null\.a\) provisioner shell-local: ok after \d+ ms$/m);
  expect(read('null.a.log')).toMatch(/Build 'null\.a' finished after/);
  expect(read('null.a.log')).not.toContain('null.b');
  expect(read('bake.log')).toContain('a has <sensitive>');
  expect(read('bake.log')).toContain('b has <sensitive>');
  expect(read('bake.log')).toContain('==> Wait completed after');
  // A second run begins them anew.
  expect(read('bake.log').match(/Wait completed/g)).toHaveLength(1);
  for (const name of readdirSync(logs)) {
    expect(read(name)).not.toContain('s3cr3t');
    expect(statSync(join(logs, name)).mode & 0o077).toBe(0);
  }
});

test('mistakes of the template are in the log of the run', async () => {
  writeFileSync(join(folder.path, 'bad.pkr.hcl'), 'bild {}\n');
  await runBake(['build', '-log-dir=bad', 'bad.pkr.hcl'], { cwd: folder.path });
  expect(readFileSync(join(folder.path, 'bad', 'bake.log'), 'utf8')).toMatch(
    /^Error: .*\n\n {2}on bad/,
  );
});

test('a folder that cannot be is an error that says so', async () => {
  const args = ['build', '-log-dir=main.pkr.hcl/logs', 'main.pkr.hcl'];
  const { code, stdout } = await runBake(args, { cwd: folder.path });
  expect(stdout).toContain('-log-dir cannot be written to: ');
  expect(code).toBe(1);
});

test('every build has a file of its own, by a name that is safe everywhere', () => {
  const path = join(folder.path, 'names');
  const builds = [
    'null.a',
    'NULL.A',
    'null.a (2)',
    'null.a__2_',
    '../../etc/x',
    'bake',
    'con.b',
    '..',
    'a\nb\u0000c',
  ];
  const event = {
    type: 'run-start',
    time: new Date().toISOString(),
    runUuid: '',
    builds,
    debug: false,
  };
  new LogFolder(path).listener(event as BakeEvent);
  const names = readdirSync(path);
  expect(names.length).toBe(builds.length + 1);
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
  expect(names.filter((name) => !/^[\w][\w.-]*\.log$/.test(name) || /^con\./.test(name))).toEqual(
    [],
  );
});

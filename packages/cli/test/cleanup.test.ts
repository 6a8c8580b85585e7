import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Finished, runBake, type Scratch, scratch, startBake } from './run-bake.ts';

let folder: Scratch;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => folder.remove());

const state = (): string => join(folder.path, 'state');

function cleanup(...flags: readonly string[]): Promise<Finished> {
  return runBake(['cleanup', ...flags], { env: { BAKE_STATE_DIR: state() } });
}

/** A journal of a run on `host`, which left the files; gives its path. */
function journal(name: string, host: string, files: readonly string[]): string {
  mkdirSync(join(state(), 'journal'), { recursive: true });
  const path = join(state(), 'journal', `${name}.jsonl`);
  const process = { host, pid: 1 };
  const time = '2026-11-25T10:20:30.000Z';
  const run = { format: 1, run: name, process, time, templateFolder: folder.path };
  const left = files.map((file, index) => ({
    open: index + 1,
    build: 'null.a',
    owner: 'run',
    kind: 'path',
    label: `file ${file}`,
    traces: { path: join(folder.path, file) },
  }));
  const lines = [run, ...left].map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(path, lines.join(''));
  return path;
}

test('what another host has left is named, and removed when that is gone for good', async () => {
  writeFileSync(join(folder.path, 'left'), '');
  const path = journal('r', 'far', ['left']);
  expect(await cleanup()).toEqual({
    code: 0,
    stderr: '',
    stdout: `Left alone: ${path}: its run began on the host or in the container "far", and cannot be seen from here. Run "bake cleanup" there, or "bake cleanup -host=far" here if that is gone for good.\n`,
  });
  expect(await cleanup('-host=far')).toEqual({
    code: 0,
    stderr: '',
    stdout: `Run of 2026-11-25 10:20:30 UTC, ${folder.path}:\n  removed: file left (build null.a)\n`,
  });
  expect(readdirSync(folder.path)).toEqual(['state']);
  expect(readdirSync(join(state(), 'journal'))).toEqual([]);
});

test('a damaged journal is told of and stays', async () => {
  const path = journal('r', 'far', []);
  writeFileSync(path, '\0\0\0\0\n');
  const { code, stdout, stderr } = await cleanup('-json');
  expect([code, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    type: 'unclear',
    path,
    problem: expect.stringContaining('damaged'),
  });
  expect(readdirSync(join(state(), 'journal'))).toEqual(['r.jsonl']);
});

test('cleanups and builds at the same time do not disturb one another', async () => {
  writeFileSync(
    join(folder.path, 'main.pkr.hcl'),
    `
source "file" "f" {
  content = "x"
  target  = "f"
}
build {
  sources = ["file.f"]
  post-processor "checksum" {}
}`,
  );
  const settings = { cwd: folder.path, env: { BAKE_STATE_DIR: state() } };
  for (let round = 0; round < 3; round += 1) {
    const files = Array.from({ length: 40 }, (_, index) => `left-${round}-${index}`);
    for (const file of files) writeFileSync(join(folder.path, file), '');
    journal(`r${round}`, 'far', files);
    const all = await Promise.all([
      runBake(['build', '.'], settings),
      cleanup('-host=far'),
      cleanup('-host=far'),
      cleanup(),
    ]);
    expect(all.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      all.map(() => ({ code: 0, stderr: '' })),
    );
    expect(readdirSync(folder.path).filter((name) => name.startsWith('left'))).toEqual([]);
  }
}, 60_000);

test('labels in a journal hold no secrets', async () => {
  writeFileSync(
    join(folder.path, 'main.pkr.hcl'),
    `
variable "secret" {
  default   = "hunter22-long"
  sensitive = true
}
source "file" "f" {
  content = "x"
  target  = "\${var.secret}.txt"
}
build {
  sources = ["file.f"]
  provisioner "shell-local" { inline = ["cp $BAKE_STATE_DIR/journal/* copy"] }
}`,
  );
  const env = { BAKE_STATE_DIR: state() };
  expect(await runBake(['build', '.'], { cwd: folder.path, env })).toMatchObject({ code: 0 });
  const labels = readFileSync(join(folder.path, 'copy'), 'utf8').match(/"label":"[^"]*"/g);
  expect(labels).toContain('"label":"file <sensitive>.txt"');
  expect(labels?.join('\n')).not.toContain('hunter22');
});

test('of a folder whose download was killed no half file remains', async () => {
  writeFileSync(
    join(folder.path, 'main.pkr.hcl'),
    `
source "sandbox" "a" {}
build {
  sources = ["sandbox.a"]
  provisioner "shell" { inline = ["mkdir -p tree/deep", "truncate -s 1G tree/deep/big"] }
  provisioner "file" {
    direction   = "download"
    source      = "tree/"
    destination = "back"
  }
}`,
  );
  const env = { BAKE_STATE_DIR: state() };
  const build = startBake(['build', '.'], { cwd: folder.path, env });
  const files = (): readonly string[] =>
    readdirSync(folder.path, { recursive: true })
      .map(String)
      .filter((name) => /big/.test(name));
  while (files().length === 0 && build.process.exitCode === null) await sleep(5);
  build.process.kill('SIGKILL');
  await build.finished;
  expect(files()).toEqual([expect.stringMatching(/^back.*big\..*\.part$/)]);
  expect(await cleanup()).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('removed: unfinished files in back (build sandbox.a)'),
  });
  expect(files()).toEqual([]);
}, 30_000);

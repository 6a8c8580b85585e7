import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import type { BakeEvent } from '../src/index.ts';
import { bake, transcript, workspace } from './bake-template.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

function folderWith(build: string, source = ''): string {
  const template = `
source "test" "a" {
  file = "\${path.root}/a.txt"
  ${source}
}
build {
  sources = ["source.test.a"]
  ${build}
}`;
  const { path, remove } = workspace({ 'main.pkr.hcl': template });
  cleanups.push(remove);
  return path;
}

test('runs a build from source to artifact', async () => {
  const path = folderWith(`
    provisioner "say" { text = "one" }
    provisioner "say" { text = "two" }
    post-processor "copy" { to = "\${path.root}/b.txt" }`);
  const { result, events } = await bake(path);
  expect(result.outcome).toBe('ok');
  expect(transcript(events)).toEqual([
    'disks:',
    'one',
    'two',
    'machine stopped',
    'Running post-processor:  (type copy)',
  ]);
  expect(result.builds[0]?.artifacts.map((artifact) => artifact.id)).toEqual([join(path, 'b.txt')]);
  expect(existsSync(join(path, 'a.txt'))).toBe(false);
});

test('tells every step apart in events', async () => {
  const { events } = await bake(folderWith('provisioner "say" { text = "one" }'));
  const kinds = events.map((event) => event.type).filter((type) => !['message'].includes(type));
  expect(kinds).toEqual([
    'run-start',
    'build-start',
    'step-start',
    'step-start',
    'step-end',
    'step-end',
    'step-start',
    'output',
    'step-end',
    'artifact',
    'build-end',
    'run-end',
  ]);
  expect(events.every((event) => !Number.isNaN(Date.parse(event.time)))).toBe(true);
});

test('evaluates what only the run knows, and override on top', async () => {
  const path = folderWith(`
    provisioner "say" {
      text     = "\${build.ID} \${build.Extra} \${build.Host} \${source.name} {{build_type}}"
      override = { b = { text = "never" } }
    }
    provisioner "say" {
      text     = "plain"
      override = { a = { text = "overridden" } }
    }`);
  const { events } = await bake(path);
  expect(transcript(events)).toContain('i-1 more h a test');
  expect(transcript(events)).toContain('overridden');
});

test.each([
  { where: 'build', said: ['disks:', 'machine stopped'] },
  { where: 'after', said: ['disks:', 'one', 'machine stopped'] },
])('cleans up after a failure in $where', async ({ where, said }) => {
  const path = folderWith('provisioner "say" { text = "one" }', `fail = "${where}"`);
  const { result, events } = await bake(path);
  expect(result.outcome).toBe('failed');
  expect(result.builds[0]?.error?.detail).toBe('Try again.');
  expect(result.builds[0]?.error?.stack).toBeUndefined();
  expect(transcript(events).filter((line) => !line.startsWith('Provisioning'))).toEqual(said);
  expect(existsSync(join(path, 'a.txt'))).toBe(false);
});

test('leaves the machine with on-error=abort', async () => {
  const path = folderWith('', 'fail = "build"');
  const { events } = await bake(path, { onError: 'abort' });
  expect(transcript(events)).toEqual([
    'disks:',
    'The machine broke',
    'Step "StepStartMachine" failed, aborting...',
  ]);
  expect(existsSync(join(path, 'a.txt'))).toBe(true);
});

test('shows the stack of a bug, and of nothing else', async () => {
  const { result } = await bake(folderWith('', 'fail = "bug"'));
  expect(result.builds[0]?.error?.summary).toBe('undefined is not a machine');
  expect(result.builds[0]?.error?.stack).toContain('builder.js');
});

test('runs the error-cleanup-provisioner before the machine goes', async () => {
  const path = folderWith(`
    provisioner "say" {
      text     = "broken"
      failures = 1
    }
    error-cleanup-provisioner "say" { text = "saving logs" }`);
  const said = transcript((await bake(path)).events);
  expect(said.indexOf('saving logs')).toBeGreaterThan(said.indexOf('broken'));
  expect(said.indexOf('machine stopped')).toBeGreaterThan(said.indexOf('saving logs'));
});

test('tries a provisioner again as often as max_retries says', async () => {
  const path = folderWith(`
    provisioner "say" {
      text        = "flaky"
      failures    = 2
      max_retries = 2
    }`);
  const { result, events } = await bake(path);
  expect(result.outcome).toBe('ok');
  expect(transcript(events).filter((line) => line === 'flaky')).toHaveLength(3);
});

test('goes on after a failure with continue_on_error', async () => {
  const path = folderWith(`
    provisioner "say" {
      text              = "optional"
      failures          = 1
      continue_on_error = true
    }`);
  expect((await bake(path)).result.outcome).toBe('ok');
});

test('ends a provisioner at its timeout', async () => {
  const path = folderWith(`
    provisioner "say" {
      text    = "slow"
      wait    = "1h"
      timeout = "20ms"
    }`);
  const { result } = await bake(path);
  expect(result.builds[0]?.error?.summary).toBe(
    'The provisioner took longer than its timeout of 20ms',
  );
});

test('cancels, cleans up and starts nothing more', async () => {
  const path = folderWith('provisioner "say" { text = "${source.name}" }', 'wait = "1h"');
  const controller = new AbortController();
  const { result, events } = await bake(path, {
    signal: controller.signal,
    listener: (event) => {
      if (event.type === 'output') controller.abort(new Error('interrupt'));
    },
  });
  expect(result.outcome).toBe('cancelled');
  expect(transcript(events)).toContain('machine stopped');
  expect(existsSync(join(path, 'a.txt'))).toBe(false);
});

test('runs no more builds at a time than allowed', async () => {
  const sources = ['a', 'b', 'c', 'd'];
  const { path, remove } = workspace({
    'main.pkr.hcl': `
${sources.map((name) => `source "test" "${name}" {\n file = "\${path.root}/${name}"\n wait = "5ms"\n}`).join('\n')}
build { sources = [${sources.map((name) => `"test.${name}"`).join(', ')}] }`,
  });
  cleanups.push(remove);
  let running = 0;
  let most = 0;
  const { result } = await bake(path, {
    parallelBuilds: 2,
    listener: (event) => {
      if (event.type === 'build-start') running += 1;
      if (event.type === 'build-end') running -= 1;
      most = Math.max(most, running);
    },
  });
  expect(most).toBe(2);
  expect(result.builds.map((build) => build.name)).toEqual(sources.map((name) => `test.${name}`));
});

const to = (name: string): string => `to = "\${path.root}/${name}"`;

test.each([
  { name: 'dropped', build: `post-processor "copy" { ${to('b')} }`, left: ['b'] },
  {
    name: 'kept by the post-processor',
    build: `post-processor "copy" {\n ${to('b')}\n keep = true\n }`,
    left: ['a.txt', 'b'],
  },
  {
    name: 'kept by the user',
    build: `post-processor "copy" {\n ${to('b')}\n keep_input_artifact = true\n }`,
    left: ['a.txt', 'b'],
  },
  {
    name: 'dropped by the user',
    build: `post-processor "copy" {\n ${to('b')}\n keep = true\n keep_input_artifact = false\n }`,
    left: ['b'],
  },
  {
    name: 'kept because it must be',
    build: `post-processor "copy" {\n ${to('b')}\n keep = true\n must = true\n keep_input_artifact = false\n }`,
    left: ['a.txt', 'b'],
  },
  {
    name: 'dropped inside a sequence',
    build: `post-processors {\n post-processor "copy" { ${to('b')} }\n post-processor "copy" { ${to('c')} }\n }`,
    left: ['c'],
  },
  {
    name: 'kept if one sequence wants it',
    build: `post-processor "copy" { ${to('b')} }\n post-processor "copy" {\n ${to('c')}\n keep = true\n }`,
    left: ['a.txt', 'b', 'c'],
  },
])('the artifact is $name', async ({ build, left }) => {
  const path = folderWith(build);
  const { result } = await bake(path);
  const files = result.builds[0]?.artifacts.flatMap((artifact) => artifact.files) ?? [];
  expect(files).toEqual(left.map((name) => join(path, name)));
  for (const name of ['a.txt', 'b', 'c']) {
    expect([name, existsSync(join(path, name))]).toEqual([name, left.includes(name)]);
  }
  expect(existsSync(join(path, 'a.txt.rolled-back'))).toBe(false);
});

test('a post-processor that fails leaves the artifact alone and fails the build', async () => {
  const path = folderWith(`
    post-processor "copy" {
      ${to('b')}
      fail = true
    }
    post-processor "copy" { ${to('c')} }`);
  const { result } = await bake(path);
  expect(result.builds[0]?.error?.summary).toBe(
    '1 error(s) occurred:\n\n* Post-processor failed: No copy',
  );
  expect(readdirSync(path).sort()).toEqual(['a.txt', 'c', 'main.pkr.hcl']);
});

test.each([
  { before: 'nothing', first: '', stays: false },
  { before: 'one that keeps it', first: 'keep = true', stays: true },
  { before: 'one that does not keep it', first: 'keep = false', stays: false },
])(
  'a cancel among post-processors takes the artifact along, after $before',
  async ({ first, stays }) => {
    const copy = first === '' ? '' : `post-processor "copy" {\n${to('b')}\n${first}\n}`;
    const path = folderWith(`
    ${copy}
    post-processor "copy" {
      name = "slow"
      ${to('c')}
      wait = "1h"
    }`);
    const cancel = new AbortController();
    const listener = (event: BakeEvent): void => {
      if (event.type === 'step-start' && event.name === 'slow') cancel.abort(new Error('enough'));
    };
    const { result, events } = await bake(path, { signal: cancel.signal, listener });
    expect(result.builds[0]?.outcome).toBe('cancelled');
    expect(events.filter(({ type }) => type === 'leftover')).toEqual([]);
    expect(existsSync(join(path, 'a.txt'))).toBe(stays);
    const mark = join(path, 'a.txt.rolled-back');
    expect(existsSync(mark) && readFileSync(mark, 'utf8')).toBe(!stays && 'aborted: false');
  },
);

test('keeps secrets out of every event', async () => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
variable "token" {
  default   = "s3cr3t-token"
  sensitive = true
}
source "test" "a" { file = "\${path.root}/a.txt" }
build {
  sources = ["source.test.a"]
  provisioner "say" { text = "the token is \${var.token}." }
}`,
  });
  cleanups.push(remove);
  const { events } = await bake(path);
  expect(transcript(events)).toContain('the token is <sensitive>.');
  expect(JSON.stringify(events)).not.toContain('s3cr3t-token');
});

test('tells builds of the same source apart', async () => {
  const { path, remove } = workspace({
    'main.pkr.hcl': `
source "test" "a" { file = "\${path.root}/a.txt" }
build { sources = ["test.a", "test.a"] }
build { sources = ["test.a"] }`,
  });
  cleanups.push(remove);
  const { result } = await bake(path);
  expect(result.builds.map((build) => build.name)).toEqual(['test.a', 'test.a (2)', 'test.a (3)']);
});

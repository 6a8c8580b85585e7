import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { Terminal } from '../src/terminal.ts';
import { JsonView } from '../src/views/json-view.ts';
import { DocumentedEvents } from './documented-events.ts';
import { scratch, startBake } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const documented = new DocumentedEvents();

type Event = Readonly<Record<string, unknown>>;

/** The events of a run, each as the page says. */
async function events(
  args: readonly string[],
  template: string,
  interruptAt: readonly string[] = [],
): Promise<readonly Event[]> {
  writeFileSync(join(folder.path, 'main.pkr.hcl'), template);
  const [command = '', ...flags] = args;
  const run = startBake([command, '-json', ...flags, 'main.pkr.hcl'], { cwd: folder.path });
  for (const text of interruptAt) {
    await run.sees(text);
    run.process.kill('SIGTERM');
  }
  const { code, stdout, stderr } = await run.finished;
  expect(stderr).toBe('');
  const list = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Event);
  expect(list.flatMap((event) => documented.complaints(event))).toEqual([]);
  expect(list[0]).toMatchObject({ type: 'bake', format: 1, command });
  if (interruptAt.length < 2) {
    expect(list.at(-1)).toMatchObject({ type: 'end', exitCode: code });
  }
  return list;
}

function typesOf(list: readonly Event[]): readonly unknown[] {
  return [...new Set(list.map(({ type }) => type))];
}

test('diagnostics of validate', async () => {
  const list = await events(['validate'], 'source "null" "n" {}\nbild {}\n');
  expect(list[1]).toMatchObject({
    type: 'diagnostic',
    severity: 'error',
    subject: { file: 'main.pkr.hcl', start: { line: 2, column: 1 } },
  });
});

test('a build that is good', async () => {
  writeFileSync(join(folder.path, 'motd.txt'), 'hello');
  const list = await events(
    ['build'],
    `
source "sandbox" "a" {}
build {
  sources = ["sandbox.a"]
  provisioner "file" {
    source      = "motd.txt"
    destination = "motd.txt"
  }
  provisioner "shell" { inline = ["echo out", "echo err >&2"] }
  post-processor "shell-local" { inline = ["echo done"] }
}`,
  );
  expect(list.filter(({ type }) => type === 'output')).toMatchObject([
    { stream: 'stdout', line: 'out' },
    { stream: 'stderr', line: 'err' },
    { stream: 'stdout', line: 'done', postProcessor: 'shell-local' },
  ]);
  const steps = list.filter(({ type }) => type === 'step-start');
  expect(steps.filter((step) => step['subject'] !== undefined)).toMatchObject([
    { kind: 'provisioner', name: 'file', subject: { start: { line: 5 } } },
    { kind: 'provisioner', name: 'shell', subject: { start: { line: 9 } } },
    { kind: 'post-processor', name: 'shell-local', subject: { start: { line: 10 } } },
  ]);
});

test('a failure that ends another build', async () => {
  const list = await events(
    ['build', '-fail-fast'],
    `
source "null" "a" { communicator = "none" }
source "null" "b" { communicator = "none" }
build {
  sources = ["null.a", "null.b"]
  provisioner "shell-local" { inline = [source.name == "a" ? "exit 3" : "exec sleep 30"] }
}`,
  );
  expect(list.filter(({ type }) => type === 'cancelling' || type === 'build-end')).toMatchObject([
    { build: 'null.a', outcome: 'failed', error: { detail: expect.any(String) } },
    { type: 'cancelling', build: 'null.a' },
    { build: 'null.b', outcome: 'cancelled' },
  ]);
});

const deaf = `
source "sandbox" "a" {}
build {
  sources = ["sandbox.a"]
  provisioner "shell" { inline = ["trap '' TERM", "echo deaf", "sleep 20"] }
}`;

test('interrupts, and what they leave', async () => {
  const list = await events(['build', '-force'], deaf, ['deaf', 'cancelling']);
  expect(list).toContainEqual(
    expect.objectContaining({ type: 'cancelling', reason: 'terminated' }),
  );
  expect(list.at(-2)).toMatchObject({ type: 'leftover', build: 'sandbox.a' });
  expect(list.at(-1)).toMatchObject({ type: 'abandoned', journaled: expect.any(Number) });
}, 30_000);

test('a template without a build', async () => {
  const list = await events(['build'], 'data "null" "x" { input = "y" }\n');
  expect(typesOf(list)).toEqual(['bake', 'diagnostic', 'end']);
});

test('of progress there is one report a second, and the last', () => {
  const lines: string[] = [];
  const terminal = { writeData: (text: string) => void lines.push(text) } as Terminal;
  const { listener } = new JsonView(terminal, 'build');
  const report = (milliseconds: number, label: string, done: number): void =>
    listener({
      type: 'progress',
      time: new Date(1e12 + milliseconds).toISOString(),
      ...{ build: 'null.a', label, done, total: 9, unit: 'bytes' },
    });
  for (const [milliseconds, done] of [
    [0, 1],
    [999, 2],
    [1000, 3],
    [1500, 4],
    [1600, 9],
  ] as const) {
    report(milliseconds, 'a', done);
  }
  report(1600, 'b', 1);
  const seen = lines.slice(1).map((line) => JSON.parse(line) as Event);
  expect(seen.flatMap((event) => documented.complaints(event))).toEqual([]);
  expect(seen.map(({ label, done }) => `${label}${done}`)).toEqual(['a1', 'a3', 'a9', 'b1']);
});

test('a bug in a plugin, and an undo that fails', async () => {
  const plugin = join(folder.path, 'node_modules', 'bake-plugin-broken');
  mkdirSync(plugin, { recursive: true });
  const manifest = { api: 1, provisioners: { broken: './broken.js' } };
  const name = 'bake-plugin-broken';
  writeFileSync(
    join(plugin, 'package.json'),
    JSON.stringify({ name, version: '1.0.0', type: 'module', bake: manifest }),
  );
  writeFileSync(
    join(plugin, 'broken.js'),
    `export default {
      kind: 'provisioner', name: 'broken', doc: 'Breaks.', config: {},
      async provision(config, machine, { onCleanup }) {
        onCleanup('remove the draft', async () => { throw new Error('the disk is gone'); });
        undefined.break();
      },
    };`,
  );
  const list = await events(
    ['build'],
    `
source "null" "a" { communicator = "none" }
build {
  sources = ["null.a"]
  provisioner "broken" {}
}`,
  );
  expect(list).toContainEqual(
    expect.objectContaining({ label: 'remove the draft', reason: 'the disk is gone' }),
  );
  expect(list.find(({ type }) => type === 'build-end')).toMatchObject({
    error: { stack: expect.stringContaining('broken.js') },
  });
});

test('checkpoints', async () => {
  const plugin = join(folder.path, 'node_modules', 'bake-plugin-keeper');
  mkdirSync(plugin, { recursive: true });
  const manifest = { api: 1, builders: { keeper: './keeper.js' } };
  const name = 'bake-plugin-keeper';
  writeFileSync(
    join(plugin, 'package.json'),
    JSON.stringify({ name, version: '1.0.0', type: 'module', bake: manifest }),
  );
  writeFileSync(
    join(plugin, 'keeper.js'),
    `export default {
      kind: 'builder', name: 'keeper', doc: 'Keeps nothing.', config: {},
      remains: { checkpoint: { async remove() {} } },
      async build(config, { cache, provision }) {
        await cache.resume({ source: {}, data: {}, holds: async () => true });
        const checkpoints = { traces: () => ({}), take: async () => ({ traces: {}, bytes: 1 }) };
        const facts = { Host: '', Port: 0, User: '', Password: '', ConnType: 'none' };
        await provision({ facts, communicator: {}, checkpoints }, {});
      },
    };`,
  );
  const template = `
source "keeper" "a" {}
build {
  sources = ["keeper.a"]
  provisioner "sleep" { duration = "1ms" }
  provisioner "shell-local" { inline = ["true"] }
}`;
  process.env['BAKE_CACHE_DIR'] = join(folder.path, 'cache');
  const first = await events(['build', '-cache'], template);
  expect(first.filter(({ type }) => type === 'checkpoint')).toMatchObject([
    { state: 'made', done: 1 },
    { state: 'not-made', done: 2, reason: 'it runs on this machine' },
  ]);
  const second = await events(['build', '-cache'], template);
  expect(second.find(({ type }) => type === 'resume')).toMatchObject({ done: 1, total: 2 });
  delete process.env['BAKE_CACHE_DIR'];
});

test('the page holds nothing that never comes', () => {
  expect(documented.unseen).toEqual([]);
});

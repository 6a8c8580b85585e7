import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const program = join(import.meta.dirname, '..', 'bin', 'create-bake-plugin.js');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'create-bake-plugin-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const create = (...args: readonly string[]) =>
  spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8', input: '' });

test.each([
  { args: ['Banner'], words: '"Banner" is no name for a plugin' },
  { args: ['banner', '--kinds', 'robot'], words: '"robot" is no kind of component. There are' },
  { args: ['banner', '--kinds', ','], words: 'A plugin has at least one component.' },
  { args: [], words: 'Give the name of the plugin: there is no terminal to ask at.' },
  { args: ['banner', '--what'], words: "Unknown option '--what'\n" },
  { args: ['banner', 'more'], words: '"more" is one name too many.' },
])('refuses $args and writes nothing', ({ args, words }) => {
  const { status, stderr } = create(...args);
  expect([status, stderr]).toEqual([1, expect.stringContaining(words)]);
  expect(readdirSync(folder)).toEqual([]);
});

test('writes a provisioner without being told more, and not over something', () => {
  expect(create('bake-plugin-banner')).toMatchObject({ status: 0, stderr: '' });
  const home = join(folder, 'bake-plugin-banner');
  expect(JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))).toMatchObject({
    name: 'bake-plugin-banner',
    bake: { api: 1, provisioners: { banner: './dist/provisioner.js' } },
  });
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.\w+$/.test(path),
  );
  expect(files.sort()).toEqual([
    '.github',
    '.github/workflows/test.yml',
    '.gitignore',
    'README.md',
    'package.json',
    'src/provisioner.ts',
    'test/provisioner.test.js',
    'tsconfig.json',
  ]);
  for (const path of files.filter((one) => one.includes('.') && one !== '.github')) {
    expect(readFileSync(join(home, path), 'utf8')).not.toMatch(/%(NAME|PACKAGE)%/);
  }
  expect(readFileSync(join(home, 'README.md'), 'utf8')).toMatch(
    /^# bake-plugin-banner\n.*\n\n## Provisioner `banner`\n\n/s,
  );
  writeFileSync(join(home, 'mine'), '');
  expect(create('banner').stderr).toContain('There is something in');
  expect(readdirSync(folder)).toEqual(['bake-plugin-banner']);
});

test('an empty folder that is there stays the one that people are in', () => {
  const { ino } = statSync(folder);
  expect(create('banner', '--folder', '.')).toMatchObject({ status: 0, stderr: '' });
  expect(statSync(folder).ino).toBe(ino);
  expect(readdirSync(folder).sort()).toEqual([
    '.github',
    '.gitignore',
    'README.md',
    'package.json',
    'src',
    'test',
    'tsconfig.json',
  ]);
});

test('asks for the name and the kinds at a terminal, again until they will do', async () => {
  if (spawnSync('script', ['--version']).status !== 0) {
    console.warn('SKIPPED: no program "script" here to make a terminal with');
    return;
  }
  const line = `'${process.execPath}' '${program}'`;
  const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: folder });
  const answers = ['No Name', '@acme/tent', 'robot', 'builder, data-source'];
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    shown += piece;
    // Each question ends like this, once it is asked.
    const asked = shown.match(/(?:Name of the plugin|\[provisioner\]): /g)?.length ?? 0;
    while (4 - answers.length < asked) child.stdin.write(`${answers.shift()}\n`);
  });
  const [status] = await once(child, 'close');
  expect([status, shown]).toEqual([0, expect.stringContaining('"No Name" is no name')]);
  expect(shown).toContain('"robot" is no kind of component');
  // The end of the input, Ctrl-D.
  const left = spawnSync('script', ['-qec', line, '/dev/null'], { cwd: folder, input: '\u0004' });
  expect([left.status, left.stdout.toString()]).toEqual([
    1,
    expect.stringContaining('Nothing was written.'),
  ]);
  const sources = readdirSync(join(folder, 'bake-plugin-tent', 'src')).sort();
  expect(sources).toEqual(['builder.ts', 'data-source.ts', 'write-record.ts']);
}, 60_000);

/** The command as it is installed: the bundle, and beside it the code that V8 made of it. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { runBake } from './run-bake.ts';

const cli = join(import.meta.dirname, '..');
/** Its name tells the V8 that it is for. */
const code = `dist/bake-${process.versions.v8}.code-cache`;
const files = ['package.json', 'bin', 'dist/bake.cjs', code, 'dist/import-module.cjs'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bake-bundle-'));
  for (const file of files) cpSync(join(cli, file), join(folder, file), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stdout, stderr };
}

const codeCache = (): string => join(folder, code);

test('the code beside the bundle is what this V8 made of it', () => {
  const loader = JSON.stringify(join(cli, 'bin/bundle.js'));
  const script = `
    const { codeCache, compileBundle } = require(${loader});
    console.log(compileBundle(require('node:fs').readFileSync(codeCache)).cachedDataRejected);`;
  expect(run('-e', script)).toEqual({ status: 0, stdout: 'false\n', stderr: '' });
});

const states: Readonly<Record<string, () => void>> = {
  'as it was built': () => {},
  'without the code': () => rmSync(codeCache()),
  'with the code of another V8': () => {
    const bytes = readFileSync(codeCache());
    bytes.writeUInt32LE(bytes.readUInt32LE(4) ^ 1, 4);
    writeFileSync(codeCache(), bytes);
  },
  'with half of the code': () => truncateSync(codeCache(), 100_000),
  'with an empty file for the code': () => truncateSync(codeCache(), 0),
};

for (const [name, prepare] of Object.entries(states)) {
  test(`runs ${name}, and writes nothing where it is installed`, () => {
    prepare();
    const before = readdirSync(folder, { recursive: true });
    const found = run(join(folder, 'bin/bake.js'), 'version');
    expect(found).toMatchObject({ status: 0, stderr: '' });
    expect(found.stdout).toContain('bake');
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });
}

test('says so when it has not been built', () => {
  rmSync(join(folder, 'dist'), { recursive: true });
  expect(run(join(folder, 'bin/bake.js'), 'version')).toEqual({
    status: 1,
    stdout: '',
    stderr: 'bake has not been built here yet: run "npm run build" in its folder.\n',
  });
});

test('loads a plugin that awaits at its top level', async () => {
  const plugin = join(folder, 'node_modules/bake-plugin-slow');
  mkdirSync(plugin, { recursive: true });
  const bake = { api: 1, builders: { slow: './builder.js' } };
  const description = { name: 'bake-plugin-slow', version: '1.0.0', type: 'module', bake };
  writeFileSync(join(plugin, 'package.json'), JSON.stringify(description));
  writeFileSync(
    join(plugin, 'builder.js'),
    `const name = await Promise.resolve('slow');
     export default { kind: 'builder', name, doc: '', provides: [], config: {}, async build() {} };`,
  );
  writeFileSync(
    join(folder, 'main.pkr.hcl'),
    'source "slow" "a" {}\nbuild {\n  sources = ["source.slow.a"]\n}\n',
  );
  const { code, stdout, stderr } = await runBake(['validate', folder]);
  expect({ code, stderr, stdout }).toEqual({
    code: 0,
    stderr: '',
    stdout: 'The configuration is valid.\n',
  });
});

import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { glob, isProperGlob } from '../../src/vm/media/glob.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-glob-'));
  await mkdir(join(folder, 'dir/sub'), { recursive: true });
  await mkdir(join(folder, 'dir2'));
  for (const name of [
    'a',
    'b',
    'ab',
    '.dot',
    'a-b',
    'a.b',
    '[x]',
    'ü',
    'a*b',
    'dir/c',
    'dir/sub/d',
    'dir2/c',
  ]) {
    await writeFile(join(folder, name), '');
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const patterns = [
  '*',
  '?',
  'a*',
  '*b',
  '.*',
  '[ab]',
  '[a-b]',
  '[^a]',
  '[^a]*',
  '\\[x\\]',
  '[[]x[]]',
  'a\\*b',
  'dir*/c',
  '*/c',
  '*/*/d',
  'dir/*',
  'none*',
  'none',
  'a',
  './a*',
  'dir/../a*',
  '[\\]x]*',
  '*.b',
  '{a,b}',
];
const go = `package main
import ("encoding/json"; "os"; "path/filepath")
func main() {
  var patterns []string
  json.NewDecoder(os.Stdin).Decode(&patterns)
  found := [][]string{}
  for _, pattern := range patterns {
    paths, err := filepath.Glob(pattern)
    if err != nil { paths = []string{"error"} }
    for i, path := range paths { paths[i] = filepath.Clean(path) }
    found = append(found, append([]string{}, paths...))
  }
  json.NewEncoder(os.Stdout).Encode(found)
}
`;

const whyNoGo =
  spawnSync('go', ['version']).status === 0 ? undefined : 'skipped: there is no go on PATH';
(whyNoGo === undefined ? test : test.skip)(
  ["matches what Go's filepath.Glob matches", whyNoGo].filter(Boolean).join(', '),
  async () => {
    const program = join(folder, 'dir/sub/glob.go');
    await writeFile(program, go);
    const binary = join(tmpdir(), `bake-glob-${process.pid}`);
    const env = { ...process.env, GOFLAGS: '', GO111MODULE: 'off' };
    spawnSync('go', ['build', '-o', binary, program], { env, stdio: 'inherit' });
    await rm(program);
    const input = JSON.stringify(patterns);
    const { stdout } = spawnSync(binary, { cwd: folder, input, encoding: 'utf8' });
    await rm(binary);
    const theirs = JSON.parse(stdout) as string[][];
    const here = process.cwd();
    process.chdir(folder);
    try {
      const ours = await Promise.all(
        patterns.map(async (pattern) => (isProperGlob(pattern) ? glob(pattern) : ['error'])),
      );
      const table = patterns.map((pattern, index) => [pattern, ours[index]]);
      expect(table).toEqual(patterns.map((pattern, index) => [pattern, theirs[index]]));
    } finally {
      process.chdir(here);
    }
  },
  120_000,
);

test.each(['[', '[a', 'a/[b'])('%s is no pattern', (pattern) => {
  expect(isProperGlob(pattern)).toBe(false);
});

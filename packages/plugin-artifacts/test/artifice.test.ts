import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintsOf, testContext } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import artifice from '../src/artifice/component.ts';
import { expandPatterns } from '../src/artifice/expand-patterns.ts';
import { artifactOf, testFolder } from './folder.ts';

const folder = testFolder();
for (const path of [
  'out/b.img',
  'out/a.img',
  'out/.hidden',
  'out/a[1].txt',
  'deep/x/1.txt',
  'deep/y/2.txt',
  'deep/z.txt',
  'a-c',
]) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), path);
}

test.each<[string[], string[]]>([
  [['out/a.img'], ['out/a.img']],
  [['out/*.img'], ['out/a.img', 'out/b.img']],
  [
    ['out/?.img', 'a-c'],
    ['out/a.img', 'out/b.img', 'a-c'],
  ],
  [['out/[b-z].img'], ['out/b.img']],
  [['out/[^a].img'], ['out/b.img']],
  [['out/.h*'], ['out/.hidden']],
  [['out/*hidden'], ['out/.hidden']],
  [['out/a\\[1\\].txt'], ['out/a[1].txt']],
  [['deep/*/*.txt'], ['deep/x/1.txt', 'deep/y/2.txt']],
  [['d*/x/1.txt'], ['deep/x/1.txt']],
  [['*-c'], ['a-c']],
  [['nope*', 'nope'], []],
  [['out/a.img/*'], []],
])('expandPatterns(%j) gives %j', async (patterns, want) => {
  const found = await expandPatterns(patterns.map((pattern) => join(folder, pattern)));
  expect(found).toEqual(want.map((path) => join(folder, path)));
});

test('a range from high to low is named as the mistake it is', async () => {
  await expect(expandPatterns([join(folder, 'out/[z-a]')])).rejects.toThrow('Bad pattern "[z-a]"');
});

test('replaces the files of the artifact', async () => {
  const input = artifactOf(folder, { old: 'x' });
  const context = testContext();
  const result = await artifice.process({ files: [join(folder, 'out/*.img')] }, input, context);
  const files = [join(folder, 'out/a.img'), join(folder, 'out/b.img')];
  expect(result).toMatchObject({
    keepInput: true,
    artifact: {
      builderId: 'packer.post-processor.artifice',
      id: '',
      files,
      description: `Created artifact from files: ${files.join(', ')}`,
    },
  });
  expect(result?.mustKeepInput).toBeUndefined();
  expect(context.ui.said).toEqual([
    `Discarding files from artifact: ${join(folder, 'old')}`,
    `Using these artifact files: ${files.join(', ')}`,
  ]);
  await result?.artifact.destroy();
  expect(files.some((file) => existsSync(file))).toBe(false);
  expect(existsSync(join(folder, 'old'))).toBe(true);
});

test('wants files', async () => {
  const check = (files: string[]) => complaintsOf((c) => artifice.check?.({ files }, c));
  expect(await check([])).toEqual(['files: No files specified in artifice configuration']);
  expect(await check(['x'])).toEqual([]);
});

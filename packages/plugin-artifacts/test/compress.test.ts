import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Artifact } from '@bake/plugin-sdk';
import { withDefaults } from '@bake/plugin-sdk';
import {
  checkArtifact,
  complaintsOf,
  type TestContextOptions,
  testContext,
} from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import compress, { type CompressConfig } from '../src/compress/component.ts';
import { formatOf } from '../src/compress/format.ts';
import { artifactOf, testFolder } from './folder.ts';
import { tarEntries } from './tar-entries.ts';
import { zipEntries } from './zip-entries.ts';

const folder = testFolder();
const decoded = (given: Partial<CompressConfig>): CompressConfig =>
  withDefaults(compress.config, given);

async function run(
  given: Partial<CompressConfig>,
  input: Artifact,
  options: TestContextOptions = {},
) {
  const context = testContext(options);
  const result = await compress.process(decoded(given), input, context);
  return { result, context };
}

test.each<[Partial<CompressConfig>, string]>([
  [{}, 'tar+pgzip'],
  [{ output: 'x.tar.gz' }, 'tar+pgzip'],
  [{ output: 'x.gz' }, 'undefined+pgzip'],
  [{ output: 'x.tar' }, 'tar+undefined'],
  [{ output: 'x.zip' }, 'zip+undefined'],
  [{ output: 'x.tar.zip' }, 'zip+undefined'],
  [{ output: 'x.tar.lz4' }, 'tar+lz4'],
  [{ output: 'x.bgzf' }, 'undefined+bgzf'],
  [{ output: 'x.tar.xz' }, 'tar+xz'],
  [{ output: 'x.tar.bzip2' }, 'tar+bzip2'],
  [{ output: 'x.tar.bz2' }, 'tar+pgzip'],
  [{ output: 'x.img' }, 'tar+pgzip'],
  [{ output: 'v1.2.zip' }, 'zip+undefined'],
  [{ output: 'x', format: 'tar.lz4' }, 'tar+lz4'],
  [{ output: 'x.zip', format: 'gz' }, 'undefined+pgzip'],
  [{ output: 'x.gz', archive: 'tar' }, 'tar+pgzip'],
  [{ output: 'x.tar', algorithm: 'lz4' }, 'tar+lz4'],
  [{ output: 'x', archive: 'zip', algorithm: 'xz' }, 'tar+pgzip'],
  [{ output: '{{.BuildName}}.zip' }, 'zip+undefined'],
])('formatOf(%j) is %s', (given, want) => {
  const { archive, algorithm } = formatOf(decoded(given));
  expect(`${archive}+${algorithm}`).toBe(want);
});

test('makes a tar.gz, by default named after the build', async () => {
  const input = artifactOf(folder, { 'a.txt': 'aaa', 'b.txt': 'bbb' });
  const output = join(folder, 'new', '{{.BuildName}}_{{.BuilderType}}');
  const target = join(folder, 'new', 'example_test');
  const { result, context } = await run({ output }, input);
  const mtime = new Date(0);
  expect(await tarEntries(gunzipSync(readFileSync(target)))).toEqual([
    { name: 'a.txt', mode: 0o640, size: 3, mtime, content: 'aaa' },
    { name: 'b.txt', mode: 0o640, size: 3, mtime, content: 'bbb' },
  ]);
  expect(context.ui.said).toEqual([
    expect.stringMatching(/^Using pgzip compression with \d+ cores for .*example_test$/),
    `Tarring ${target} with pgzip`,
    `Archive ${target} completed`,
  ]);
  expect(result).toMatchObject({
    keepInput: false,
    artifact: {
      builderId: 'packer.post-processor.compress',
      id: '',
      files: [target],
      description: `compressed artifacts in: ${target}`,
    },
  });
  expect(result?.mustKeepInput).toBeUndefined();
  await checkArtifact(result?.artifact);
});

test('makes a zip whose names stay below where it is unpacked', async () => {
  const input = artifactOf(folder, { 'z.txt': 'zzz'.repeat(100) });
  const target = join(folder, 'out.zip');
  const { context } = await run({ output: target, compression_level: 9 }, input);
  const name = join(folder, 'z.txt').replace(/^\//, '');
  expect(zipEntries(readFileSync(target))).toEqual([[name, 'zzz'.repeat(100)]]);
  expect(context.ui.said[0]).toBe(`Zipping ${target}`);
});

test('makes the same bytes of the same files', async () => {
  for (const name of ['same.tar.gz', 'same.zip', 'same.lz4']) {
    const input = artifactOf(folder, { 'same.txt': 'same' });
    const output = join(folder, name);
    await run({ output }, input);
    const first = readFileSync(output);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await run({ output }, artifactOf(folder, { 'same.txt': 'same' }));
    expect(readFileSync(output).equals(first)).toBe(true);
  }
});

test('obeys the level', async () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `line ${index * 7919}\n`).join('');
  const input = artifactOf(folder, { 'level.txt': text });
  const sizes: number[] = [];
  for (const compression_level of [1, 9, 12, 0]) {
    const output = join(folder, `level-${compression_level}.gz`);
    await run({ output, compression_level }, input);
    sizes.push(statSync(output).size);
  }
  const [fast = 0, small = 0, beyond = 0, standard = 0] = sizes;
  expect(small).toBeLessThan(fast);
  expect(beyond).toBe(small);
  expect(standard).toBeLessThan(fast);
});

describe('fails and leaves nothing behind', () => {
  test.each<[string, Partial<CompressConfig>, () => Artifact, string]>([
    [
      'several files without an archive',
      { output: 'x.gz' },
      () => artifactOf(folder, { f1: '1', f2: '2' }),
      'Can only have 1 input file when not using tar/zip. Found 2 files',
    ],
    [
      'a file that is not there, in a tar',
      { output: join(folder, 'bad.tar.gz') },
      () => ({ ...artifactOf(folder, {}), files: ['/no/such'] }),
      'Unable to read file "/no/such"',
    ],
    [
      'a file that is not there, in a zip',
      { output: join(folder, 'bad.zip') },
      () => ({ ...artifactOf(folder, {}), files: ['/no/such'] }),
      'ENOENT',
    ],
    [
      'a file that is not there, alone',
      { output: join(folder, 'bad.lz4') },
      () => ({ ...artifactOf(folder, {}), files: ['/no/such'] }),
      'ENOENT',
    ],
    [
      'a folder',
      { output: join(folder, 'bad.tar') },
      () => ({ ...artifactOf(folder, {}), files: [folder] }),
      'Unable to read file',
    ],
    [
      'an output in a file',
      { output: '/dev/null/x.zip' },
      () => artifactOf(folder, { f: '1' }),
      'Unable to create archive',
    ],
    [
      'an output that is the input',
      { output: join(folder, 'self.gz') },
      () => artifactOf(folder, { 'self.gz': '1' }),
      'is one of the files to compress',
    ],
  ])('%s', async (_name, given, input, message) => {
    const context = testContext();
    const before = readdirSync(folder);
    const files = input();
    await expect(compress.process(decoded(given), files, context)).rejects.toThrow(message);
    await context.cleanUp('failed');
    const made = readdirSync(folder).filter((name) => /\.tmp$|^bad/.test(name));
    expect(made).toEqual([]);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(before));
  });

  test('a cancel', async () => {
    const input = artifactOf(folder, { big: Buffer.alloc(20_000_000) });
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal });
    const output = join(folder, 'cancelled.tar.gz');
    const running = compress.process(decoded({ output }), input, context);
    setTimeout(() => controller.abort(new Error('cancelled')), 5);
    await expect(running).rejects.toThrow('cancelled');
    await context.cleanUp('failed');
    expect(readdirSync(folder).filter((name) => name.startsWith('cancelled'))).toEqual([]);
  });

  test('and keeps what stood there before', async () => {
    const output = join(folder, 'kept.tar');
    writeFileSync(output, 'old');
    const input = { ...artifactOf(folder, {}), files: ['/no/such'] };
    await expect(run({ output }, input)).rejects.toThrow();
    expect(readFileSync(output, 'utf8')).toBe('old');
  });
});

describe('check', () => {
  test.each<[Partial<CompressConfig>, string[]]>([
    [{}, []],
    [{ output: '{{.BuildName}}-{{isotime}}.zip' }, []],
    [{ output: '{{nope}}' }, ['output: template: root:1: function "nope" not defined']],
  ])('of %j complains %j', async (given, want) => {
    expect(await complaintsOf((complain) => compress.check?.(decoded(given), complain))).toEqual(
      want,
    );
  });

  test('misses programs before the build, not after it', async () => {
    const path = process.env['PATH'];
    Object.assign(process.env, { PATH: folder });
    try {
      const complaints = await complaintsOf((complain) =>
        compress.check?.(decoded({ output: 'x.tar.xz' }), complain),
      );
      expect(complaints).toEqual(['output: The program "xz" is not installed']);
    } finally {
      Object.assign(process.env, { PATH: path });
    }
  });
});

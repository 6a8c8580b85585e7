import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32, gunzipSync } from 'node:zlib';
import { blocksOf, inParallel } from '@bake/plugin-sdk/gzip';
import { describe, expect, jest, test } from '@jest/globals';
import { type Compression, compress } from '../src/compress/compressors.ts';
import { compressBlock } from '../src/compress/lz4-block.ts';
import { Lz4Workers } from '../src/compress/lz4-workers.ts';
import { XxHash32 } from '../src/compress/xx-hash32.ts';
import { lz4Decode } from './lz4-decode.ts';

jest.setTimeout(120_000);

const { signal } = new AbortController();

async function packed(
  algorithm: Compression['algorithm'],
  content: Buffer,
  level = -1,
): Promise<Buffer> {
  const sink = new PassThrough();
  const source = Readable.from(content.length === 0 ? [] : [content], { objectMode: false });
  const [result] = await Promise.all([
    buffer(sink),
    compress({ source, sink, algorithm, level, signal }),
  ]);
  return result;
}

/** Bytes that do not compress, always the same. */
function noise(length: number): Buffer {
  const pieces: Buffer[] = [];
  for (let size = 0, seed = 0; size < length; size += 64, seed++) {
    pieces.push(createHash('sha512').update(String(seed)).digest());
  }
  return Buffer.concat(pieces).subarray(0, length);
}

const contents: readonly (readonly [string, Buffer])[] = [
  ['nothing', Buffer.alloc(0)],
  ['one byte', Buffer.from('x')],
  ['a few words', Buffer.from('hello hello hello')],
  ['noise', noise(200_000)],
  ['zeros', Buffer.alloc(300_000)],
  ['text of several blocks', Buffer.from('All the same and yet not quite. '.repeat(80_000))],
  [
    'noise within text',
    Buffer.concat([Buffer.from('abc'.repeat(50)), noise(500), Buffer.from('abc'.repeat(50))]),
  ],
];

describe.each(contents)('%s', (_name, content) => {
  test.each([
    ['pgzip', gunzipSync],
    ['bgzf', gunzipSync],
    ['lz4', lz4Decode],
  ] as const)('comes back from %s at every level', async (algorithm, unpack) => {
    for (const level of [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      expect(unpack(await packed(algorithm, content, level)).equals(content)).toBe(true);
    }
  });

  test('stays as it is without an algorithm', async () => {
    expect((await packed(undefined, content)).equals(content)).toBe(true);
  });

  test.each(['xz', 'bzip2'] as const)('comes back from %s', async (program) => {
    if (spawnSync(program, ['--version']).error !== undefined) {
      console.warn(`${program} is not installed: not tested.`);
      return;
    }
    const input = await packed(program, content);
    const unpacked = spawnSync(program, ['-dc'], { input, maxBuffer: 1 << 24 });
    expect(unpacked.stdout.equals(content)).toBe(true);
  });
});

test.each(['pgzip', 'bgzf', 'lz4', 'xz', 'bzip2'] as const)(
  'a higher level makes %s smaller',
  async (algorithm) => {
    if (algorithm === 'xz' || algorithm === 'bzip2') {
      if (spawnSync(algorithm, ['--version']).error !== undefined) {
        console.warn(`${algorithm} is not installed: not tested.`);
        return;
      }
    }
    // Words in an order that only looks at random, and more of them than the lowest level of bzip2 can see at a time.
    const words = noise(400_000).toString('hex').match(/.{4}/g) ?? [];
    const text = Buffer.from(
      words.map((word) => `word-${Number.parseInt(word, 16) % 997}`).join(' '),
    );
    const [low, high] = [await packed(algorithm, text, 1), await packed(algorithm, text, 9)];
    expect(high.length).toBeLessThan(low.length);
  },
);

test('gzip is one member, which readers of one member understand whole', async () => {
  const content = Buffer.from('0123456789'.repeat(300_000));
  const result = await packed('pgzip', content);
  expect(result.readUInt32LE(result.length - 8)).toBe(crc32(content));
  expect(result.readUInt32LE(result.length - 4)).toBe(content.length);
});

test('bgzf tells the length of each block and ends with an empty one', async () => {
  const result = await packed('bgzf', noise(200_000));
  const sizes: number[] = [];
  for (let at = 0; at < result.length; ) {
    expect(result.toString('latin1', at + 12, at + 14)).toBe('BC');
    const size = result.readUInt16LE(at + 16) + 1;
    sizes.push(result.readUInt32LE(at + size - 4));
    at += size;
  }
  expect(sizes).toEqual([65_280, 65_280, 65_280, 4160, 0]);
});

test('lz4 has the header and checksum that Packer writes', async () => {
  const result = await packed('lz4', Buffer.from('hello hello hello'));
  expect(result.subarray(0, 7).toString('hex')).toBe('04224d186470b9');
  expect(result.subarray(-4).toString('hex')).toBe('b1cd9b87');
});

describe('Lz4Workers', () => {
  test('work on as many blocks at a time as they get, each as one would alone', async () => {
    const workers = new Lz4Workers();
    const blocks = [1, 2, 3].map((n) => Buffer.from(`${n} and again and again `.repeat(9000)));
    const packed = await Promise.all(blocks.map((block) => workers.compress(block, 4)));
    expect(workers.size).toBe(3);
    expect(packed.map((bytes) => Buffer.from(bytes))).toEqual(
      blocks.map((block) => compressBlock(block, 4)),
    );
    await workers.compress(Buffer.from('once more'), 1);
    expect(workers.size).toBe(3);
    await workers.end();
  });
});

const large = Buffer.concat([Buffer.from('word '.repeat(1_800_000)), noise(100_000)]);

test('lz4 lets this thread do other things while it compresses', async () => {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  await packed('lz4', large, 9);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
});

test.each([
  { algorithm: 'lz4', program: 'lz4', install: 'lz4' },
  { algorithm: 'pgzip', program: 'gzip', install: 'gzip' },
  { algorithm: 'bgzf', program: 'bgzip', install: 'tabix' },
  { algorithm: 'bzip2', program: 'bzip2', install: 'bzip2' },
  { algorithm: 'xz', program: 'xz', install: 'xz-utils' },
] as const)(
  'what $algorithm makes of several blocks is read by $program',
  async ({ algorithm, program, install }) => {
    if (spawnSync(program, ['--version']).error !== undefined) {
      console.warn(`SKIPPED: ${program} is not installed (Debian: ${install})`);
      return;
    }
    const input = await packed(algorithm, large);
    const { stdout } = spawnSync(program, ['-dc'], { input, maxBuffer: 1 << 28 });
    expect(stdout.equals(large)).toBe(true);
  },
);

test('a source that fails makes the compression fail', async () => {
  for (const algorithm of ['pgzip', 'lz4', 'bgzf', 'xz', undefined] as const) {
    const source = Readable.from(
      (async function* () {
        yield Buffer.from('x');
        throw new Error('disk broke');
      })(),
    );
    const sink = new PassThrough().resume();
    await expect(compress({ source, sink, algorithm, level: 1, signal })).rejects.toThrow(
      'disk broke',
    );
  }
});

test.each([
  ['', '02cc5d05'],
  ['a', '550d7456'],
  ['abc', '32d153ff'],
  ['Nobody inspects the spammish repetition', 'e2293b2f'],
])('XxHash32 of %j is %s, however it is fed', (text, want) => {
  for (const size of [1, 5, 16, 100]) {
    const hash = new XxHash32();
    for (let at = 0; at < text.length; at += size) {
      hash.update(Buffer.from(text.slice(at, at + size)));
    }
    expect(hash.digest().toString(16).padStart(8, '0')).toBe(want);
  }
});

test('blocksOf cuts pieces of any size', async () => {
  const pieces = ['a', 'bcdefgh', '', 'i', 'jk'].map((text) => Buffer.from(text));
  const blocks: string[] = [];
  for await (const block of blocksOf(Readable.from(pieces), 3)) {
    blocks.push(block.toString());
  }
  expect(blocks).toEqual(['abc', 'def', 'ghi', 'jk']);
});

describe('inParallel', () => {
  const delays = [30, 1, 20, 1, 10, 1];

  test('keeps the order', async () => {
    const results: number[] = [];
    const work = (delay: number) =>
      new Promise<number>((resolve) => setTimeout(resolve, delay, delay));
    for await (const result of inParallel(Readable.from(delays), work)) {
      results.push(result);
    }
    expect(results).toEqual(delays);
  });

  test('fails with the first failure', async () => {
    const work = async (delay: number): Promise<number> => {
      if (delay === 1) throw new Error('broken');
      return delay;
    };
    const run = async (): Promise<void> => {
      for await (const _result of inParallel(Readable.from(delays), work));
    };
    await expect(run()).rejects.toThrow('broken');
  });
});

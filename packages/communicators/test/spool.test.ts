import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sized } from '../src/ssh/spool.ts';

const never = new AbortController().signal;
const before = process.env['TMPDIR'];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-spool-'));
  process.env['TMPDIR'] = folder;
});
afterEach(async () => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  await rm(folder, { recursive: true });
});

const upload = (data: Readable) => ({ data, label: 'x' });

test('a stream of unknown length is measured without a file that a crash would leave', async () => {
  const seen: (readonly string[])[] = [];
  async function* pieces(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(100_000, 'a');
    seen.push(readdirSync(folder));
    yield Buffer.alloc(300_000, 'b');
  }
  const { data, size, discard } = await sized(upload(Readable.from(pieces())), never);
  seen.push(readdirSync(folder));
  const chunks: Uint8Array[] = [];
  for await (const chunk of data) chunks.push(Buffer.from(chunk));
  await discard();
  expect(size).toBe(400_000);
  expect(Buffer.concat(chunks).toString()).toBe('a'.repeat(100_000) + 'b'.repeat(300_000));
  expect(seen).toEqual([[], []]);
});

test('a stream that stalls ends with the signal', async () => {
  const stop = new AbortController();
  const data = new Readable({ read: () => void setTimeout(() => stop.abort(new Error('stop'))) });
  await expect(sized(upload(data), stop.signal)).rejects.toThrow('stop');
  expect(readdirSync(folder)).toEqual([]);
});

test('a stream that breaks off leaves nothing, and its error is told', async () => {
  const data = new Readable({ read: () => void data.destroy(new Error('broken')) });
  await expect(sized(upload(data), never)).rejects.toThrow('broken');
  expect(readdirSync(folder)).toEqual([]);
});

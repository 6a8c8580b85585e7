import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runProcess } from '@bake/plugin-sdk/process';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { writeOutput } from '../src/engine/write-output.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bake-output-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(args: readonly string[], signal = new AbortController().signal): Promise<void> {
  return writeOutput(join(folder, 'out'), testContext({ signal }), async (stdout) => {
    await runProcess({ program: process.execPath, args, signal, stdout });
  });
}

test('what a program gives out stands in the file', async () => {
  await write(['-e', 'process.stdout.write("x".repeat(1_000_000))']);
  expect(readdirSync(folder)).toEqual(['out']);
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('x'.repeat(1_000_000));
});

test('a cancel before the program has begun leaves no file that is made afterwards', async () => {
  const reason = new Error('cancelled');
  for (let round = 0; round < 20; round += 1) {
    await expect(write(['-e', '0'], AbortSignal.abort(reason))).rejects.toBe(reason);
  }
  // A stream that was left would have opened its file by then.
  await setTimeout(100);
  expect(readdirSync(folder)).toEqual([]);
});

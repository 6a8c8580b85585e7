import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hasProgram } from '../src/index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bake-programs-'));
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'text'), 'text', { mode: 0o644 });
  mkdirSync(join(folder, 'folder'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['tool', true],
  ['text', false],
  ['folder', false],
  ['missing', false],
])('%s on PATH is a program: %s', async (name, isOne) => {
  expect(await hasProgram(name, { PATH: `/nowhere:${folder}` })).toBe(isOne);
  expect(await hasProgram(join(folder, name), { PATH: '' })).toBe(isOne);
  expect(await hasProgram(name, { PATH: '/nowhere' })).toBe(false);
});

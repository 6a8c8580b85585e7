import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openLocalFile } from '../src/open-local-file.ts';
import { asNobody } from '../src/testing/as-nobody.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-open-local-file-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a file is opened with its size and mode', async () => {
  const path = join(folder, 'file');
  await writeFile(path, 'content');
  await chmod(path, 0o750);
  const { data, ...facts } = await openLocalFile(path, 'advice');
  expect(facts).toEqual({ size: 7, mode: 0o750, label: path });
  expect(await text(data)).toBe('content');
});

test('a file that may not be read is told, with advice', async () => {
  const path = join(folder, 'secret');
  await writeFile(path, 'x', { mode: 0 });
  await expect(asNobody(() => openLocalFile(path, 'advice'))).rejects.toMatchObject({
    name: 'Failure',
    message: `Could not read "${path}": permission denied`,
    detail: 'advice',
  });
});

test('a pipe is refused: nothing ends waiting for its writer', async () => {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  await expect(openLocalFile(path, 'advice')).rejects.toThrow(`Not a file: ${path}`);
});

import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { identityOf } from '../../src/index.ts';
import { testContext } from '../../src/testing/index.ts';
import { makeFolder } from '../../src/vm/make-output-folder.ts';

// A loaded machine takes its time.
jest.setTimeout(120_000);

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bake-output-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const force = { build: { force: true } };

test('makes the folder, keeps it after success and tells the journal of it before', async () => {
  const output = join(folder, 'output-x');
  const context = testContext();
  await makeFolder(output, context);
  expect(statSync(output).mode & 0o777).toBe(0o755 & ~process.umask());
  expect(context.journaled).toEqual([
    {
      kind: 'path',
      label: `output folder ${output}`,
      traces: { path: output, identity: await identityOf(output) },
    },
  ]);
  await context.cleanUp('succeeded');
  expect(existsSync(output)).toBe(true);
  expect(context.journaled).toEqual([]);
});

test('removes it after failure, and the folders that were made for it', async () => {
  await mkdir(join(folder, 'kept'));
  const output = join(folder, 'kept/a/b/output');
  const context = testContext();
  const above = [join(folder, 'kept/a/b'), join(folder, 'kept/a')];
  expect(await makeFolder(output, context)).toEqual([output, ...above]);
  await writeFile(join(output, 'disk'), 'half');
  await context.cleanUp('failed');
  expect(existsSync(join(folder, 'kept'))).toBe(true);
  expect(existsSync(join(folder, 'kept/a'))).toBe(false);
});

test('leaves folders above alone that hold something else by then', async () => {
  const context = testContext();
  await makeFolder(join(folder, 'a/output'), context);
  await writeFile(join(folder, 'a/other'), '');
  await context.cleanUp('failed');
  expect(existsSync(join(folder, 'a/other'))).toBe(true);
  expect(existsSync(join(folder, 'a/output'))).toBe(false);
});

test('refuses a folder that exists, and leaves it alone', async () => {
  await writeFile(join(folder, 'old'), '');
  const context = testContext();
  await expect(makeFolder(folder, context)).rejects.toMatchObject({
    message: `Output directory exists: ${folder}`,
    detail: expect.stringContaining('-force'),
  });
  await context.cleanUp('failed');
  expect(existsSync(join(folder, 'old'))).toBe(true);
});

test('of two builds with one folder the second fails and leaves it to the first', async () => {
  const output = join(folder, 'output');
  const contexts = [testContext(), testContext()];
  const ends = await Promise.allSettled(contexts.map((context) => makeFolder(output, context)));
  expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const loser = contexts[ends.findIndex(({ status }) => status === 'rejected')];
  expect(loser?.journaled).toEqual([]);
  await loser?.cleanUp('failed');
  expect(existsSync(output)).toBe(true);
});

test('with -force removes what is there; of a link only the link', async () => {
  await mkdir(join(folder, 'target'));
  await writeFile(join(folder, 'target/old'), '');
  await symlink('target', join(folder, 'link'));
  await makeFolder(join(folder, 'link'), testContext(force));
  expect(existsSync(join(folder, 'target/old'))).toBe(true);
  expect(existsSync(join(folder, 'link/old'))).toBe(false);
  const context = testContext(force);
  await makeFolder(join(folder, 'target'), context);
  expect(existsSync(join(folder, 'target/old'))).toBe(false);
  expect(context.ui.said).toEqual(['Deleting previous output directory...']);
});

test('does not remove the folder that one stands in, whatever is forced', async () => {
  // Folders of the test's own: if the code is wrong, they are gone.
  const here = process.cwd();
  await mkdir(join(folder, 'work/below'), { recursive: true });
  process.chdir(join(folder, 'work/below'));
  try {
    for (const precious of ['.', '..', folder]) {
      const making = makeFolder(precious, testContext(force));
      await expect(making).rejects.toThrow('is not removed, since it holds');
    }
  } finally {
    process.chdir(here);
  }
});

test('says why it cannot be made', async () => {
  await writeFile(join(folder, 'file'), '');
  const context = testContext();
  await expect(makeFolder(join(folder, 'file/output'), context)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^Could not make the output directory ".*": what it would be in is no folder$/,
    ),
  });
  expect(context.journaled).toEqual([]);
});

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type BuildContext, Failure, type Machine, withDefaults } from '@bake/plugin-sdk';
import { checkArtifact, complaintsOf, testContext } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import builder, { type FileConfig } from '../src/builder/component.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function buildContext(provision: (machine: Machine) => Promise<void> = async () => undefined) {
  const base = testContext();
  const refuse = (): never => {
    throw new Error('The builder "file" has no steps and no connection.');
  };
  const context: BuildContext = { ...base, step: refuse, connect: refuse, provision };
  return { base, context };
}

const decoded = (given: Partial<FileConfig>): FileConfig => withDefaults(builder.config, given);

test('writes content into a file of its own folder', async () => {
  const target = join(folder, 'a', 'b', 'content.txt');
  const { base, context } = buildContext();
  const artifact = await builder.build(decoded({ target, content: 'hello' }), context);
  expect(await readFile(target, 'utf8')).toBe('hello');
  expect((await stat(target)).mode & 0o777).toBe(0o600);
  expect(artifact).toMatchObject({
    builderId: 'packer.file',
    id: 'File',
    files: [target],
    description: `Stored file: ${target}`,
  });
  expect(base.ui.said).toEqual([]);
  await base.cleanUp('succeeded');
  expect(existsSync(target)).toBe(true);
  await checkArtifact(artifact);
  expect(existsSync(join(folder, 'a'))).toBe(false);
});

test('what others keep beside the file stays with its folders', async () => {
  const place = join(folder, 'a', 'b');
  const { base, context } = buildContext();
  const target = join(place, 'content.txt');
  const artifact = await builder.build(decoded({ target }), context);
  await base.cleanUp('succeeded');
  await writeFile(join(place, 'theirs'), '');
  await artifact?.destroy();
  expect(await readdir(place)).toEqual(['theirs']);
  await rm(join(folder, 'a'), { recursive: true });
});

test('copies a source and replaces what was there', async () => {
  const source = join(folder, 'source.txt');
  const target = join(folder, 'copy.txt');
  await writeFile(source, 'from source');
  await writeFile(target, 'much longer than the source was');
  const { base, context } = buildContext();
  await builder.build(decoded({ target, source }), context);
  expect(await readFile(target, 'utf8')).toBe('from source');
  expect(base.ui.said).toEqual([`Copying ${source} to ${target}`, 'Copied 11 bytes']);
});

test('makes an empty file of nothing', async () => {
  const target = join(folder, 'empty');
  await builder.build(decoded({ target }), buildContext().context);
  expect(await readFile(target, 'utf8')).toBe('');
});

test('lets provisioners run against a machine that does nothing', async () => {
  const target = join(folder, 'provisioned');
  const { signal } = new AbortController();
  const { context } = buildContext(async ({ communicator }) => {
    expect(await communicator.run({ command: 'false', signal })).toEqual({
      exitCode: 0,
      disconnected: false,
    });
    const data = Readable.from(['x']);
    await communicator.upload({ data }, '/x', signal);
    expect(data.destroyed).toBe(true);
    await communicator.uploadDir('a', 'b', signal);
    await communicator.close();
  });
  await builder.build(decoded({ target }), context);
});

test('takes the file away when a provisioner fails', async () => {
  const target = join(folder, 'failed');
  const { base, context } = buildContext(async () => {
    throw new Failure({ summary: 'no' });
  });
  await expect(builder.build(decoded({ target, content: 'x' }), context)).rejects.toThrow('no');
  expect(existsSync(target)).toBe(true);
  await base.cleanUp('failed');
  expect(existsSync(target)).toBe(false);
});

test.each([
  [{ source: '/no/such/source' }, 'Could not read "/no/such/source"'],
  [{ source: '/dev' }, 'Not a file: /dev'],
  [{ target: '/dev/null/x' }, 'Could not write "/dev/null/x"'],
])('fails clearly for %j', async (given, message) => {
  const config = decoded({ target: join(folder, 'never'), ...given });
  const error = await builder.build(config, buildContext().context).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  expect(error).toMatchObject({ message: expect.stringContaining(message) });
});

describe('check', () => {
  test.each<[Partial<FileConfig>, string[]]>([
    [{ target: 't', content: 'c' }, []],
    [{ target: '', content: 'c' }, ['target: target required']],
    [
      { target: 't', content: 'c', source: '/bin/sh' },
      ['content: Cannot specify source file AND content'],
    ],
    [{ target: 't' }, ['-: Both source file and contents are blank; target will have no content']],
    [
      { target: 't', source: '/no/such' },
      ["source: Bad source '/no/such': no such file or directory"],
    ],
  ])('of %j complains %j', async (given, want) => {
    expect(await complaintsOf((complain) => builder.check?.(decoded(given), complain))).toEqual(
      want,
    );
  });
});

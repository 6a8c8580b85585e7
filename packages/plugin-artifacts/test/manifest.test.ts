import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { identityOf, withDefaults } from '@bake/plugin-sdk';
import { type TestContextOptions, testContext } from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import manifest, { type ManifestConfig } from '../src/manifest/component.ts';
import { lockFile } from '../src/manifest/lock-file.ts';
import { artifactOf, testFolder } from './folder.ts';

const folder = testFolder();
const input = artifactOf(folder, { 'a.img': 'twelve bytes' });
const uuid = '00000000-0000-4000-8000-000000000000';

async function add(
  output: string,
  given: Partial<ManifestConfig> = {},
  options: TestContextOptions = {},
  artifact = input,
) {
  const context = testContext({ data: { ID: 'i-1' }, ...options });
  const config = withDefaults(manifest.config, { output, ...given });
  const result = await manifest.process(config, artifact, context);
  return { result, context, text: readFileSync(output, 'utf8') };
}

test("is Packer's, byte for byte", async () => {
  const output = join(folder, 'new', 'full.json');
  const custom_data = { z: '<&> {{.ID}}', a: '{{build_name}}' };
  const { result, context, text } = await add(output, { strip_time: true, custom_data });
  expect(text).toBe(`{
  "builds": [
    {
      "name": "example",
      "builder_type": "test",
      "files": [
        {
          "name": "${folder}/a.img",
          "size": 12
        }
      ],
      "artifact_id": "an-id",
      "packer_run_uuid": "${uuid}",
      "custom_data": {
        "a": "example",
        "z": "\\u003c\\u0026\\u003e i-1"
      }
    }
  ],
  "last_run_uuid": "${uuid}"
}`);
  expect(result).toEqual({ artifact: input, keepInput: true, mustKeepInput: true });
  expect(context.pending).toEqual([expect.stringMatching(/^remove folder .*, if it is empty$/)]);
  expect(readdirSync(join(folder, 'new'))).toEqual(['full.json']);
});

test('tells the time in seconds, names without folders, and nothing where there is none', async () => {
  const output = join(folder, 'plain.json');
  const before = Math.floor(Date.now() / 1000);
  const { text } = await add(output, { strip_path: true });
  const [build] = JSON.parse(text).builds;
  expect(Object.keys(build)).toEqual([
    'name',
    'builder_type',
    'build_time',
    'files',
    'artifact_id',
    'packer_run_uuid',
    'custom_data',
  ]);
  expect(build.build_time).toBeGreaterThanOrEqual(before);
  expect(build.files).toEqual([{ name: 'a.img', size: 12 }]);
  expect(build.custom_data).toBeNull();
  const none = await add(output, {}, {}, { ...input, files: [] });
  expect(JSON.parse(none.text).builds[1].files).toBeNull();
});

test('a file that is not here has no size', async () => {
  const artifact = { ...input, files: ['s3://bucket/x'] };
  const { text } = await add(join(folder, 'remote.json'), {}, {}, artifact);
  expect(JSON.parse(text).builds[0].files).toEqual([{ name: 's3://bucket/x', size: 0 }]);
});

describe('a manifest that is there', () => {
  const old = { builds: [{ name: 'old', extra: 1 }], last_run_uuid: 'other' };
  const namesAfter = async (name: string, options: TestContextOptions) => {
    const output = join(folder, name);
    writeFileSync(output, JSON.stringify(old));
    const { text } = await add(output, {}, options);
    return JSON.parse(text).builds.map((build: { name: string }) => build.name);
  };

  test('is added to', async () => {
    expect(await namesAfter('added.json', {})).toEqual(['old', 'example']);
  });

  test('of another run is begun anew with force', async () => {
    expect(await namesAfter('forced.json', { build: { force: true } })).toEqual(['example']);
  });

  test('of the same run is added to even with force', async () => {
    const build = { force: true, runUuid: 'other' };
    expect(await namesAfter('same.json', { build })).toEqual(['old', 'example']);
  });

  test('that is none is not touched', async () => {
    const output = join(folder, 'broken.json');
    writeFileSync(output, '{ broken');
    const context = testContext();
    const config = withDefaults(manifest.config, { output });
    await expect(manifest.process(config, input, context)).rejects.toThrow(
      `Unable to parse content from "${output}"`,
    );
    expect(readFileSync(output, 'utf8')).toBe('{ broken');
    await context.cleanUp('failed');
    expect(existsSync(`${output}.lock`)).toBe(false);
  });
});

describe('the lock', () => {
  test('keeps builds that end at the same time apart', async () => {
    const output = join(folder, 'many.json');
    const names = Array.from({ length: 12 }, (_, index) => `b${index}`);
    await Promise.all(names.map((sourceName) => add(output, {}, { build: { sourceName } })));
    const { builds } = JSON.parse(readFileSync(output, 'utf8'));
    expect(builds.map((build: { name: string }) => build.name).sort()).toEqual(names.sort());
    expect(existsSync(`${output}.lock`)).toBe(false);
  });

  test('of somebody else is waited for', async () => {
    const output = join(folder, 'waiting.json');
    writeFileSync(`${output}.lock`, '');
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal });
    const config = withDefaults(manifest.config, { output });
    const adding = manifest.process(config, input, context);
    setTimeout(() => controller.abort(new Error('cancelled')), 60);
    await expect(adding).rejects.toThrow();
    await context.cleanUp('failed');
    expect(context.journaled).toEqual([]);
    expect(existsSync(output)).toBe(false);
    expect(existsSync(`${output}.lock`)).toBe(true);
  });

  test('of a run that was killed is taken over by one at a time', async () => {
    for (let round = 0; round < 2; round += 1) {
      const path = join(folder, `stale-${round}.lock`);
      writeFileSync(path, '');
      utimesSync(path, new Date(0), new Date(0));
      let holders = 0;
      const hold = async (): Promise<void> => {
        const context = testContext();
        const lock = await lockFile(path, context);
        holders += 1;
        expect(holders).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        holders -= 1;
        await lock.now();
        expect(context.journaled).toEqual([]);
      };
      await Promise.all(Array.from({ length: 20 }, hold));
      expect(readdirSync(folder).filter((name) => name.startsWith(`stale-${round}`))).toEqual([]);
    }
  }, 120_000);

  test('of a run that was killed is left to the one whose turn it is', async () => {
    const path = join(folder, 'turn.lock');
    for (const name of [path, `${path}.stale`]) writeFileSync(name, '');
    utimesSync(path, new Date(0), new Date(0));
    let isTaken = false;
    const taking = lockFile(path, testContext()).then((lock) => {
      isTaken = true;
      return lock;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(isTaken).toBe(false);
    rmSync(`${path}.stale`);
    await (await taking).now();
  }, 30_000);

  test('is as new as its holder, however long that one has waited', async () => {
    const path = join(folder, 'patient.lock');
    writeFileSync(path, '');
    const context = testContext();
    const taking = lockFile(path, context);
    for (let second = 0; second < 7; second += 1) {
      utimesSync(path, new Date(), new Date());
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    rmSync(path);
    const lock = await taking;
    expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(6000);
    expect(context.journaled).toMatchObject([{ traces: { identity: await identityOf(path) } }]);
    await lock.now();
  }, 30_000);

  test('of a run that was killed is taken over', async () => {
    const output = join(folder, 'stale.json');
    writeFileSync(`${output}.lock`, '');
    utimesSync(`${output}.lock`, new Date(0), new Date(0));
    await add(output);
    expect(existsSync(`${output}.lock`)).toBe(false);
  });
});

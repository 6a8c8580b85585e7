import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runTemplate } from '@bake/plugin-sdk/testing';

test('lists the files of an artifact', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'post-processor-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const template = `
    source "file" "text" {
      target  = "text.txt"
      content = "12345"
    }
    build {
      sources = ["file.text"]
      post-processor "%NAME%" {}
    }
  `;
  const run = await runTemplate({ folder, template });
  assert.deepEqual(run.problems, []);
  assert.deepEqual(
    run.artifacts.map(({ files }) => files),
    [['text.txt'], ['files.txt']],
  );
  assert.equal(await readFile(join(folder, 'files.txt'), 'utf8'), '5  text.txt\n');
});

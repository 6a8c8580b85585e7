import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runTemplate } from '@bake/plugin-sdk/testing';

const template = `
  data "%NAME%" "release" {
    path = "release.txt"
  }
  source "file" "text" {
    target  = "text.txt"
    content = "\${data.%NAME%.release.content} of \${data.%NAME%.release.lines}"
  }
  build {
    sources = ["file.text"]
  }
`;

test('gives what is in a file', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'data-source-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const missing = await runTemplate({ folder, template });
  assert.match(missing.problems.join('\n'), /Cannot read release.txt: no such file/);
  await writeFile(join(folder, 'release.txt'), '1.2.3\n');
  const run = await runTemplate({ folder, template });
  assert.deepEqual(run.problems, []);
  assert.equal(await readFile(join(folder, 'text.txt'), 'utf8'), '1.2.3 of 1');
});

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkArtifact, runTemplate, startSshMachine, testContext } from '@bake/plugin-sdk/testing';
import { writeRecord } from '../dist/write-record.js';

async function scratch(t) {
  const folder = await mkdtemp(join(tmpdir(), 'builder-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('has a machine provisioned and writes it down', async (t) => {
  const folder = await scratch(t);
  const root = join(folder, 'machine');
  await mkdir(root);
  const ssh = await startSshMachine({ root });
  t.after(() => ssh.close());
  const template = `
    variable "password" {
      sensitive = true
    }
    source "%NAME%" "web" {
      host         = "${ssh.host}"
      ssh_port     = ${ssh.port}
      ssh_username = "${ssh.username}"
      ssh_password = var.password
    }
    build {
      sources = ["%NAME%.web"]
      provisioner "shell" {
        remote_folder = "."
        inline        = ["echo $MADE > made"]
        env           = { MADE = "for \${build.Record}" }
      }
    }
  `;
  const run = await runTemplate({ folder, template, variables: { password: ssh.password } });
  assert.deepEqual(run.problems, []);
  assert.equal(await readFile(join(root, 'made'), 'utf8'), 'for web.json\n');
  const [artifact] = run.artifacts;
  assert.deepEqual(artifact.files, ['web.json']);
  assert.match(await readFile(join(folder, 'web.json'), 'utf8'), /"host":"127.0.0.1"/);
});

test('makes an artifact that can be relied on', async (t) => {
  const path = join(await scratch(t), 'record.json');
  const context = testContext();
  await checkArtifact(await writeRecord.run({ host: '192.0.2.7', path }, context));
  await context.cleanUp();
  assert.deepEqual(context.journaled, []);
});

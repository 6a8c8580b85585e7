import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { withDefaults } from '@bake/plugin-sdk';
import {
  connectSshMachine,
  faultyCommunicator,
  runTemplate,
  startSshMachine,
  testContext,
} from '@bake/plugin-sdk/testing';
import provisioner from '../dist/provisioner.js';

async function scratch(t) {
  const folder = await mkdtemp(join(tmpdir(), 'provisioner-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const template = (options) => `
  source "sandbox" "machine" {}
  build {
    sources = ["sandbox.machine"]
    provisioner "%NAME%" {
      ${options}
    }
    provisioner "shell" {
      inline = ["cat greeting.txt"]
    }
  }
`;

test('writes the greeting on the machine of a template', async (t) => {
  const folder = await scratch(t);
  const run = await runTemplate({ folder, template: template('text = "Hello"\nshout = true') });
  assert.deepEqual(run.problems, []);
  assert.equal(run.exitCode, 0);
  assert.deepEqual(run.output, ['HELLO']);
});

test('says what is wrong with a template', async (t) => {
  const folder = await scratch(t);
  const options = 'text = "a\\nb"\ntxet = "c"';
  const { problems } = await runTemplate({
    folder,
    template: template(options),
    command: 'validate',
  });
  assert.match(problems.join('\n'), /"txet" is not expected here/);
});

test('is a failure when the connection goes, and works without faults', async (t) => {
  const root = await scratch(t);
  const ssh = await startSshMachine({ root });
  const machine = await connectSshMachine(ssh);
  t.after(() => ssh.close());
  t.after(() => machine.communicator.close());
  const config = withDefaults(provisioner.config, { text: 'Hello' });
  const broken = faultyCommunicator(machine.communicator, ({ kind }) =>
    kind === 'upload' ? 'refused' : undefined,
  );
  await assert.rejects(
    provisioner.provision(config, { ...machine, communicator: broken }, testContext()),
    /The connection was lost/,
  );
  const context = testContext();
  await provisioner.provision(config, machine, context);
  assert.equal(await readFile(join(root, 'greeting.txt'), 'utf8'), 'Hello\n');
  assert.deepEqual(context.ui.said, ['Writing greeting.txt']);
  assert.deepEqual(context.pending, []);
});

import { PassThrough } from 'node:stream';
import { testContext } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import none from '../src/none/component.ts';
import { options } from './options.ts';

const never = new AbortController().signal;
const machine = await none.connect(options({ communicator: 'none' }), {}, testContext());

test('run ends at once with 0', async () => {
  expect(await machine.run({ command: 'exit 1', signal: never })).toEqual({
    exitCode: 0,
    disconnected: false,
  });
});

test('run of a cancelled build rejects', async () => {
  const signal = AbortSignal.abort(new Error('cancelled'));
  await expect(machine.run({ command: 'true', signal })).rejects.toThrow('cancelled');
});

test.each([
  { what: 'upload', go: () => machine.upload({ data: 'x' }, '/tmp/x', never) },
  { what: 'uploadDir', go: () => machine.uploadDir('.', '/tmp/x', never) },
  { what: 'download', go: () => machine.download('/tmp/x', new PassThrough(), never) },
  { what: 'downloadDir', go: () => machine.downloadDir('/tmp/x', '.', never) },
])('$what fails and says why', async ({ go }) => {
  await expect(go()).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringMatching(/^Cannot (up|down)load \/tmp\/x: the communicator is "none"$/),
  });
});

test('close may be called twice', async () => {
  await machine.close();
  await machine.close();
});

import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { fakeMachine, recordUi, testContext } from '../../src/testing/index.ts';

const signal = new AbortController().signal;

test('fakeMachine keeps commands and uploads in order', async () => {
  const machine = fakeMachine({ scriptFolder: '/scripts', facts: { User: 'me' } });
  const { communicator } = machine;
  await communicator.run({ command: 'a', stdin: Readable.from(['in', 'put']), signal });
  await communicator.upload({ data: Readable.from(['x', 'y']), mode: 0o755 }, '/x', signal);
  await communicator.uploadDir('here', '/there', signal);
  await communicator.downloadDir('/there', 'here', signal);
  await communicator.close();
  expect(machine.calls).toEqual([
    { kind: 'run', command: 'a', stdin: 'input' },
    { kind: 'upload', remotePath: '/x', content: Buffer.from('xy'), mode: 0o755 },
    { kind: 'upload-dir', localDir: 'here', remoteDir: '/there' },
    { kind: 'download-dir', remoteDir: '/there', localDir: 'here' },
    { kind: 'close' },
  ]);
  expect(machine.commands).toEqual(['a']);
  expect(machine.uploaded('/x')).toBe('xy');
  expect(machine.uploaded('/y')).toBeUndefined();
  expect(machine.scriptFolder).toBe('/scripts');
  expect(machine.facts.User).toBe('me');
});

test.each([
  { answer: undefined, want: { exitCode: 0, disconnected: false } },
  { answer: 3, want: { exitCode: 3, disconnected: false } },
  {
    answer: { exitCode: undefined, disconnected: true },
    want: { exitCode: undefined, disconnected: true },
  },
])('fakeMachine ends commands as told: $answer', async ({ answer, want }) => {
  const machine = fakeMachine(answer === undefined ? {} : { onCommand: () => answer });
  expect(await machine.communicator.run({ command: 'x', signal })).toEqual(want);
});

test('fakeMachine lets a command speak, fail and be cancelled', async () => {
  const heard: string[] = [];
  const cancel = new AbortController();
  const machine = fakeMachine({
    onCommand: ({ command, onStdout }) => {
      if (command === 'break') throw new Error('broken');
      if (command === 'cancel') cancel.abort(new Error('cancelled'));
      onStdout?.(Buffer.from('hello'));
      return 0;
    },
  });
  const onStdout = (chunk: Uint8Array): void => void heard.push(Buffer.from(chunk).toString());
  await machine.communicator.run({ command: 'speak', onStdout, signal });
  expect(heard).toEqual(['hello']);
  await expect(machine.communicator.run({ command: 'break', signal })).rejects.toThrow('broken');
  const cancelled = machine.communicator.run({ command: 'cancel', signal: cancel.signal });
  await expect(cancelled).rejects.toThrow('cancelled');
});

test('fakeMachine hands out files, and fails where there is none', async () => {
  const { communicator } = fakeMachine({ files: { '/a': 'content' } });
  const sink = new PassThrough();
  const content = text(sink);
  await communicator.download('/a', sink, signal);
  expect(await content).toBe('content');
  await expect(communicator.download('/b', new PassThrough(), signal)).rejects.toThrow(
    'No such file',
  );
});

test('fakeMachine refuses uploads when told so', async () => {
  const machine = fakeMachine({
    onUpload: () => {
      throw new Error('full');
    },
  });
  await expect(machine.communicator.upload({ data: 'x' }, '/x', signal)).rejects.toThrow('full');
  expect(machine.calls).toEqual([]);
});

test('recordUi keeps what it is told', () => {
  const ui = recordUi();
  ui.say('a');
  ui.error('b');
  ui.output('stdout', 'häl');
  ui.output('stdout', Buffer.from('lo'));
  ui.output('stderr', 'err');
  ui.progress({ label: 'x', done: 1, unit: 'items' });
  expect(ui.said).toEqual(['a']);
  expect(ui.errors).toEqual(['b']);
  expect(ui.outputOf('stdout')).toBe('hällo');
  expect(ui.outputOf('stderr')).toBe('err');
  expect(ui.reports).toEqual([{ label: 'x', done: 1, unit: 'items' }]);
});

test('testContext undoes in reverse order, and only what the outcome calls for', async () => {
  const context = testContext();
  const done: string[] = [];
  context.onCleanup('first', () => void done.push('first'));
  context.onCleanup('on failure', () => void done.push('on failure'), { onFailureOnly: true });
  context.onCleanup('dismissed', () => void done.push('dismissed')).dismiss();
  await context.onCleanup('now', () => void done.push('now')).now();
  context.onCleanup('last', () => void done.push('last'));
  expect(context.pending).toEqual(['first', 'on failure', 'last']);
  await context.cleanUp();
  expect(done).toEqual(['now', 'last', 'first']);
  expect(context.pending).toEqual([]);
});

test('testContext undoes everything even when one undoing fails', async () => {
  const context = testContext();
  const done: string[] = [];
  context.onCleanup('first', () => void done.push('first'), { onFailureOnly: true });
  context.onCleanup('second', () => {
    throw new Error('stuck');
  });
  await expect(context.cleanUp('failed')).rejects.toThrow('stuck');
  expect(done).toEqual(['first']);
});

test('testContext has facts, and takes others', () => {
  const context = testContext({ build: { sourceName: 'web', force: true }, data: { ID: 'x' } });
  context.protect('secret');
  expect(context.build).toMatchObject({ sourceName: 'web', force: true, name: 'test.example' });
  expect(context.data).toEqual({ ID: 'x' });
  expect(context.secrets).toEqual(['secret']);
});

test('testContext answers as long as it was told to', async () => {
  const context = testContext({ answers: ['yes'] });
  expect(await context.ask('One?')).toBe('yes');
  await expect(context.ask('Two?')).rejects.toThrow('Nobody is there');
  expect(context.questions).toEqual(['One?', 'Two?']);
});

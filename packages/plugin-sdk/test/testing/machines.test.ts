import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  checkArtifact,
  connectSshMachine,
  fakeMachine,
  faultyCommunicator,
  startSshMachine,
} from '../../src/testing/index.ts';

const signal = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-machines-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('connectSshMachine runs commands and moves files over SSH', async () => {
  const ssh = await startSshMachine({ root: folder });
  const machine = await connectSshMachine(ssh);
  const { communicator } = machine;
  try {
    await communicator.upload({ data: Readable.from(['a', 'b']), mode: 0o600 }, '/x', signal);
    const heard: Uint8Array[] = [];
    const result = await communicator.run({
      command: 'cat x -; echo oops >&2; exit 3',
      stdin: 'in',
      onStdout: (chunk) => heard.push(chunk),
      onStderr: (chunk) => heard.push(chunk),
      signal,
    });
    expect(result).toEqual({ exitCode: 3, disconnected: false });
    expect(Buffer.concat(heard).toString()).toBe('abinoops\n');
    const sink = new PassThrough();
    const content = text(sink);
    await communicator.download('/x', sink, signal);
    expect(await content).toBe('ab');

    await mkdir(join(folder, 'local'));
    await writeFile(join(folder, 'local', 'f'), 'deep');
    await communicator.uploadDir(join(folder, 'local'), '/srv', signal);
    await communicator.downloadDir('/srv/', join(folder, 'back'), signal);
    expect(await readFile(join(folder, 'back', 'local', 'f'), 'utf8')).toBe('deep');

    const cancel = new AbortController();
    const endless = communicator.run({
      command: 'echo up; exec sleep 1000',
      onStdout: () => cancel.abort(new Error('enough')),
      signal: cancel.signal,
    });
    await expect(endless).rejects.toThrow('enough');
    const early = new AbortController();
    const notBegun = communicator.run({ command: 'exec sleep 1000', signal: early.signal });
    early.abort(new Error('at once'));
    await expect(notBegun).rejects.toThrow('at once');
    const cut = communicator.run({
      command: 'echo up; exec sleep 1000',
      onStdout: () => ssh.dropConnections(),
      signal,
    });
    expect(await cut).toEqual({ exitCode: undefined, disconnected: true });
    expect(machine.facts).toMatchObject({ Host: '127.0.0.1', Port: ssh.port, User: 'bake' });
  } finally {
    await communicator.close();
    await ssh.close();
  }
});

test('faultyCommunicator fails the calls that it is told to, before, during and after', async () => {
  // More than a stream holds by itself.
  const whole = 'whole'.repeat(1 << 18);
  const machine = fakeMachine({ files: { '/f': whole } });
  const faults = ['refused', 'lost', 'disconnect', undefined, 'lost', undefined] as const;
  const faulty = faultyCommunicator(machine.communicator, ({ nth }) => faults[nth - 1]);
  const upload = (path: string) => faulty.upload({ data: 'x' }, path, signal);
  await expect(upload('/a')).rejects.toThrow('lost at upload /a, before it was begun');
  await expect(upload('/b')).rejects.toThrow('lost at upload /b, after it was done');
  expect(await faulty.run({ command: 'reboot', signal })).toEqual({
    exitCode: undefined,
    disconnected: true,
  });
  expect(await faulty.run({ command: 'true', signal })).toEqual({
    exitCode: 0,
    disconnected: false,
  });
  await expect(faulty.download('/f', new PassThrough(), signal)).rejects.toThrow('lost');
  const sink = new PassThrough();
  const content = text(sink);
  await faulty.download('/f', sink, signal);
  expect((await content) === whole).toBe(true);
  expect(machine.uploaded('/a')).toBeUndefined();
  expect(machine.uploaded('/b')).toBe('x');
  expect(machine.commands).toEqual(['reboot', 'true']);
  expect(faulty.calls.map(({ kind, nth }) => `${nth} ${kind}`)).toEqual([
    '1 upload',
    '2 upload',
    '3 run',
    '4 run',
    '5 download',
    '6 download',
  ]);

  const silent = faultyCommunicator(machine.communicator, () => 'silence');
  const cancel = new AbortController();
  const waiting = silent.uploadDir('a', 'b', cancel.signal);
  cancel.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('checkArtifact tells all that is wrong with an artifact', async () => {
  const file = join(folder, 'image');
  const artifact = {
    builderId: 'a.b',
    id: 'x',
    files: [file],
    description: 'One image',
    destroy: () => rm(file, { force: true }),
  };
  await writeFile(file, '');
  await checkArtifact(artifact);
  await writeFile(file, '');
  const bad = { ...artifact, files: [file, file, `${file}2`], description: '' };
  let calls = 0;
  const destroy = async () => {
    calls += 1;
    if (calls === 2) throw new Error('gone');
  };
  await expect(checkArtifact({ ...bad, destroy })).rejects.toThrow(
    `Of the artifact a.b: Its description is not one line. ${file}2 is not there. ${file} is listed twice. ` +
      `${file} outlives it. ${file} outlives it. It cannot be destroyed twice: Error: gone.`,
  );
  await expect(checkArtifact(undefined)).rejects.toThrow('There is no artifact.');
});

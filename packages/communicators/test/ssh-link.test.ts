import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Communicator } from '@bake/plugin-sdk';
import { type SshMachine, startSshMachine, testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { eventually } from './eventually.ts';
import { options } from './options.ts';

jest.setTimeout(60_000);

const never = new AbortController().signal;
let root: string;
let machine: SshMachine;
let communicator: Communicator;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bake-link-'));
  machine = await startSshMachine({ root });
  communicator = await ssh.connect(options(), machine, testContext());
});
afterEach(async () => {
  await communicator.close();
  await machine.close();
  await rm(root, { recursive: true });
});

test('run tells a lost connection from a failed command', async () => {
  const started = join(root, 'started');
  const work = communicator.run({ command: `touch ${started}; sleep 60`, signal: never });
  await eventually(async () => (await stat(started)).isFile());
  machine.dropConnections();
  expect(await work).toEqual({ exitCode: undefined, disconnected: true });
});

test('run connects again after a loss', async () => {
  machine.dropConnections();
  await sleep(50);
  expect((await communicator.run({ command: 'exit 2', signal: never })).exitCode).toBe(2);
  expect(machine.connections).toBe(2);
});

test('run connects again when the loss shows only in the doing', async () => {
  machine.dropConnections();
  expect((await communicator.run({ command: 'exit 2', signal: never })).exitCode).toBe(2);
  expect(machine.connections).toBe(2);
});

test('all who find the connection lost share the new one', async () => {
  machine.dropConnections();
  const work = [1, 2, 3].map((n) => communicator.run({ command: `exit ${n}`, signal: never }));
  const results = await Promise.all(work);
  expect(results.map(({ exitCode }) => exitCode)).toEqual([1, 2, 3]);
  expect(machine.connections).toBe(2);
});

test('upload connects again after a loss, and sends everything', async () => {
  await communicator.upload({ data: 'first' }, 'a', never);
  machine.dropConnections();
  await communicator.upload({ data: Readable.from(['se', 'cond']) }, 'a', never);
  expect(await readFile(join(root, 'a'), 'utf8')).toBe('second');
  expect(machine.connections).toBe(2);
});

test.each([
  { kind: 'known', size: 1e12 },
  { kind: 'unknown', size: undefined },
])('upload of $kind size fails when the connection is lost on the way', async ({ size }) => {
  let pieces = 0;
  const endless = new Readable({
    read() {
      pieces += 1;
      this.push(Buffer.alloc(64 * 1024));
    },
  });
  const content = { data: endless, ...(size === undefined ? {} : { size }) };
  const work = communicator.upload(content, 'endless', never);
  work.catch(() => undefined);
  // Nothing is read before there is a session; while there is none, a loss has it connect again.
  await eventually(async () => pieces > 0);
  machine.dropConnections();
  await expect(work).rejects.toMatchObject({
    name: 'Failure',
    message: 'Cannot upload to endless: lost the connection',
  });
});

test.each(['scp', 'sftp'] as const)(
  'an upload by %s that was cut leaves half a file, which the next one writes over',
  async (method) => {
    const other = await ssh.connect(
      options({ ssh_file_transfer_method: method }),
      machine,
      testContext(),
    );
    const cut = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024, 'x'));
      },
    });
    const work = other.upload({ data: cut, size: 1e12 }, 'file', never);
    work.catch(() => undefined);
    await eventually(async () => (await stat(join(root, 'file'))).size > 0);
    machine.dropConnections();
    await expect(work).rejects.toThrow('lost the connection');
    await other.upload({ data: 'whole' }, 'file', never);
    expect(await readFile(join(root, 'file'), 'utf8')).toBe('whole');
    await other.close();
  },
);

test('run does not touch other processes of the server when it kills a command', async () => {
  // The server is in this process, so this is what any other part of a build may have started.
  const other = spawn('sleep', ['6117'], { detached: true, stdio: 'ignore' });
  const cancel = new AbortController();
  const work = communicator.run({
    command: "trap '' TERM; while :; do sleep 0.1; done",
    signal: cancel.signal,
  });
  await sleep(100);
  cancel.abort(new Error('cancelled'));
  await expect(work).rejects.toThrow('cancelled');
  await sleep(300);
  expect([other.exitCode, other.signalCode]).toEqual([null, null]);
  other.kill();
});

test('transfers take ~ for the home folder', async () => {
  await communicator.upload({ data: 'mine' }, '~/mine', never);
  expect(await readFile(join(root, 'mine'), 'utf8')).toBe('mine');
  const local = await mkdtemp(join(tmpdir(), 'bake-home-'));
  await communicator.downloadDir('~/', local, never);
  expect(await readFile(join(local, 'mine'), 'utf8')).toBe('mine');
  await rm(local, { recursive: true });
});

test('run tries once, not for minutes, when the machine is gone', async () => {
  await machine.close();
  const start = Date.now();
  await expect(communicator.run({ command: 'true', signal: never })).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringContaining('Lost the SSH connection'),
    detail: expect.stringContaining('connection refused'),
  });
  expect(Date.now() - start).toBeLessThan(30_000);
});

test('uploads go by scp when the machine has no SFTP, which is asked for only once', async () => {
  const plain = await startSshMachine({ root, sftp: false });
  const context = testContext();
  const other = await ssh.connect(options({ ssh_file_transfer_method: 'sftp' }), plain, context);
  for (const name of ['one', 'two']) await other.upload({ data: name }, name, never);
  expect(await readFile(join(root, 'two'), 'utf8')).toBe('two');
  expect(context.ui.said.slice(3)).toEqual([expect.stringMatching('^Files cannot travel by sftp')]);
  expect(plain.connections).toBe(1);
  await other.close();
  await plain.close();
});

test('close leaves nothing that keeps this process alive', async () => {
  await communicator.close();
  await machine.close();
  const before = resources();
  const fresh = await startSshMachine({ root });
  const other = await ssh.connect(options(), fresh, testContext());
  await other.run({ command: 'true', signal: never });
  await other.upload({ data: 'x' }, 'x', never);
  await other.close();
  await fresh.close();
  await sleep(20);
  const left = resources();
  // Other files' tests may have run in this process, and what they left goes away in between.
  for (const kind of before) {
    const index = left.indexOf(kind);
    if (index >= 0) left.splice(index, 1);
  }
  expect(left).toEqual([]);
});

function resources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /TCP|Pipe|Process/.test(kind));
}

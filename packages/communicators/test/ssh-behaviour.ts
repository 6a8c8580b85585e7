import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandResult, Communicator, RemoteCommand } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { eventually, isAlive } from './eventually.ts';
import { options } from './options.ts';
import type { Peer } from './peer.ts';

/** Registers the tests that every SSH server must pass. */
export function expectSsh(start: () => Promise<Peer>): void {
  const never = new AbortController().signal;
  let peer: Peer;
  let communicator: Communicator;

  beforeAll(async () => {
    peer = await start();
    communicator = await ssh.connect(options(), peer.target, testContext());
  });
  afterAll(async () => {
    await communicator.close();
    await peer.stop();
  });

  async function run(
    command: string,
    more: Partial<RemoteCommand> = {},
  ): Promise<CommandResult & { stdout: string; stderr: string }> {
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    const result = await communicator.run({
      command: `cd '${peer.folder}' && ${command}`,
      signal: never,
      onStdout: (chunk) => stdout.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
      ...more,
    });
    const text = (chunks: Uint8Array[]): string => Buffer.concat(chunks).toString();
    return { ...result, stdout: text(stdout), stderr: text(stderr) };
  }

  test.each([
    { command: 'exit 0', exitCode: 0 },
    { command: 'exit 7', exitCode: 7 },
    { command: 'no-such-program-here', exitCode: 127 },
  ])('run gives the exit code of $command', async ({ command, exitCode }) => {
    const result = await run(command);
    expect(result).toMatchObject({ exitCode, disconnected: false });
  });

  test('run tells output from errors', async () => {
    const result = await run('echo out; echo err >&2');
    expect(result).toMatchObject({ stdout: 'out\n', stderr: 'err\n', exitCode: 0 });
  });

  test('run hands on output while the command still runs', async () => {
    const moments: { text: string; at: number }[] = [];
    await run('echo one; sleep 0.5; echo two', {
      onStdout: (chunk) => moments.push({ text: Buffer.from(chunk).toString(), at: Date.now() }),
    });
    expect(moments.map(({ text }) => text)).toEqual(['one\n', 'two\n']);
    expect((moments[1]?.at ?? 0) - (moments[0]?.at ?? 0)).toBeGreaterThan(300);
  });

  test('run gives the signal that ended the command', async () => {
    const result = await run('kill -KILL $$');
    expect(result).toMatchObject({ exitCode: undefined, signal: 'KILL', disconnected: false });
  });

  test('run loses nothing of much output on both streams', async () => {
    const script =
      'i=0; while [ $i -lt 60 ]; do head -c 100000 /dev/zero; head -c 100000 /dev/zero >&2; i=$((i+1)); done';
    const result = await run(script);
    expect([result.stdout.length, result.stderr.length]).toEqual([6_000_000, 6_000_000]);
  });

  test.each([
    { kind: 'text', stdin: () => 'from here\n' as string | Readable },
    { kind: 'a stream', stdin: () => Readable.from(['from ', 'here\n']) },
  ])('run feeds $kind to the command', async ({ stdin }) => {
    const result = await run('cat', { stdin: stdin() });
    expect(result.stdout).toBe('from here\n');
  });

  test('run ends the input of a command that gets none', async () => {
    expect(await run('cat; echo done')).toMatchObject({ stdout: 'done\n', exitCode: 0 });
  });

  test('run does not wait for input that the command does not want', async () => {
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    expect((await run('exit 3', { stdin: endless })).exitCode).toBe(3);
    expect(endless.destroyed).toBe(true);
  });

  test('run goes on with many commands at the same time', async () => {
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => run(`sleep 0.2; echo ${n}`)));
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('run ends the remote process when it is cancelled', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const work = run('echo $$ > pid; exec sleep 60', { signal: cancel.signal });
    const pid = await eventually(() => readFile(join(peer.folder, 'pid'), 'utf8').then(Number));
    cancel.abort(reason);
    await expect(work).rejects.toBe(reason);
    await eventually(async () => !isAlive(pid));
  });

  test('run kills a command that does not care for being told to end', async () => {
    const cancel = new AbortController();
    const script = "trap '' INT TERM; echo $$ > deaf; while :; do sleep 0.1; done";
    const work = run(script, { signal: cancel.signal });
    const pid = await eventually(() => readFile(join(peer.folder, 'deaf'), 'utf8').then(Number));
    cancel.abort(new Error('cancelled'));
    await expect(work).rejects.toThrow('cancelled');
    await eventually(async () => !isAlive(pid));
  });

  test('run starts nothing when it was cancelled before', async () => {
    await expect(
      run('touch started', { signal: AbortSignal.abort(new Error('too late')) }),
    ).rejects.toThrow('too late');
    await expect(stat(join(peer.folder, 'started'))).rejects.toThrow('ENOENT');
  });

  test('close may be called twice, and what comes after fails', async () => {
    const other = await ssh.connect(options(), peer.target, testContext());
    await other.close();
    await other.close();
    const work = other.run({ command: 'true', signal: never });
    await expect(work).rejects.toMatchObject({ name: 'Failure' });
  });
}

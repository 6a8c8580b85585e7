import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CommandResult, Communicator, RemoteCommand } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import winrm from '../src/winrm/component.ts';
import { eventually, isAlive } from './eventually.ts';
import { options } from './options.ts';
import type { WinrmMachine } from './winrm-machine/machine.ts';
import { clixml } from './winrm-machine/powershell.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';
import { winrmWays } from './winrm-options.ts';

describe.each(winrmWays)('by $way:', ({ config, machine: settings }) => {
  const never = new AbortController().signal;
  let root: string;
  let machine: WinrmMachine;
  let communicator: Communicator;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'bake-winrm-'));
    machine = await startWinrmMachine({ root, longestWait: 300, ...settings });
    communicator = await winrm.connect(options(config), machine, testContext());
  });
  afterAll(async () => {
    await communicator.close();
    await machine.close();
    await rm(root, { recursive: true });
  });

  async function run(
    command: string,
    more: Partial<RemoteCommand> = {},
  ): Promise<CommandResult & { stdout: string; stderr: string }> {
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    const result = await communicator.run({
      command,
      signal: never,
      onStdout: (chunk) => stdout.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
      ...more,
    });
    const text = (chunks: Uint8Array[]): string => Buffer.concat(chunks).toString();
    return { ...result, stdout: text(stdout), stderr: text(stderr) };
  }

  test.each([0, 7, 127])('run gives the exit code %d', async (exitCode) => {
    expect(await run(`exit ${exitCode}`)).toMatchObject({ exitCode, disconnected: false });
  });

  test('run tells output from errors', async () => {
    const result = await run('echo "a < b & c > d"; echo é >&2');
    expect(result).toMatchObject({ stdout: 'a < b & c > d\n', stderr: 'é\n', exitCode: 0 });
  });

  test('run hands on output while the command still runs', async () => {
    const seen: string[] = [];
    await run('echo one; while ! [ -e go ]; do sleep 0.05; done; echo two', {
      onStdout: (chunk) => {
        seen.push(Buffer.from(chunk).toString());
        if (seen.length === 1) void run('touch go');
      },
    });
    expect(seen).toEqual(['one\n', 'two\n']);
  });

  test('run asks again when there is no output for long', async () => {
    expect(await run('sleep 1; echo late')).toMatchObject({ stdout: 'late\n', exitCode: 0 });
  });

  test('run loses nothing of much output on both streams', async () => {
    const script =
      'i=0; while [ $i -lt 30 ]; do head -c 100000 /dev/zero; head -c 100000 /dev/zero >&2; i=$((i+1)); done';
    const result = await run(script);
    expect([result.stdout.length, result.stderr.length]).toEqual([3_000_000, 3_000_000]);
  });

  test('run shows the errors of PowerShell as text', async () => {
    const result = await run(`cat <<'END' >&2\n${clixml('Es geht _x0022_nicht_x0022_')}\nEND`);
    expect(result.stderr).toBe('Es geht "nicht"\r\n\n');
  });

  test.each([
    { kind: 'text', stdin: () => 'from häre\n' as string | Readable },
    { kind: 'a stream', stdin: () => Readable.from(['from ', 'häre\n']) },
    { kind: 'nothing', stdin: () => '' },
  ])('run feeds $kind to the command', async ({ kind, stdin }) => {
    const result = await run('cat; echo done', { stdin: stdin() });
    expect(result.stdout).toBe(kind === 'nothing' ? 'done\n' : 'from häre\ndone\n');
  });

  test('run feeds and shows at the same time', async () => {
    const stdin = new Readable({ read: () => undefined });
    stdin.push('1\n');
    const seen: string[] = [];
    await run('cat', {
      stdin,
      onStdout: (chunk) => {
        seen.push(Buffer.from(chunk).toString());
        stdin.push(seen.length === 3 ? null : `${seen.length + 1}\n`);
      },
    });
    expect(seen.join('')).toBe('1\n2\n3\n');
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

  test('run fails with the error of its input', async () => {
    const stdin = Readable.from(
      (function* () {
        yield 'x';
        throw new Error('the disk is gone');
      })(),
    );
    await expect(run('cat', { stdin })).rejects.toThrow('the disk is gone');
    await eventually(async () => machine.shells === 0);
  });

  test('run goes on with many commands at the same time', async () => {
    const results = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => run(`sleep 0.2; echo ${n}`)));
    expect(results.map(({ stdout }) => stdout.trim())).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  test('run ends the remote process when it is cancelled', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    const work = run('echo $$ > pid; exec sleep 60', { signal: cancel.signal });
    const pid = await eventually(() => readFile(join(root, 'pid'), 'utf8').then(Number));
    cancel.abort(reason);
    await expect(work).rejects.toBe(reason);
    await eventually(async () => !isAlive(pid));
    await eventually(async () => machine.shells === 0);
    expect(machine.asked.slice(-2)).toEqual(['Signal', 'Delete']);
    await rm(join(root, 'pid'));
  });

  test('run starts nothing when it was cancelled before', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(run('touch started', { signal })).rejects.toThrow('too late');
    await expect(stat(join(root, 'started'))).rejects.toThrow('ENOENT');
  });

  test('run refuses what XML cannot carry', async () => {
    await expect(run('echo \u0001')).rejects.toMatchObject({
      name: 'Failure',
      message: 'The command cannot be sent',
    });
  });

  test('no shell stays', async () => {
    await run('true');
    expect(machine.shells).toBe(0);
  });

  test('close may be called twice, and what comes after fails', async () => {
    const other = await winrm.connect(options(config), machine, testContext());
    await other.close();
    await other.close();
    const work = other.run({ command: 'true', signal: never });
    await expect(work).rejects.toMatchObject({ name: 'Failure' });
  });
});

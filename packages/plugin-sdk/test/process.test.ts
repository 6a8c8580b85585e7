import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { isFailure } from '@bake/plugin-sdk';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalProcess, runProcess } from '../src/process.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-process-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const signal = new AbortController().signal;

async function run(local: Partial<LocalProcess> & Pick<LocalProcess, 'program'>) {
  const out: string[] = [];
  const err: string[] = [];
  const end = await runProcess({
    signal,
    onStdout: (chunk) => out.push(Buffer.from(chunk).toString()),
    onStderr: (chunk) => err.push(Buffer.from(chunk).toString()),
    ...local,
  });
  return { end, out: out.join(''), err: err.join('') };
}

const shell = (script: string): { program: string; args: string[] } => ({
  program: '/bin/sh',
  args: ['-c', script],
});

test('gives output of both streams and the exit code', async () => {
  expect(await run(shell('echo out; echo err >&2; exit 3'))).toEqual({
    end: { exitCode: 3 },
    out: 'out\n',
    err: 'err\n',
  });
});

test('passes bytes on as they are', async () => {
  const pieces: Uint8Array[] = [];
  await runProcess({ ...shell("printf '\\377\\000\\n'"), signal, onStdout: (c) => pieces.push(c) });
  expect(Buffer.concat(pieces)).toEqual(Buffer.from([255, 0, 10]));
});

test('tells which signal ended the program', async () => {
  expect((await run(shell('kill -9 $$'))).end).toEqual({ exitCode: undefined, signal: 'SIGKILL' });
});

test('adds to the environment and takes from it', async () => {
  Object.assign(process.env, { BAKE_TEST_KEPT: 'kept', BAKE_TEST_GONE: 'gone' });
  const env = { BAKE_TEST_NEW: 'new', BAKE_TEST_GONE: undefined };
  const script = 'echo "$BAKE_TEST_KEPT,$BAKE_TEST_NEW,$BAKE_TEST_GONE"';
  expect((await run({ ...shell(script), env })).out).toBe('kept,new,\n');
});

test('runs in the folder it is told', async () => {
  expect((await run({ ...shell('pwd'), cwd: folder })).out.trim()).toContain('bake-process-');
});

test.each([
  ['text', 'abc'],
  ['bytes', Buffer.from('abc')],
  ['a stream', () => Readable.from(['a', 'b', 'c'])],
])('feeds %s to the program', async (_name, input) => {
  const local = { ...shell('cat'), input: typeof input === 'function' ? input() : input };
  expect((await run(local)).out).toBe('abc');
});

test('gives a program that reads an empty input, not the terminal', async () => {
  expect((await run(shell('cat; echo done'))).out).toBe('done\n');
});

test('does not mind input that nobody reads', async () => {
  const input = Buffer.alloc(1 << 20);
  expect((await run({ ...shell('exit 0'), input })).end).toEqual({ exitCode: 0 });
});

test('is not held up by output that nobody listens to', async () => {
  const end = await runProcess({ ...shell('head -c 1000000 /dev/zero; exit 5'), signal });
  expect(end).toEqual({ exitCode: 5 });
});

test('lets output go into a stream', async () => {
  const path = join(folder, 'out.txt');
  await runProcess({
    ...shell('cat'),
    input: Buffer.alloc(1 << 20),
    signal,
    stdout: createWriteStream(path),
  });
  expect(Buffer.alloc(1 << 20).equals(await readFile(path))).toBe(true);
});

test('ends a program whose output can not be kept', async () => {
  const stdout = createWriteStream(join(folder, 'no', 'such', 'folder'));
  await expect(runProcess({ ...shell('yes'), signal, stdout })).rejects.toThrow('ENOENT');
});

describe('a program that can not be started', () => {
  test.each([
    ['no-such-program-of-bake', {}, 'there is no such program', 'part of PATH'],
    ['/no/such/program', {}, 'there is no such program', 'Check that'],
    ['/bin/sh', { cwd: '/no/such/folder' }, 'is not a folder', 'Create it'],
  ])('%s %j', async (program, more, summary, detail) => {
    const error = await run({ program, ...more }).catch((thrown: unknown) => thrown);
    expect(isFailure(error)).toBe(true);
    expect(error).toMatchObject({
      message: expect.stringContaining(summary),
      detail: expect.stringContaining(detail),
    });
  });

  test('because its mode forbids it', async () => {
    const program = join(folder, 'not-executable');
    await writeFile(program, '#!/bin/sh\n', { mode: 0o644 });
    await expect(run({ program })).rejects.toThrow('may not be executed');
  });
});

describe('cancelling', () => {
  test('ends the program and what it has started', async () => {
    const pidFile = join(folder, 'pids');
    const script = `sleep 100 & echo $! > ${pidFile}; (trap '' TERM; exec sleep 101) & echo $! >> ${pidFile}; wait`;
    const controller = new AbortController();
    const running = runProcess({ ...shell(script), signal: controller.signal, gracePeriod: 300 });
    const pids = await linesOf(pidFile, 2);
    controller.abort(new Error('stop it'));
    await expect(running).rejects.toThrow('stop it');
    await expect(untilGone(pids.map(Number))).resolves.toBeUndefined();
  });

  test.each([
    [undefined, 'TERM'],
    ['SIGINT', 'INT'],
  ] as const)('tells it by %s', async (endSignal, expected) => {
    const [up, told] = ['up', 'told'].map((name) => join(folder, `${name}-${expected}`)) as [
      string,
      string,
    ];
    const trap = (name: string): string => `trap 'echo ${name} > ${told}; exit' ${name}`;
    const script = `${trap('INT')}; ${trap('TERM')}; echo up > ${up}; sleep 100 > /dev/null 2>&1 & wait`;
    const controller = new AbortController();
    const options = endSignal === undefined ? {} : { endSignal };
    const running = runProcess({ ...shell(script), signal: controller.signal, ...options });
    await linesOf(up, 1);
    controller.abort(new Error('stop it'));
    await expect(running).rejects.toThrow('stop it');
    expect(await readFile(told, 'utf8')).toBe(`${expected}\n`);
  });

  test('before the start starts nothing', async () => {
    const path = join(folder, 'never');
    const local = { ...shell(`touch ${path}`), signal: AbortSignal.abort(new Error('early')) };
    await expect(runProcess(local)).rejects.toThrow('early');
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  test('leaves no listeners behind', async () => {
    const before = process.listenerCount('exit');
    await run(shell('true'));
    expect(process.listenerCount('exit')).toBe(before);
  });
});

async function linesOf(path: string, count: number): Promise<string[]> {
  for (let tries = 0; tries < 200; tries++) {
    const lines = (await readFile(path, 'utf8').catch(() => '')).trim().split('\n');
    if (lines.length === count && lines[0] !== '') {
      return lines;
    }
    await wait(20);
  }
  throw new Error(`${path} did not get ${count} lines.`);
}

async function untilGone(pids: readonly number[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (!pids.some(isRunning)) {
      return;
    }
    await wait(20);
  }
  throw new Error(`Still running: ${pids.filter(isRunning).join(', ')}`);
}

/** A zombie counts as gone: it waits for its new parent alone. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !readFileSync(`/proc/${pid}/stat`).includes(') Z ');
  } catch {
    return false;
  }
}

const noProc = existsSync('/proc/self/stat') ? '' : ': no /proc';
(noProc ? test.skip : test)(
  `a cancelled program does nothing before its end${noProc}`,
  async () => {
    const cancel = new AbortController();
    let pid = '';
    let before = '';
    const state = (): string =>
      existsSync(`/proc/${pid}`)
        ? (/\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1] ?? '')
        : 'Z';
    const work = runProcess({
      ...shell('sleep 600 & echo $!; wait'),
      signal: cancel.signal,
      onStdout(chunk) {
        pid += Buffer.from(chunk).toString().trim();
        cancel.abort(new Error('enough'));
      },
      async beforeEnd() {
        for (let i = 0; i < 200 && state() !== 'T'; i += 1) await wait(20);
        before = state();
      },
    });
    await expect(work).rejects.toThrow('enough');
    expect([before, state()]).toEqual(['T', 'Z']);
  },
);

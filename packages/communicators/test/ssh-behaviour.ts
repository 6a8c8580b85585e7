import { randomBytes } from 'node:crypto';
import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult, Communicator, RemoteCommand } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { options } from './options.ts';
import type { Peer } from './peer.ts';

/** Registers the tests that every SSH server must pass. */
export function expectSsh(start: () => Promise<Peer>): void {
  const never = new AbortController().signal;
  let peer: Peer;
  let local: string;
  let communicator: Communicator;

  beforeAll(async () => {
    peer = await start();
    local = await mkdtemp(join(tmpdir(), 'bake-local-'));
    communicator = await ssh.connect(options(), peer.target, testContext());
  });
  afterAll(async () => {
    await communicator.close();
    await peer.stop();
    await rm(local, { recursive: true });
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

  async function downloaded(name: string): Promise<Buffer> {
    const chunks: Buffer[] = [];
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    await communicator.download(peer.remote(name), sink, never);
    expect(sink.writableFinished).toBe(true);
    return Buffer.concat(chunks);
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
    const start = Date.now();
    cancel.abort(reason);
    await expect(work).rejects.toBe(reason);
    expect(Date.now() - start).toBeLessThan(900);
    await eventually(async () => !isAlive(pid));
  });

  test('run kills a command that does not care for being told to end', async () => {
    const cancel = new AbortController();
    const script = "trap '' TERM; echo $$ > deaf; while :; do sleep 0.1; done";
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

  test.each([
    { kind: 'text', data: () => 'häuser\n', mode: undefined, bits: 0o644 },
    { kind: 'bytes', data: () => new Uint8Array([0, 1, 255]), mode: 0o755, bits: 0o755 },
    { kind: 'nothing', data: () => '', mode: 0o600, bits: 0o600 },
    {
      kind: 'a stream',
      data: () => Readable.from([Buffer.from('a'), 'b']),
      mode: 0o400,
      bits: 0o400,
    },
  ])('upload writes $kind and sets the mode', async ({ kind, data, mode, bits }) => {
    const name = `up ${kind}`;
    const wanted = data();
    await communicator.upload(
      { data: wanted, ...(mode === undefined ? {} : { mode }) },
      peer.remote(name),
      never,
    );
    const there = await readFile(join(peer.folder, name));
    expect(there).toEqual(wanted instanceof Readable ? Buffer.from('ab') : Buffer.from(wanted));
    expect((await stat(join(peer.folder, name))).mode & 0o7777).toBe(bits);
    expect(await downloaded(name)).toEqual(there);
  });

  test('upload replaces a longer file and its mode', async () => {
    await communicator.upload({ data: 'long content', mode: 0o600 }, peer.remote('twice'), never);
    await communicator.upload({ data: 'short', mode: 0o755 }, peer.remote('twice'), never);
    expect(await readFile(join(peer.folder, 'twice'), 'utf8')).toBe('short');
    expect((await stat(join(peer.folder, 'twice'))).mode & 0o777).toBe(0o755);
  });

  test('upload and download carry 10 MB unchanged', async () => {
    const bytes = randomBytes(10_000_001);
    await communicator.upload({ data: bytes }, peer.remote('big'), never);
    expect((await readFile(join(peer.folder, 'big'))).equals(bytes)).toBe(true);
    expect((await downloaded('big')).equals(bytes)).toBe(true);
  });

  test('upload reports how far it has come', async () => {
    const context = testContext();
    const other = await ssh.connect(options(), peer.target, context);
    const data = Buffer.alloc(300_000);
    await other.upload({ data, size: data.length, label: 'x' }, peer.remote('p'), never);
    await other.close();
    expect(context.ui.reports.at(-1)).toEqual({
      label: 'x',
      done: 300_000,
      total: 300_000,
      unit: 'bytes',
    });
  });

  test('upload says so when the folder is missing', async () => {
    const data = Readable.from(['x']);
    const work = communicator.upload({ data }, peer.remote('no/such/file'), never);
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringContaining(
        `Cannot upload to ${peer.remote('no/such/file')}: no such file`,
      ),
      detail: expect.stringContaining('does not exist on the machine'),
    });
    expect(data.destroyed).toBe(true);
  });

  test('upload rejects when its source breaks', async () => {
    const data = new Readable({
      read() {
        this.destroy(new Error('the disk is gone'));
      },
    });
    await expect(communicator.upload({ data }, peer.remote('broken'), never)).rejects.toThrow();
  });

  test('download says so when there is no such file', async () => {
    const sink = new Writable();
    const work = communicator.download(peer.remote('nothing'), sink, never);
    await expect(work).rejects.toMatchObject({
      name: 'Failure',
      detail: expect.stringContaining('There is no'),
    });
    expect(sink.destroyed).toBe(true);
  });

  test.each([
    { kind: 'a folder itself', slash: '', exists: true, at: 'tree' },
    { kind: 'the contents of a folder', slash: '/', exists: true, at: '' },
    { kind: 'a folder as a new one', slash: '', exists: false, at: '' },
    { kind: 'contents as a new folder', slash: '/', exists: false, at: '' },
  ])('uploadDir puts $kind there', async ({ kind, slash, exists, at }) => {
    const tree = join(local, 'tree');
    await makeTree(tree);
    const target = `into ${kind}`;
    if (exists) await mkdir(join(peer.folder, target));
    await communicator.uploadDir(`${tree}${slash}`, peer.remote(target), never);
    expect(await listing(join(peer.folder, target, at))).toEqual(treeListing);
    await rm(tree, { recursive: true });
  });

  test('uploadDir again writes over what is there', async () => {
    const tree = join(local, 'tree');
    await makeTree(tree);
    await communicator.uploadDir(tree, peer.remote('again'), never);
    await writeFile(join(tree, 'plain'), 'changed');
    await communicator.uploadDir(`${tree}/`, peer.remote('again'), never);
    expect(await readFile(join(peer.folder, 'again', 'plain'), 'utf8')).toBe('changed');
    await rm(tree, { recursive: true });
  });

  test('uploadDir refuses links that lead in a circle', async () => {
    await mkdir(join(local, 'circle'));
    await symlink('.', join(local, 'circle', 'self'));
    const work = communicator.uploadDir(join(local, 'circle'), peer.remote('circle'), never);
    await expect(work).rejects.toThrow('A link leads back to a folder above it');
  });

  test.each([
    { kind: 'a folder itself', slash: '', at: 'far' },
    { kind: 'the contents of a folder', slash: '/', at: '' },
  ])('downloadDir brings $kind', async ({ kind, slash, at }) => {
    await makeTree(join(peer.folder, 'far'));
    const target = join(local, `from ${kind}`);
    await communicator.downloadDir(`${peer.remote('far')}${slash}`, target, never);
    expect(await listing(join(target, at))).toEqual(treeListing);
    await rm(join(peer.folder, 'far'), { recursive: true });
  });

  test('transfers stop when they are cancelled', async () => {
    const cancel = new AbortController();
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(64 * 1024));
      },
    });
    const work = communicator.upload({ data: endless }, peer.remote('endless'), cancel.signal);
    await sleep(50);
    cancel.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
    await eventually(async () => endless.destroyed);
    expect((await run('echo well')).stdout).toBe('well\n');
  });

  test('close may be called twice, and what comes after fails', async () => {
    const other = await ssh.connect(options(), peer.target, testContext());
    await other.close();
    await other.close();
    const work = other.run({ command: 'true', signal: never });
    await expect(work).rejects.toMatchObject({ name: 'Failure' });
  });
}

const treeListing = [
  '755 folder deep',
  '755 folder deep/empty folder',
  '640 file deep/läng name.txt',
  '755 folder linked',
  '600 file linked/inside',
  '644 file plain',
  '700 file run me.sh',
];

/** Modes, an empty folder, spaces, letters beyond ASCII, and a linked folder, which is followed. */
async function makeTree(root: string): Promise<void> {
  await mkdir(join(root, 'deep', 'empty folder'), { recursive: true });
  await writeFile(join(root, 'plain'), 'plain');
  await writeFile(join(root, 'run me.sh'), '#!/bin/sh\n');
  await writeFile(join(root, 'deep', 'läng name.txt'), '');
  const target = join(root, '..', 'link target');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'inside'), 'inside');
  await symlink('../link target', join(root, 'linked'));
  await chmod(target, 0o755);
  await chmod(join(target, 'inside'), 0o600);
  await chmod(join(root, 'plain'), 0o644);
  await chmod(join(root, 'run me.sh'), 0o700);
  await chmod(join(root, 'deep', 'läng name.txt'), 0o640);
  for (const folder of ['deep', 'deep/empty folder']) await chmod(join(root, folder), 0o755);
}

async function listing(root: string, prefix = ''): Promise<string[]> {
  const lines: string[] = [];
  for (const name of (await readdir(join(root, prefix))).sort()) {
    const path = join(prefix, name);
    const stats = await lstat(join(root, path));
    const mode = (stats.mode & 0o777).toString(8);
    lines.push(
      `${mode} ${stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'other'} ${path}`,
    );
    if (stats.isDirectory()) lines.push(...(await listing(root, path)));
  }
  return lines;
}

/** Asks until the answer is neither an error nor falsy; gives up after five seconds. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + 5000;
  for (;;) {
    const answer = await ask().catch((error: unknown) => {
      if (Date.now() > end) throw error;
    });
    if (answer) return answer;
    if (Date.now() > end) throw new Error('It did not come about in five seconds');
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

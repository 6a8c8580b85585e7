import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import type { Communicator } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import winrm from '../src/winrm/component.ts';
import { eventually } from './eventually.ts';
import { listing, makeTree, treeListing } from './local-tree-fixture.ts';
import { options } from './options.ts';
import type { WinrmMachine, WinrmMachineOptions } from './winrm-machine/machine.ts';
import { clixml } from './winrm-machine/powershell.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';
import { winrmWays } from './winrm-options.ts';

const never = new AbortController().signal;
const machines: WinrmMachine[] = [];
const communicators: Communicator[] = [];
let root: string;
let local: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bake-winrm-'));
  local = await mkdtemp(join(tmpdir(), 'bake-local-'));
});
afterEach(async () => {
  await Promise.all(communicators.splice(0).map((communicator) => communicator.close()));
  await Promise.all(machines.splice(0).map((machine) => machine.close()));
});
afterAll(() => Promise.all([root, local].map((folder) => rm(folder, { recursive: true }))));

async function connected(
  settings: Partial<WinrmMachineOptions> = {},
  context = testContext(),
  config = {},
): Promise<{ communicator: Communicator; machine: WinrmMachine }> {
  const machine = await startWinrmMachine({ root, ...settings });
  machines.push(machine);
  const communicator = await winrm.connect(options(config), machine, context);
  communicators.push(communicator);
  return { communicator, machine };
}

async function downloaded(communicator: Communicator, path: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  await communicator.download(path, sink, never);
  expect(sink.writableFinished).toBe(true);
  return Buffer.concat(chunks);
}

describe.each(winrmWays)('by $way:', ({ config, machine }) => {
  test('upload and download carry 5 MB unchanged', async () => {
    const { communicator } = await connected(machine, testContext(), config);
    const bytes = randomBytes(5_000_001);
    await communicator.upload({ data: bytes }, 'C:\\big', never);
    expect((await readFile(join(root, 'big'))).equals(bytes)).toBe(true);
    expect((await downloaded(communicator, 'C:\\big')).equals(bytes)).toBe(true);
  });
});

test.each([
  { kind: 'text', data: () => 'häuser\n' },
  { kind: 'bytes', data: () => new Uint8Array([0, 1, 255, 13, 10]) },
  { kind: 'nothing', data: () => '' },
  { kind: 'a stream', data: () => Readable.from([Buffer.from('a'), 'b']) },
])('upload writes $kind', async ({ kind, data }) => {
  const { communicator } = await connected();
  const wanted = data();
  await communicator.upload({ data: wanted }, `C:\\up ${kind}`, never);
  const there = await readFile(join(root, `up ${kind}`));
  expect(there).toEqual(wanted instanceof Readable ? Buffer.from('ab') : Buffer.from(wanted));
  expect(await downloaded(communicator, `C:\\up ${kind}`)).toEqual(there);
});

test.each([
  ['C:\\with space\\a b.txt', 'with space/a b.txt'],
  ['C:/with/slashes.txt', 'with/slashes.txt'],
  ['"C:\\in quotes.txt"', 'in quotes.txt'],
  ["'C:\\in quotes too.txt'", 'in quotes too.txt'],
  ['$env:TEMP\\from env.txt', 'Temp/from env.txt'],
  ["C:\\it's (100%) & $5.txt", "it's (100%) & $5.txt"],
  ['C:\\nö\u201Cquoted\u201D.txt', 'nö\u201Cquoted\u201D.txt'],
])('upload and download take the path %s', async (path, real) => {
  const { communicator } = await connected();
  await communicator.upload({ data: 'here' }, path, never);
  expect(await readFile(join(root, real), 'utf8')).toBe('here');
  expect((await downloaded(communicator, path)).toString()).toBe('here');
});

test('upload replaces what is there, and leaves nothing beside it', async () => {
  const { communicator } = await connected();
  await communicator.upload({ data: 'long content' }, 'C:\\twice\\file', never);
  await communicator.upload({ data: 'short' }, 'C:\\twice\\file', never);
  expect(await readFile(join(root, 'twice', 'file'), 'utf8')).toBe('short');
  expect(await readdir(join(root, 'twice'))).toEqual(['file']);
});

test('upload sends no more at once than the machine takes', async () => {
  const data = randomBytes(1_000_000);
  for (const [maxEnvelope, tellsConfig, limit] of [
    [150, true, 150],
    [300, true, 300],
    [150, false, 150],
  ] as const) {
    const { communicator, machine } = await connected({ maxEnvelope, tellsConfig });
    await communicator.upload({ data }, 'C:\\sized', never);
    expect((await readFile(join(root, 'sized'))).equals(data)).toBe(true);
    expect(machine.longestRequest).toBeLessThanOrEqual(limit * 1024);
    expect(machine.longestRequest).toBeGreaterThan(limit * 1024 * 0.9);
  }
});

test('upload takes few requests', async () => {
  const { communicator, machine } = await connected();
  await communicator.upload({ data: Buffer.alloc(10_000_000) }, 'C:\\ten', never);
  expect(machine.asked.filter((action) => action === 'Send').length).toBeLessThan(45);
  expect(machine.asked.filter((action) => action === 'Command').length).toBe(2);
});

test('upload reports how far it has come', async () => {
  const context = testContext();
  const { communicator } = await connected({}, context);
  const data = Buffer.alloc(300_000);
  await communicator.upload({ data, size: data.length, label: 'x' }, 'C:\\p', never);
  expect(context.ui.reports.at(-1)).toEqual({
    label: 'x',
    done: 300_000,
    total: 300_000,
    unit: 'bytes',
  });
});

test('upload to a folder says so', async () => {
  await mkdir(join(root, 'folder'), { recursive: true });
  const { communicator } = await connected();
  const data = Readable.from(['x']);
  await expect(communicator.upload({ data }, 'C:\\folder', never)).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringContaining('Cannot upload to C:\\folder: There is a folder at'),
  });
  expect(data.destroyed).toBe(true);
  const other = Readable.from(['x']);
  await expect(communicator.upload({ data: other }, 'C:\\folder\\', never)).rejects.toThrow(
    'Cannot upload to C:\\folder\\: it is a folder',
  );
  expect(other.destroyed).toBe(true);
});

test('upload rejects when its source breaks at once', async () => {
  const { communicator } = await connected();
  const data = createReadStream('/no/such/source');
  await expect(communicator.upload({ data, size: 1 }, 'C:\\early', never)).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringContaining('no such file'),
    detail: 'The problem is with a file on this side, not on the machine.',
  });
});

test('upload fails with the error of its source and leaves nothing half written', async () => {
  const { communicator } = await connected();
  const data = Readable.from(
    (function* () {
      yield Buffer.alloc(500_000);
      throw Object.assign(new Error('EIO: the disk is gone'), { syscall: 'read' });
    })(),
  );
  await expect(communicator.upload({ data }, 'C:\\broken\\file', never)).rejects.toMatchObject({
    name: 'Failure',
    message: 'Cannot upload to C:\\broken\\file: EIO: the disk is gone',
    detail: expect.stringContaining('on this side'),
  });
  expect(await readdir(join(root, 'broken'))).toEqual([]);
});

test('upload that is cancelled stops and leaves nothing half written', async () => {
  const { communicator, machine } = await connected();
  const cancel = new AbortController();
  let pieces = 0;
  const endless = new Readable({
    read() {
      pieces += 1;
      this.push(Buffer.alloc(64 * 1024));
    },
  });
  const work = communicator.upload({ data: endless }, 'C:\\endless\\file', cancel.signal);
  await eventually(async () => pieces > 20);
  cancel.abort(new Error('enough'));
  await expect(work).rejects.toThrow('enough');
  expect(endless.destroyed).toBe(true);
  expect(await readdir(join(root, 'endless'))).toEqual([]);
  await eventually(async () => machine.shells === 0);
  expect(await communicator.run({ command: 'exit 3', signal: never })).toMatchObject({
    exitCode: 3,
  });
});

test('download says so when there is no such file', async () => {
  const { communicator } = await connected();
  const sink = new Writable();
  await expect(communicator.download('C:\\nothing', sink, never)).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringContaining('Cannot download from C:\\nothing: '),
    detail: expect.stringContaining('There is no such file'),
  });
  expect(sink.destroyed).toBe(true);
});

test('transfers fail with what PowerShell says of itself', async () => {
  const powershellSays = (script: string): string | undefined =>
    script.includes('echo') ? undefined : clixml('Running scripts is disabled.');
  const { communicator } = await connected({ powershellSays });
  const reason = 'C:\\x: Running scripts is disabled.';
  await expect(communicator.upload({ data: 'x' }, 'C:\\x', never)).rejects.toThrow(reason);
  const work = communicator.downloadDir('C:\\x', join(local, 'x'), never);
  await expect(work).rejects.toThrow(reason);
});

test('download fails with the error of its sink', async () => {
  await writeFile(join(root, 'some'), Buffer.alloc(3_000_000));
  const { communicator } = await connected();
  const sink = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
  await expect(communicator.download('C:\\some', sink, never)).rejects.toThrow('disk full');
});

test.each([
  { kind: 'a folder itself', slash: '', at: 'tree' },
  { kind: 'the contents of a folder', slash: '/', at: '' },
])('uploadDir puts $kind there, and downloadDir brings it back', async ({ kind, slash, at }) => {
  const { communicator } = await connected();
  const tree = join(local, 'tree');
  await makeTree(tree);
  await communicator.uploadDir(`${tree}${slash}`, `C:\\into ${kind}`, never);
  const there = join(root, `into ${kind}`, at);
  expect(plain(await listing(there))).toEqual(plain(treeListing));
  const back = join(local, `back ${kind}`);
  await communicator.downloadDir(`C:\\into ${kind}${slash && '\\'}`, back, never);
  const brought = join(back, slash === '' ? `into ${kind}` : '');
  expect(plain(await listing(join(brought, at)))).toEqual(plain(treeListing));
  await rm(tree, { recursive: true });
});

/** Without the permission bits, which Windows has none of. */
function plain(lines: Awaited<ReturnType<typeof listing>>): unknown {
  return JSON.parse(JSON.stringify(lines).replace(/\b0?o?[0-7]{3,4} /g, ''));
}

test('uploadDir makes a folder that is empty', async () => {
  const { communicator } = await connected();
  await mkdir(join(local, 'empty'));
  await communicator.uploadDir(join(local, 'empty'), 'C:\\for empty', never);
  expect((await stat(join(root, 'for empty', 'empty'))).isDirectory()).toBe(true);
});

test('uploadDir says so when there is no such folder here', async () => {
  const { communicator } = await connected();
  await expect(communicator.uploadDir(join(local, 'no'), 'C:\\x', never)).rejects.toMatchObject({
    name: 'Failure',
    detail: expect.stringContaining('on this side'),
  });
});

test('downloadDir says so when there is no such folder', async () => {
  const { communicator } = await connected();
  const work = communicator.downloadDir('C:\\nowhere', join(local, 'nowhere'), never);
  await expect(work).rejects.toMatchObject({
    name: 'Failure',
    detail: expect.stringContaining('There is no such file or folder on the machine'),
  });
});

describe('output that is not what was asked for:', () => {
  const named = (name: string): string => `f${Buffer.from(name).toString('base64')}`;
  const nothing = '=E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855';
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['damaged content', [named('a'), '+eA==', nothing, '.'], 'it was damaged on the way'],
    ['no end', [named('a'), nothing], 'it ended too early'],
    ['something else', ['Access denied'], 'there was something else in its output'],
  ];
  const outside: readonly (readonly [string, readonly string[], string])[] = [
    ...['..\\a', 'a\\..\\..\\b', '../a', 'C:\\a', 'C:a', '\\a', '\\\\host\\a', ''].map(
      (name) => [`the name "${name}"`, [named(name)], 'a name that leads out'] as const,
    ),
    ['content without a file', ['+eA=='], 'its content came before its name'],
  ];

  /** A communicator to a machine whose PowerShell says this from now on. */
  async function to(lines: readonly string[]): Promise<Communicator> {
    const powershellSays = (script: string): string | undefined =>
      script.includes('echo') ? undefined : lines.join('\r\n');
    return (await connected({ powershellSays })).communicator;
  }

  test.each(cases)('download fails on %s', async (_, lines, message) => {
    const communicator = await to(lines);
    const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
    await expect(communicator.download('C:\\x', sink, never)).rejects.toThrow(message);
    expect(sink.destroyed).toBe(true);
  });

  test.each([...cases, ...outside])('downloadDir fails on %s', async (_, lines, message) => {
    const communicator = await to(lines);
    const target = join(local, 'tricked', 'deep');
    await expect(communicator.downloadDir('C:\\x\\', target, never)).rejects.toThrow(message);
    const files = await readdir(join(local, 'tricked'), { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(
      lines.includes(nothing) && !lines.includes('.') ? ['a'] : [],
    );
    await rm(join(local, 'tricked'), { recursive: true });
  });
});

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandResult, Communicator } from '@bake/plugin-sdk';
import { testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import winrm from '../src/winrm/component.ts';
import { eventually } from './eventually.ts';
import { options } from './options.ts';
import type { Trouble, WinrmMachine, WinrmMachineOptions } from './winrm-machine/machine.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';

const never = new AbortController().signal;
const lost = { exitCode: undefined, disconnected: true };
let root: string;
let machine: WinrmMachine;
let communicator: Communicator;
/** What happens to requests from now on. */
let trouble: NonNullable<WinrmMachineOptions['trouble']>;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'bake-link-'));
  trouble = () => undefined;
  machine = await start();
  communicator = await winrm.connect(options({ winrm_use_ntlm: true }), machine, testContext());
});
afterEach(async () => {
  await communicator.close();
  await machine.close();
  await rm(root, { recursive: true });
});

function start(port = 0): Promise<WinrmMachine> {
  return startWinrmMachine({
    root,
    port,
    longestWait: 200,
    trouble: (...asked) => trouble(...asked),
  });
}

/** Meets this trouble once, at the next request of a kind. */
function meet(kind: string, what: Trouble): void {
  let isMet = false;
  trouble = (action) => {
    if (isMet || action !== kind) return undefined;
    isMet = true;
    return what;
  };
}

function run(command: string): Promise<CommandResult> {
  return communicator.run({ command, signal: never });
}

test.each([
  { kind: 'power', reboot: true },
  { kind: 'the connection', reboot: false },
])(
  'run tells a loss of $kind from a failed command, and the next one connects again',
  async ({ reboot }) => {
    const work = run('touch runs; exec sleep 60');
    await eventually(async () => (await readdir(root)).includes('runs'));
    machine.dropConnections({ reboot });
    expect(await work).toEqual(lost);
    expect((await run('exit 2')).exitCode).toBe(2);
    await eventually(async () => machine.shells === 0);
  },
);

test.each<[Trouble, string]>([
  ['drop', 'Command'],
  ['drop', 'Receive'],
  ['cut', 'Receive'],
  ['abort', 'Receive'],
])('run is disconnected when it meets %s at %s', async (what, at) => {
  meet(at, what);
  expect(await run('sleep 1')).toEqual(lost);
  await eventually(async () => machine.shells === 0);
});

test('run finds its shell gone after a reboot that it slept through', async () => {
  const work = run('touch runs; exec sleep 60');
  await eventually(async () => (await readdir(root)).includes('runs'));
  // The service stopped and started between two requests.
  meet('Receive', 'abort');
  expect(await work).toEqual(lost);
});

test.each<[Trouble, string, string]>([
  ['garbage', 'Receive', 'Lost the WinRM connection: HTTP status 200 with no XML'],
  ['no soap', 'Command', 'Lost the WinRM connection: its XML is no SOAP'],
  ['unsealed', 'Receive', 'Lost the WinRM connection: it is not sealed as the request was'],
  ['deny', 'Command', 'The machine refused: Access is denied.'],
  ['deny', 'Create', 'The machine refused: Access is denied.'],
])('run fails when it meets %s at %s, and leaves no shell', async (what, at, says) => {
  meet(at, what);
  await expect(run('sleep 1')).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringContaining(says),
  });
  await eventually(async () => machine.shells === 0);
});

test('run asks again on a new connection when the kept one is dead', async () => {
  const before = machine.connections;
  meet('Create', 'drop');
  expect((await run('exit 4')).exitCode).toBe(4);
  expect(machine.connections).toBeGreaterThan(before);
});

test('run fails when the new connection is dead, too', async () => {
  trouble = (action) => (action === 'Create' ? 'drop' : undefined);
  await expect(run('true')).rejects.toMatchObject({
    name: 'Failure',
    message: 'Lost the WinRM connection: the machine hung up',
  });
});

test('run logs in again when a login has ended', async () => {
  await run('true');
  const before = machine.connections;
  meet('Create', 'refuse');
  expect((await run('exit 4')).exitCode).toBe(4);
  expect(machine.connections).toBeGreaterThan(before);
});

test('run fails when it is not let in any more', async () => {
  trouble = () => 'refuse';
  await expect(run('true')).rejects.toMatchObject({
    name: 'Failure',
    message: 'Lost the WinRM connection: it does not take the user and password',
    detail: expect.stringContaining('"winrm_password"'),
  });
});

test('run fails at once when the machine is gone, and works when it is back', async () => {
  const { port } = machine;
  await machine.close();
  await expect(run('true')).rejects.toMatchObject({
    name: 'Failure',
    message: 'Lost the WinRM connection: connection refused',
  });
  machine = await start(port);
  expect((await run('exit 5')).exitCode).toBe(5);
});

test('upload fails when the connection is lost on the way, and works again after it', async () => {
  const endless = new Readable({
    read() {
      this.push(Buffer.alloc(64 * 1024));
    },
  });
  const work = communicator.upload({ data: endless }, 'C:\\endless', never);
  await eventually(async () => machine.asked.filter((action) => action === 'Send').length > 2);
  machine.dropConnections({ reboot: true });
  await expect(work).rejects.toMatchObject({
    name: 'Failure',
    message: 'Cannot upload to C:\\endless: lost the connection',
  });
  await communicator.upload({ data: 'again' }, 'C:\\file', never);
  expect(await readFile(join(root, 'file'), 'utf8')).toBe('again');
});

test('requests use the connections that are there', async () => {
  const before = machine.connections;
  for (let n = 0; n < 5; n += 1) await run('true');
  expect(machine.connections).toBe(before);
});

test('close leaves nothing that keeps this process alive', async () => {
  await communicator.close();
  await machine.close();
  const before = resources();
  const fresh = await startWinrmMachine({ root });
  const other = await winrm.connect(options(), fresh, testContext());
  const work = other.run({ command: 'sleep 60', signal: AbortSignal.timeout(300) });
  await expect(work).rejects.toThrow();
  await other.close();
  expect(fresh.shells).toBe(0);
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

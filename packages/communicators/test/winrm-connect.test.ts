import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommunicatorConfig, ConnectTarget } from '@bake/plugin-sdk';
import { complaintsOf, type TestContext, testContext } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import winrm from '../src/winrm/component.ts';
import { eventually } from './eventually.ts';
import { options } from './options.ts';
import type { Trouble, WinrmMachine, WinrmMachineOptions } from './winrm-machine/machine.ts';
import { startWinrmMachine } from './winrm-machine/start.ts';
import { winrmWays } from './winrm-options.ts';

let root: string;
const machines: WinrmMachine[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'bake-winrm-'));
});
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.close()));
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rm(root, { recursive: true }));

async function machine(settings: Partial<WinrmMachineOptions> = {}): Promise<WinrmMachine> {
  const started = await startWinrmMachine({ root, ...settings });
  machines.push(started);
  return started;
}

/** Connects and hangs up. */
async function connect(
  config: Partial<CommunicatorConfig>,
  target: ConnectTarget,
  context: TestContext = testContext(),
): Promise<void> {
  await (await winrm.connect(options(config), target, context)).close();
}

/** Tries in vain, and gives the failure. */
async function failure(
  config: Partial<CommunicatorConfig>,
  target: ConnectTarget,
  context?: TestContext,
): Promise<{ message: string; detail: string }> {
  const work = connect({ winrm_timeout: 1000, ...config }, target, context);
  return work.then(
    () => Promise.reject(new Error('it has connected')),
    (error) => error as { message: string; detail: string },
  );
}

describe.each(winrmWays)('by $way:', ({ config, machine: settings }) => {
  test('winrm connects, says so and leaves no shell', async () => {
    const context = testContext();
    const started = await machine(settings);
    await connect(config, started, context);
    expect(context.ui.said).toEqual([
      'Using WinRM communicator to connect: 127.0.0.1',
      'Waiting for WinRM to become available...',
      'Connected to WinRM!',
    ]);
    expect(started.shells).toBe(0);
  });

  test('winrm is not let in with a wrong password, which is not shown', async () => {
    const { host, port, username } = await machine(settings);
    const context = testContext();
    const target = { host, port, username, password: 'wrong-secret' };
    const failed = await failure(config, target, context);
    expect(failed.message).toBe('Timeout waiting for WinRM');
    expect(failed.detail).toContain('was not let in: it does not take the user and password');
    expect(failed.detail).toContain('"winrm_password"');
    expect(JSON.stringify([failed, failed.detail, context.ui])).not.toContain('wrong-secret');
  });
});

test('winrm takes the template for what the builder does not say', async () => {
  const { host, port, username, password } = await machine();
  const config = {
    winrm_host: host,
    winrm_port: port,
    winrm_username: username,
    winrm_password: password,
  };
  await connect(config, {});
  const wrong = {
    winrm_host: '192.0.2.1',
    winrm_port: 1,
    winrm_username: 'x',
    winrm_password: 'x',
  };
  await connect(wrong, { host, port, username, password });
});

test('winrm logs in as a user of a domain', async () => {
  const { host, port, username, password } = await machine({ logins: ['ntlm'] });
  const target = { host, port, username: `CORP\\${username}`, password };
  await connect({ winrm_use_ntlm: true }, target);
});

test('winrm binds the login to TLS', async () => {
  const started = await machine({ tls: true, logins: ['ntlm'] });
  const config = { winrm_use_ssl: true, winrm_insecure: true, winrm_use_ntlm: true };
  await connect(config, started);
  expect(started.isBound).toBe(true);
});

test('winrm seals for a machine that does not tell the time', async () => {
  const started = await machine({ tellsTime: false, allowsUnencrypted: false });
  await connect({ winrm_use_ntlm: true }, started);
});

test.each<[string, Partial<CommunicatorConfig>, Partial<WinrmMachineOptions>, string]>([
  ['only NTLM', {}, { logins: ['ntlm'] }, 'it does not take Basic but Negotiate'],
  [
    'only Basic',
    { winrm_use_ntlm: true },
    { logins: ['basic'] },
    'it does not take NTLM but Basic',
  ],
  [
    'a certificate that is not trusted',
    { winrm_use_ssl: true },
    { tls: true },
    'TLS failed: self-signed certificate',
  ],
  ['no TLS', { winrm_use_ssl: true, winrm_insecure: true }, {}, 'was connected, but TLS failed'],
  ['TLS', {}, { tls: true }, 'was connected, but lost the connection: the machine hung up'],
])('winrm says what is wrong with a machine that has %s', async (_, config, settings, says) => {
  expect((await failure(config, await machine(settings))).detail).toContain(says);
});

test.each<[Trouble, string, string]>([
  ['drop', 'Create', 'lost the connection: the machine hung up'],
  ['cut', 'Create', 'lost the connection: it broke off in an answer'],
  ['garbage', 'Create', "an answer that is not WinRM's: HTTP status 200 with no XML"],
  ['no soap', 'Create', "an answer that is not WinRM's: its XML is no SOAP"],
  ['no http', 'Create', "an answer that is not WinRM's: it is no HTTP"],
  ['endless', 'Create', "an answer that is not WinRM's: it does not end"],
  ['status 503', 'Create', "an answer that is not WinRM's: HTTP status 503"],
  ['refuse', 'Create', 'was not let in: it does not take the user and password'],
  ['deny', 'Create', 'was let in, but got no shell: Access is denied.'],
  ['abort', 'Create', 'was let in, but got no shell: The I/O operation has been aborted'],
  ['hang', 'Create', 'there was no answer yet'],
  ['drop', 'Command', 'PowerShell did not answer in it: the connection was lost'],
  ['deny', 'Command', 'PowerShell did not answer in it: The machine refused: Access is denied.'],
  ['garbage', 'Receive', 'PowerShell did not answer in it: Lost the WinRM connection: HTTP status'],
  ['drop', 'Delete', 'lost the connection: the machine hung up'],
])('winrm says what is wrong when it meets %s at %s', async (trouble, at, says) => {
  const started = await machine({ trouble: (action) => (action === at ? trouble : undefined) });
  const failed = await failure({}, started);
  expect(failed.message).toBe('Timeout waiting for WinRM');
  expect(failed.detail).toContain(says);
});

test('winrm says that PowerShell says something else', async () => {
  const started = await machine({ powershellSays: () => 'Setup is running.' });
  const failed = await failure({}, started);
  expect(failed.detail).toContain('PowerShell did not answer in it: it said "Setup is running."');
});

test('winrm does not believe an answer without a seal', async () => {
  const started = await machine({ trouble: () => 'unsealed', allowsUnencrypted: false });
  const failed = await failure({ winrm_use_ntlm: true }, started);
  expect(failed.detail).toContain('it is not sealed as the request was');
});

test('winrm says that nothing listens, and tells how it goes on the way', async () => {
  const { host, port, username, password } = await machine();
  await machines.pop()?.close();
  const context = testContext();
  const target = { host, port, username, password };
  const failed = await failure({ winrm_timeout: 2500 }, target, context);
  expect(failed.detail).toMatch(
    /^bake gave up after \d tries in 2\.\d seconds\. The last one got no connection: connection refused\./,
  );
  expect(context.ui.said.at(-1)).toMatch(
    /^Still waiting for WinRM after 1\.\d seconds: the last try got no connection: connection refused$/,
  );
});

test('winrm says that there is no such name', async () => {
  const failed = await failure({}, { host: 'no-such-machine.invalid', username: 'u' });
  expect(failed.detail).toContain('could not look up the address of the machine');
});

test('winrm says that it needs an address', async () => {
  await expect(connect({}, {})).rejects.toThrow('There is no address to connect to');
});

test('winrm waits for a machine that is not up yet, and for PowerShell', async () => {
  const first = await machine();
  const { port } = first;
  await machines.pop()?.close();
  const work = connect({}, first);
  await sleep(300);
  let greetings = 0;
  const trouble = (action: string): Trouble | undefined => {
    if (action !== 'Command') return undefined;
    greetings += 1;
    return greetings < 3 ? 'deny' : undefined;
  };
  await machine({ port, trouble });
  await work;
  expect(greetings).toBe(3);
});

test('winrm stops waiting at once when it is cancelled', async () => {
  const silent = createServer((socket) => void socket.resume());
  servers.push(silent);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const context = testContext({ signal: cancel.signal });
  const work = connect({}, { host: '127.0.0.1', port, username: 'u', password: 'p' }, context);
  const connections = (): Promise<number> =>
    new Promise((resolve) => silent.getConnections((_, count) => resolve(count)));
  await eventually(async () => (await connections()) === 1);
  cancel.abort(reason);
  await expect(work).rejects.toBe(reason);
  await eventually(async () => (await connections()) === 0);
});

test('winrm connects again after pause_before_connecting', async () => {
  const started = await machine();
  const context = testContext();
  await connect({ pause_before_connecting: 100 }, started, context);
  expect(context.ui.said[2]).toBe('Pausing 0.1 seconds before connecting again...');
  expect(started.asked.filter((action) => action === 'Create').length).toBe(4);
});

test.each<[Partial<CommunicatorConfig>, string[]]>([
  [{ winrm_username: 'u' }, []],
  [{}, ['winrm_username: Missing winrm_username']],
  [{ winrm_username: 'u', winrm_port: 70_000 }, ['winrm_port: Invalid winrm_port']],
  [{ winrm_username: 'u', winrm_port: 1.5 }, ['winrm_port: Invalid winrm_port']],
  [
    { winrm_username: 'u', winrm_insecure: true },
    ['winrm_insecure: "winrm_insecure" has no effect without "winrm_use_ssl"'],
  ],
  [{ winrm_username: 'u', winrm_insecure: true, winrm_use_ssl: true }, []],
])('winrm checks %j and complains %j', async (given, want) => {
  expect(await complaintsOf((complain) => winrm.check?.(options(given), complain))).toEqual(want);
});

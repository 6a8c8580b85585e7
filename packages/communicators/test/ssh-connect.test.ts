import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommunicatorConfig, ConnectTarget } from '@bake/plugin-sdk';
import {
  type SshMachine,
  type SshMachineOptions,
  startSshMachine,
  type TestContext,
  testContext,
} from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { withAgent, withSocket } from './agent.ts';
import { options } from './options.ts';

jest.setTimeout(60_000);

const never = new AbortController().signal;
let folder: string;
const machines: SshMachine[] = [];
const servers: Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-connect-'));
});
afterEach(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.close()));
  for (const server of servers.splice(0)) server.close();
});
afterAll(() => rm(folder, { recursive: true }));

async function machine(more: Partial<SshMachineOptions> = {}): Promise<SshMachine> {
  const started = await startSshMachine({ root: folder, ...more });
  machines.push(started);
  return started;
}

/** A server that is no SSH server; gives its port. */
async function server(onSocket: (socket: Socket) => void): Promise<number> {
  const started = createServer((socket) => {
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  servers.push(started);
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return (started.address() as AddressInfo).port;
}

/** Connects, runs a command, and gives its exit code. */
async function connectAndRun(
  config: Partial<CommunicatorConfig>,
  target: ConnectTarget,
  context: TestContext = testContext(),
): Promise<number | undefined> {
  const communicator = await ssh.connect(options(config), target, context);
  try {
    return (await communicator.run({ command: 'exit 5', signal: never })).exitCode;
  } finally {
    await communicator.close();
  }
}

test.each([
  { logins: ['password'] as const },
  { logins: ['keyboard-interactive'] as const },
  { logins: ['publickey', 'password'] as const },
])('ssh logs in by password where the server takes $logins', async ({ logins }) => {
  const { host, port, username, password } = await machine({ logins, password: 'häß lich' });
  const config = { ssh_host: host, ssh_port: port, ssh_username: username, ssh_password: password };
  expect(await connectAndRun(config, {})).toBe(5);
});

test('ssh logs in with a key file', async () => {
  const { host, port, username, privateKey } = await machine({ logins: ['publickey'] });
  const file = join(folder, 'key');
  await writeFile(file, privateKey);
  const config = { ssh_username: username, ssh_private_key_file: file, ssh_password: 'not asked' };
  expect(await connectAndRun(config, { host, port })).toBe(5);
});

test('ssh logs in with a key that is given byte by byte', async () => {
  const { host, port, username, privateKey } = await machine({ logins: ['publickey'] });
  const config = { ssh_username: username, ssh_private_key: [...Buffer.from(privateKey)] };
  expect(await connectAndRun(config, { host, port })).toBe(5);
});

test('check looks at a key that is given byte by byte', async () => {
  expect(await complaints({ ssh_username: 'u', ssh_private_key: [1, 2, 3] })).toEqual([
    { option: 'ssh_private_key', summary: 'Cannot parse the SSH private key' },
  ]);
});

test('ssh logs in with the keys of an agent', async () => {
  const { host, port, username, privateKey } = await machine({ logins: ['publickey'] });
  const work = () => connectAndRun({ ssh_agent_auth: true }, { host, port, username });
  expect(await withAgent(privateKey, work)).toBe(5);
});

test.each([
  { how: 'forwards it', agentForwarding: true },
  { how: 'refuses to forward it', agentForwarding: false },
])('ssh runs commands when there is an agent and the server $how', async ({ agentForwarding }) => {
  const { host, port, username, privateKey } = await machine({ agentForwarding });
  const work = () => connectAndRun({}, { host, port, username, privateKey });
  expect(await withAgent(privateKey, work)).toBe(5);
});

test('ssh goes on to the password when the agent is dead', async () => {
  const { host, port, username, password } = await machine();
  const target = { host, port, username, password };
  const work = () => connectAndRun({ ssh_agent_auth: true }, target);
  expect(await withSocket(join(folder, 'nobody-listens'), work)).toBe(5);
});

test('ssh says that there is no agent', async () => {
  const { host, port, username } = await machine();
  const work = () => connectAndRun({ ssh_agent_auth: true }, { host, port, username });
  await expect(withSocket(undefined, work)).rejects.toThrow('There is no SSH agent');
});

test('ssh takes what the builder says before what the template says', async () => {
  const { host, port, username, password } = await machine();
  const config = { ssh_host: '192.0.2.1', ssh_port: 1, ssh_username: 'x', ssh_password: 'x' };
  expect(await connectAndRun(config, { host, port, username, password })).toBe(5);
});

test('ssh tells how it goes', async () => {
  const { host, port, username, privateKey } = await machine();
  const context = testContext();
  await connectAndRun({}, { host, port, username, privateKey }, context);
  expect(context.ui.said).toEqual([
    'Using SSH communicator to connect: 127.0.0.1',
    'Waiting for SSH to become available...',
    'Connected to SSH!',
  ]);
});

test('ssh connects once more after pause_before_connecting', async () => {
  const started = await machine();
  const { host, port, username, privateKey } = started;
  const start = Date.now();
  await connectAndRun({ pause_before_connecting: 300 }, { host, port, username, privateKey });
  expect(started.connections).toBe(2);
  expect(Date.now() - start).toBeGreaterThanOrEqual(300);
});

test('ssh waits for a machine that is not up yet', async () => {
  const { host, port, username, privateKey } = await machine();
  const before = await server(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const work = connectAndRun({}, { host, port: before, username, privateKey });
  await sleep(300);
  const forwarder = createServer((socket) => socket.pipe(connect(port, host)).pipe(socket));
  servers.push(forwarder);
  forwarder.listen(before, host);
  expect(await work).toBe(5);
});

test.each([
  {
    what: 'no one listens',
    listen: async () => {
      const port = await server(() => undefined);
      await new Promise((resolve) => servers.pop()?.close(resolve));
      return port;
    },
    detail: 'got no connection: connection refused',
  },
  {
    what: 'the server says nothing',
    listen: () => server((socket) => socket.resume()),
    detail: 'the SSH key exchange failed: there was no answer yet when the time was up',
  },
  {
    what: 'the server hangs up',
    listen: () => server((socket) => socket.destroy()),
    detail: 'the SSH key exchange failed',
  },
  {
    what: 'the server hangs up and then says nothing',
    listen: () => {
      let connections = 0;
      return server((socket) => {
        connections += 1;
        if (connections === 1) socket.destroy();
        else socket.resume();
      });
    },
    detail: 'The last one that came to an end was connected, but',
  },
  {
    what: 'it is no SSH server',
    listen: () => server((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    detail: 'the SSH key exchange failed',
  },
])('ssh says after ssh_timeout how far it came when $what', async ({ listen, detail }) => {
  const target = { host: '127.0.0.1', port: await listen(), username: 'x', password: 'y' };
  await expect(connectAndRun({ ssh_timeout: 2000 }, target)).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringMatching(/^Timeout waiting for SSH after \d+\.\d seconds$/),
    detail: expect.stringContaining(detail),
  });
});

test('ssh takes ssh_wait_timeout, the old name, before ssh_timeout', async () => {
  const port = await server((socket) => socket.destroy());
  const target = { host: '127.0.0.1', port, username: 'x', password: 'y' };
  const work = connectAndRun({ ssh_wait_timeout: 1000, ssh_timeout: 0 }, target);
  await expect(work).rejects.toThrow('Timeout waiting for SSH');
});

test('ssh says that a host does not exist', async () => {
  const target = { host: 'no-such-host.invalid', port: 22, username: 'x', password: 'y' };
  await expect(connectAndRun({ ssh_timeout: 2000 }, target)).rejects.toMatchObject({
    name: 'Failure',
    detail: expect.stringMatching(/could not look up|no answer yet/),
  });
});

test('ssh says once how far it comes while it waits, and again when that changes', async () => {
  const { host, port, username } = await machine();
  const before = await server(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const context = testContext();
  const work = connectAndRun({ ssh_timeout: 4500 }, { host, port: before, username }, context);
  // Handled further down; until then it must not count as unhandled.
  work.catch(() => undefined);
  await sleep(1800);
  const forwarder = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(connect(port, host)).pipe(socket);
  });
  servers.push(forwarder);
  forwarder.listen(before, host);
  await expect(work).rejects.toThrow('Timeout waiting for SSH');
  expect(context.ui.said.slice(2)).toEqual([
    expect.stringMatching(
      /^Still waiting for SSH after [12]\.\d seconds: the last try got no connection: connection refused$/,
    ),
    expect.stringMatching(
      /^Still waiting for SSH after [345]\.\d seconds: the last try reached the SSH server, but was not let in/,
    ),
  ]);
}, 10_000);

test('ssh gives up after ssh_handshake_attempts refused logins', async () => {
  const started = await machine();
  const { host, port, username } = started;
  const target = { host, port, username, password: 'wrong' };
  await expect(connectAndRun({ ssh_handshake_attempts: 2 }, target)).rejects.toMatchObject({
    name: 'Failure',
    message: 'SSH authentication failed',
    detail: expect.stringMatching(
      /^bake gave up after 2 tries in \d\.\d seconds\. The last one reached/,
    ),
  });
  expect(started.connections).toBe(2);
  expect(started.refusals).toBe(2);
});

test('ssh stops at once when it is cancelled while it waits', async () => {
  const port = await server((socket) => socket.resume());
  const cancel = new AbortController();
  const reason = new Error('cancelled');
  const target = { host: '127.0.0.1', port, username: 'x', password: 'y' };
  const work = connectAndRun({}, target, testContext({ signal: cancel.signal }));
  await sleep(100);
  cancel.abort(reason);
  await expect(work).rejects.toBe(reason);
});

test('ssh offers the ciphers and key exchanges of the template, unknown ones left out', async () => {
  const { host, port, username, privateKey } = await machine();
  const config = {
    ssh_ciphers: ['no-such-cipher', 'aes256-ctr'],
    ssh_key_exchange_algorithms: ['ecdh-sha2-nistp384', 'no-such-exchange'],
  };
  expect(await connectAndRun(config, { host, port, username, privateKey })).toBe(5);
});

test('ssh fails when it knows none of the ciphers', async () => {
  const work = connectAndRun({ ssh_ciphers: ['rot13'] }, { host: 'h', username: 'u' });
  await expect(work).rejects.toThrow('None of the algorithms in ssh_ciphers is supported');
});

test.each([
  { set: { ssh_username: 'u' }, missing: 'ssh_host' },
  { set: { ssh_host: 'h' }, missing: 'ssh_username' },
])('ssh says that $missing is missing', async ({ set, missing }) => {
  await expect(connectAndRun(set, {})).rejects.toThrow(`Missing ${missing}`);
});

interface Complained {
  readonly option: string | undefined;
  readonly summary: string;
}

async function complaints(set: Partial<CommunicatorConfig>): Promise<Complained[]> {
  const found: Complained[] = [];
  await ssh.check?.(options(set), (option, { summary }) => found.push({ option, summary }));
  return found;
}

test('check is content with a user', async () => {
  expect(await complaints({ ssh_username: 'root' })).toEqual([]);
});

test('check wants a user, a possible port and a possible number of attempts', async () => {
  expect(await complaints({ ssh_port: 70_000, ssh_handshake_attempts: -1 })).toEqual([
    { option: 'ssh_username', summary: 'Missing ssh_username' },
    { option: 'ssh_port', summary: 'Invalid ssh_port' },
    { option: 'ssh_handshake_attempts', summary: 'Invalid ssh_handshake_attempts' },
  ]);
});

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = (
  type: 'pkcs1' | 'pkcs8',
  more: { cipher?: string; passphrase?: string } = {},
): string => rsa.privateKey.export({ type, format: 'pem', ...more } as never).toString();

test.each([
  {
    what: 'both a bastion and a proxy',
    set: { ssh_bastion_host: 'b', ssh_bastion_password: 'x', ssh_proxy_host: 'p' },
    options: ['ssh_proxy_host'],
  },
  {
    what: 'a bastion without a login',
    set: { ssh_bastion_host: 'b', ssh_password: 'x' },
    options: ['ssh_bastion_host'],
  },
  {
    what: 'tunnels that are none',
    set: { ssh_local_tunnels: ['80'], ssh_remote_tunnels: ['1:[::1]:2', '70000:h:1'] },
    options: ['ssh_local_tunnels', 'ssh_remote_tunnels'],
  },
  {
    what: 'a fingerprint that is none',
    set: { ssh_host_key_fingerprint: 'MD5:00' },
    options: ['ssh_host_key_fingerprint'],
  },
])('check complains of $what', async ({ set, options }) => {
  const found = await complaints({ ssh_username: 'u', ...set });
  expect(found.map(({ option }) => option)).toEqual(options);
});

test.each([
  { kind: 'PKCS#1', content: () => pem('pkcs1'), summary: undefined },
  { kind: 'PKCS#8', content: () => pem('pkcs8'), summary: undefined },
  {
    kind: 'encrypted PKCS#1',
    content: () => pem('pkcs1', { cipher: 'aes-128-cbc', passphrase: 'x' }),
    summary: 'The SSH private key is encrypted',
  },
  {
    kind: 'encrypted PKCS#8',
    content: () => pem('pkcs8', { cipher: 'aes-128-cbc', passphrase: 'x' }),
    summary: 'The SSH private key is encrypted',
  },
  { kind: 'encrypted OpenSSH', content: opensshKey, summary: 'The SSH private key is encrypted' },
  { kind: 'foreign', content: () => 'hello', summary: 'Cannot parse the SSH private key' },
  {
    kind: 'public',
    content: () =>
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ7fz6bRkIYHWQmh0JYFRJYS0PUJlIkTkjFw3T6vVWZp x',
    summary: 'The SSH private key file holds a public key',
  },
])('check reads key files: $kind', async ({ content, summary }) => {
  const file = join(folder, 'checked');
  await writeFile(file, content());
  const found = await complaints({ ssh_username: 'u', ssh_private_key_file: file });
  expect(found).toEqual(summary === undefined ? [] : [{ option: 'ssh_private_key_file', summary }]);
});

test('check says that a key file is missing, with ~ made out', async () => {
  const found = await complaints({ ssh_username: 'u', ssh_private_key_file: '~/no/such/key' });
  expect(found).toEqual([
    { option: 'ssh_private_key_file', summary: 'Cannot read the SSH private key file' },
  ]);
});

function opensshKey(): string {
  const file = join(folder, 'encrypted');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', file]);
  return execFileSync('cat', [file]).toString();
}

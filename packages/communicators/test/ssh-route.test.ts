import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { CommunicatorConfig } from '@bake/plugin-sdk';
import { freePort } from '@bake/plugin-sdk';
import { type Sshd, startSshd, testContext, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import ssh from '../src/ssh/component.ts';
import { withAgent } from './agent.ts';
import { eventually } from './eventually.ts';
import { options } from './options.ts';
import { type SocksServer, startSocks } from './socks-server.ts';

jest.setTimeout(60_000);

const reason = whyNoSshd();
const never = new AbortController().signal;
let folder: string;
let peer: Sshd;
let bastion: Sshd;
let bastionKey: string;
const proxies: SocksServer[] = [];

if (reason === undefined) registerTests();
else test.skip(`routes over OpenSSH: ${reason}`, () => undefined);

async function run(set: Partial<CommunicatorConfig>, host = '127.0.0.1', command = 'exit 5') {
  const config = options({ ssh_timeout: 3000, ssh_handshake_attempts: 2, ...set });
  const communicator = await ssh.connect(config, { ...peer.target, host }, testContext());
  try {
    return (await communicator.run({ command, signal: never })).exitCode;
  } finally {
    await communicator.close();
  }
}

async function proxy(...how: Parameters<typeof startSocks>): Promise<SocksServer> {
  const started = await startSocks(...how);
  proxies.push(started);
  return started;
}

/** Says hello to whoever connects, after they have said all. */
async function greeter(): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const said: Buffer[] = [];
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => said.push(chunk));
    socket.once('end', () => socket.end(`hello ${Buffer.concat(said)}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

function registerTests(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-route-'));
    peer = await startSshd();
    bastion = await startSshd();
    bastionKey = join(folder, 'bastion-key');
    await writeFile(bastionKey, bastion.target.privateKey ?? '');
  });
  afterAll(async () => {
    for (const started of proxies) started.stop();
    await Promise.all([peer.stop(), bastion.stop()]);
    await rm(folder, { recursive: true });
  });

  const through = (set: Partial<CommunicatorConfig> = {}): Partial<CommunicatorConfig> => ({
    ssh_bastion_host: '127.0.0.1',
    ssh_bastion_port: bastion.target.port,
    ssh_bastion_private_key_file: bastionKey,
    ...set,
  });

  test('ssh goes through a bastion with a key of its own', async () => {
    const command = `test "$(echo $SSH_CONNECTION | cut -d' ' -f2)" != "" && exit 5`;
    expect(await run(through(), '127.0.0.1', command)).toBe(5);
  });

  test('ssh goes through a bastion with the agent', async () => {
    const set = through({ ssh_bastion_private_key_file: '', ssh_bastion_agent_auth: true });
    expect(await withAgent(bastion.target.privateKey ?? '', () => run(set))).toBe(5);
  });

  test('ssh leaves nothing at the bastion when it closes', async () => {
    await run(through());
    await eventually(async () => bastion.sessions() === 0);
  });

  test.each([
    {
      what: 'the bastion does not let it in',
      set: () => ({ ssh_bastion_private_key_file: '', ssh_bastion_password: 'wrong' }),
      detail: 'The last one did not get past the bastion, but reached the SSH server, but was not',
    },
    {
      what: 'the bastion does not know ssh_bastion_username',
      set: () => ({ ssh_bastion_username: 'nobody-of-this-name' }),
      detail: 'The last one did not get past the bastion, but reached the SSH server, but was not',
    },
    {
      what: 'the bastion is not there',
      set: async () => ({ ssh_bastion_port: await freePort() }),
      detail: 'did not get past the bastion, but got no connection: connection refused',
    },
  ])('ssh says that $what', async ({ set, detail }) => {
    const work = run(through(await set()));
    await expect(work).rejects.toMatchObject({ detail: expect.stringContaining(detail) });
  });

  test('ssh says that the bastion does not get through to the machine', async () => {
    const { server, port } = await greeter();
    await new Promise((resolve) => server.close(resolve));
    const config = options({ ssh_timeout: 3000, ...through() });
    const work = ssh.connect(config, { ...peer.target, port }, testContext());
    await expect(work).rejects.toMatchObject({
      detail: expect.stringContaining(`the bastion does not get through to 127.0.0.1 port ${port}`),
    });
  });

  test.each([
    { host: '127.0.0.1', login: undefined },
    { host: 'localhost', login: { username: 'me', password: 'öffne dich' } },
  ])('ssh goes to $host through a SOCKS5 proxy', async ({ host, login }) => {
    const { port, asked } = await proxy(login);
    const set = {
      ssh_proxy_host: '127.0.0.1',
      ssh_proxy_port: port,
      ...(login && { ssh_proxy_username: login.username, ssh_proxy_password: login.password }),
    };
    expect(await run(set, host)).toBe(5);
    expect(asked).toEqual([`${host}:${peer.target.port}`]);
  });

  test.each([
    {
      what: 'takes another login',
      start: () => proxy({ username: 'me', password: 'x' }),
      detail: 'it does not take the user and password',
    },
    {
      what: 'refuses',
      start: () => proxy(undefined, 2),
      detail: 'it does not connect to 127.0.0.1: its rules do not allow it',
    },
    {
      what: 'is an SSH server',
      start: async () => ({ port: peer.target.port ?? 0 }),
      detail: 'it does not speak SOCKS5',
    },
  ])('ssh says that the proxy $what', async ({ start, detail }) => {
    const { port } = await start();
    const work = run({
      ssh_proxy_host: '127.0.0.1',
      ssh_proxy_port: port,
      ssh_proxy_username: 'me',
      ssh_proxy_password: 'y',
      ssh_timeout: 3000,
    });
    await expect(work).rejects.toMatchObject({
      detail: expect.stringContaining(`did not get through the proxy: ${detail}`),
    });
  });

  test('local tunnels lead from here through the machine, and end with the connection', async () => {
    const { server, port } = await greeter();
    const from = await freePort();
    const config = options({ ssh_local_tunnels: [`${from}:127.0.0.1:${port}`] });
    const communicator = await ssh.connect(config, peer.target, testContext());
    const socket = connect(from, 'localhost');
    socket.end('from here');
    expect(await text(socket)).toBe('hello from here');
    await communicator.close();
    const [error] = await once(connect(from, 'localhost'), 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
    server.close();
  });

  test('ssh says that the port of a local tunnel is taken', async () => {
    const { server, port } = await greeter();
    const taken = createServer().listen(0, 'localhost');
    await once(taken, 'listening');
    const { port: from } = taken.address() as AddressInfo;
    const work = run({ ssh_local_tunnels: [`${from}:127.0.0.1:${port}`] });
    await expect(work).rejects.toThrow(`Cannot listen on port ${from} for an SSH tunnel`);
    taken.close();
    server.close();
  });

  test('remote tunnels lead from the machine to here, also after the connection was lost', async () => {
    const { server, port } = await greeter();
    const from = await freePort();
    const config = options({ ssh_remote_tunnels: [`${from}:127.0.0.1:${port}`] });
    const communicator = await ssh.connect(config, peer.target, testContext());
    for (const word of ['one', 'two']) {
      const socket = connect(from, 'localhost');
      socket.end(word);
      expect(await text(socket)).toBe(`hello ${word}`);
      peer.killSessions();
      await communicator.run({ command: 'true', signal: never });
    }
    await communicator.close();
    server.close();
  });

  test('ssh says that the machine does not listen for a remote tunnel', async () => {
    const strict = await startSshd(['AllowTcpForwarding no']);
    const config = options({ ssh_remote_tunnels: ['7777:localhost:80'], ssh_timeout: 3000 });
    await expect(ssh.connect(config, strict.target, testContext())).rejects.toMatchObject({
      detail: expect.stringContaining('does not listen for the tunnel on port 7777'),
    });
    await strict.stop();
  });
}

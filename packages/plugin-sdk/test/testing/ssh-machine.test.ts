import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import ssh2, { type ClientChannel } from 'ssh2';
import {
  type SshMachine,
  type SshMachineOptions,
  startSshMachine,
} from '../../src/testing/index.ts';

/** OpenSSH's clients are the judges of the server: they share no code with it. */
const clientTest = existsSync('/usr/bin/sftp') ? test : test.skip;
if (clientTest === test.skip)
  console.warn('SKIPPED: SSH machine against OpenSSH: no /usr/bin/sftp');

let folder: string;
let root: string;
let machine: SshMachine;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bake-machine-')));
  root = join(folder, 'root');
  await mkdir(root);
  await start();
});
afterEach(async () => {
  await machine.close();
  await rm(folder, { recursive: true });
});

async function start(options: Partial<SshMachineOptions> = {}): Promise<void> {
  await machine?.close();
  machine = await startSshMachine({ root, ...options });
  await writeFile(join(folder, 'key'), machine.privateKey, { mode: 0o600 });
}

interface Ran {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function client(program: 'ssh' | 'sftp', args: readonly string[], input = ''): Promise<Ran> {
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'BatchMode=yes'];
  const all = [
    '-q',
    ...options.flatMap((option) => ['-o', option]),
    ...['-i', join(folder, 'key'), program === 'ssh' ? '-p' : '-P', `${machine.port}`],
    ...args,
  ];
  return new Promise((resolve) => {
    const child = execFile(program, all, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

const ssh = (command: string, input?: string): Promise<Ran> =>
  client('ssh', [`${machine.username}@${machine.host}`, command], input);

const sftp = (...commands: readonly string[]): Promise<Ran> =>
  client('sftp', ['-b', '-', `${machine.username}@${machine.host}`], `${commands.join('\n')}\n`);

clientTest.each([
  { command: 'exit 0', code: 0 },
  { command: 'exit 42', code: 42 },
  // ssh says 255 when a signal ended the command.
  { command: 'kill -TERM $$', code: 255 },
])('machine runs $command', async ({ command, code }) => {
  expect((await ssh(command)).code).toBe(code);
});

clientTest('machine keeps output and errors apart, and feeds input', async () => {
  expect(await ssh('cat; echo oops >&2', 'hello')).toEqual({
    code: 0,
    stdout: 'hello',
    stderr: 'oops\n',
  });
});

clientTest('machine runs commands in its root, with a small environment', async () => {
  const { stdout } = await ssh(
    'pwd; echo $HOME; echo $USER; env | cut -d= -f1 | sort | tr "\\n" " "',
  );
  expect(stdout.split('\n')).toEqual([
    root,
    root,
    'bake',
    'BAKE_MACHINE_ID HOME LANG PATH PWD USER ',
  ]);
});

clientTest('machine gives a shell when there is no command', async () => {
  const args = [`${machine.username}@${machine.host}`];
  expect(await client('ssh', args, 'echo from the shell\nexit 9\n')).toMatchObject({
    code: 9,
    stdout: 'from the shell\n',
  });
});

clientTest('machine carries files and folders by SFTP', async () => {
  await writeFile(join(folder, 'local file'), 'content', { mode: 0o640 });
  const { code, stdout } = await sftp(
    'mkdir deep',
    'mkdir deep/er',
    `put -p "${join(folder, 'local file')}" "deep/er/remote file"`,
    'rename "deep/er/remote file" deep/renamed',
    'symlink renamed deep/link',
    'chmod 600 deep/renamed',
    'rmdir deep/er',
    `get deep/link "${join(folder, 'back')}"`,
    'ls -l deep',
    'pwd',
  );
  expect(code).toBe(0);
  expect(await readFile(join(folder, 'back'), 'utf8')).toBe('content');
  expect((await stat(join(root, 'deep', 'renamed'))).mode & 0o777).toBe(0o600);
  expect(stdout).toMatch(/-rw------- .* 7 .* renamed\n/);
  expect(stdout).toMatch(/lrwxrwxrwx .* link\n/);
  expect(stdout).toMatch(/Remote working directory: \/\n/);
});

clientTest('machine lists more entries than fit into one answer', async () => {
  for (let n = 0; n < 250; n += 1) await writeFile(join(root, `file-${n}`), '');
  const { stdout } = await sftp('ls -1');
  expect(stdout.match(/file-\d+/g)).toHaveLength(250);
});

clientTest.each([
  { what: 'a missing file', command: 'get nothing', says: 'not found' },
  { what: 'a folder that is there', command: 'mkdir there', says: 'Failure' },
  { what: 'a folder that is not empty', command: 'rmdir there', says: 'Failure' },
])('machine refuses $what', async ({ command, says }) => {
  await mkdir(join(root, 'there', 'below'), { recursive: true });
  const { code, stderr, stdout } = await sftp(command);
  expect(code).toBe(1);
  expect(stderr + stdout).toContain(says);
});

clientTest.each([
  { how: 'absolute', path: '/etc/motd' },
  { how: 'with dots', path: '../../etc/motd' },
  { how: 'by an absolute link', path: 'absolute/motd' },
  { how: 'by a relative link', path: 'relative/motd' },
])('machine keeps SFTP in its root: $how', async ({ path }) => {
  await mkdir(join(root, 'etc'));
  await symlink('/etc', join(root, 'absolute'));
  await symlink('../../../etc', join(root, 'relative'));
  await writeFile(join(folder, 'new'), 'mine');
  expect((await sftp(`put ${join(folder, 'new')} ${path}`)).code).toBe(0);
  expect(await readFile(join(root, 'etc', 'motd'), 'utf8')).toBe('mine');
});

clientTest('machine refuses SFTP when told so', async () => {
  await start({ sftp: false });
  expect((await sftp('pwd')).code).not.toBe(0);
  expect((await ssh('exit 0')).code).toBe(0);
});

clientTest('machine lets in with its own key only', async () => {
  execFileSync('rm', [join(folder, 'key')]);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  expect((await ssh('exit 0')).code).toBe(255);
  expect(machine.refusals).toBeGreaterThan(0);
});

clientTest('dropConnections cuts commands off and ends them', async () => {
  const work = ssh(`echo $$ > pid; exec sleep 62`);
  const pid = await pidIn('pid');
  machine.dropConnections();
  expect((await work).code).toBe(255);
  await expectEnd(pid);
  expect((await ssh('exit 0')).code).toBe(0);
  expect(machine.connections).toBe(2);
});

clientTest('close ends everything that commands started, and frees the port', async () => {
  const daemon = 'setsid sh -c "echo \\$\\$ > daemon; sleep 62" > /dev/null 2>&1 < /dev/null &';
  expect((await ssh(`${daemon} sleep 0.2`)).code).toBe(0);
  const cut = ssh('echo $$ > shell; sleep 62');
  const pids = [await pidIn('daemon'), await pidIn('shell')];
  await machine.close();
  await machine.close();
  for (const pid of pids) await expectEnd(pid);
  expect((await cut).code).toBe(255);
  const refused = new Promise((resolve) => connect(machine.port).once('error', resolve));
  expect(await refused).toMatchObject({ code: 'ECONNREFUSED' });
});

test('machine sends nothing twice when a client reads slowly', async () => {
  const { host, port, username, privateKey } = machine;
  const slow = new ssh2.Client();
  await new Promise((resolve, reject) => {
    slow.once('ready', () => resolve(undefined));
    slow.once('error', reject);
    slow.connect({ host, port, username, privateKey });
  });
  const command = 'head -c 8000000 /dev/zero; head -c 8000000 /dev/zero >&2';
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    slow.exec(command, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  // More than the window, so that the server has to wait: first with output, then with errors.
  await sleep(200);
  const output = buffer(channel);
  await sleep(200);
  const errors = buffer(channel.stderr);
  expect([(await output).length, (await errors).length]).toEqual([8_000_000, 8_000_000]);
  slow.end();
});

test('startSshMachine rejects when there is no such folder', async () => {
  await expect(startSshMachine({ root: join(folder, 'nothing') })).rejects.toThrow('ENOENT');
});

test('startSshMachine takes user and password as given', async () => {
  await start({ username: 'me', password: 'secret' });
  expect([machine.username, machine.password]).toEqual(['me', 'secret']);
});

async function pidIn(name: string): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const text = await readFile(join(root, name), 'utf8').catch(() => '');
    if (text.endsWith('\n')) return Number(text);
    await sleep(20);
  }
  throw new Error(`No process came to write ${name}`);
}

async function expectEnd(pid: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (!isAlive(pid)) return;
    await sleep(20);
  }
  throw new Error(`Process ${pid} lives on`);
}

/** One that is dead and waits for its parent to notice counts as dead. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`])
      .toString()
      .startsWith('Z');
  } catch {
    return false;
  }
}

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectTarget } from '../communicator.ts';
import { freePort } from '../free-port.ts';

const program = '/usr/sbin/sshd';

/** Why the tests against a real sshd can't run here, if they can't. */
export function whyNoSshd(): string | undefined {
  return existsSync(program) ? undefined : `there is no ${program} (Debian: openssh-server)`;
}

/** Why a real sshd can't take passwords here, if it can't: the tester's own must not be needed. */
export function whyNoPasswords(): string | undefined {
  if (process.getuid?.() !== 0) return 'giving the user another password for sshd alone takes root';
  try {
    execFileSync('unshare', [...alone, 'mount', '--bind', '/etc/shadow', '/etc/shadow']);
    return undefined;
  } catch {
    return 'root may not mount here';
  }
}

const alone = ['--mount', '--propagation', 'private'];

/** OpenSSH's server with keys, config and port of its own, for the user who runs the tests. */
export interface Sshd {
  /** Where it listens and what logs in; all four are there. */
  readonly target: ConnectTarget;
  /** An empty folder to work in. */
  readonly folder: string;
  /** The user's home folder in commands, empty: no start-up files of the tester's get in the way. */
  readonly home: string;
  /** A path in that folder. */
  remote(name: string): string;
  /** File of the server's private key; the public one is beside it, in `.pub`. */
  readonly hostKey: string;
  /** How many processes serve connections now. */
  sessions(): number;
  /** Signals the processes that serve connections, for instance to freeze them. */
  signalSessions(signal: NodeJS.Signals): void;
  /** Cuts all connections by killing the processes that serve them. */
  killSessions(): void;
  /** Ends the server and removes all that it needed. */
  stop(): Promise<void>;
}

/**
 * Starts sshd and waits until it answers. `config` are lines of its config, before its own. With a
 * `password` it takes that one, by PAM when the config has `UsePAM yes`.
 */
export async function startSshd(
  config: readonly string[] = [],
  { password }: { readonly password?: string } = {},
): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-sshd-'));
  const port = await freePort();
  for (const key of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, key)]);
  }
  // As root it wants its folder for privilege separation, which systemd would have made.
  if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
  const lines = [
    ...config.filter((line) => !line.startsWith(setEnv)),
    ...(password === undefined ? [] : ['PermitRootLogin yes', 'PasswordAuthentication yes']),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `AuthorizedKeysFile ${join(folder, 'user.pub')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    // Commands run in the user's login shell, whose start-up files would cost time and spoil results.
    `SetEnv HOME=${join(folder, 'home')}${environmentOf(config)}`,
  ];
  if (!config.some((line) => line.startsWith('Subsystem'))) {
    lines.push('Subsystem sftp internal-sftp');
  }
  await writeFile(join(folder, 'config'), `${lines.join('\n')}\n`);
  const command = [program, '-D', '-e', '-f', join(folder, 'config')];
  const [first = '', ...rest] =
    password === undefined ? command : await withPassword(folder, password, command);
  const server = spawn(first, rest, { stdio: 'ignore' });
  await untilListening(port, server);
  await mkdir(join(folder, 'work'));
  await mkdir(join(folder, 'home'));
  return {
    target: {
      host: '127.0.0.1',
      port,
      username: userInfo().username,
      privateKey: await readFile(join(folder, 'user'), 'utf8'),
      ...(password === undefined ? {} : { password }),
    },
    folder: join(folder, 'work'),
    home: join(folder, 'home'),
    remote: (name) => join(folder, 'work', name),
    hostKey: join(folder, 'host'),
    sessions: () => childrenOf(server).length,
    signalSessions: (signal) => signalChildren(server, signal),
    killSessions: () => signalChildren(server, 'SIGKILL'),
    stop: async () => {
      signalChildren(server, 'SIGKILL');
      server.kill();
      await rm(folder, { recursive: true });
    },
  };
}

/** The command that runs another one where the user has another password: in a mount namespace of its own. */
async function withPassword(
  folder: string,
  password: string,
  command: readonly string[],
): Promise<readonly string[]> {
  const hash = execFileSync('perl', ['-e', 'print crypt($ARGV[0], q($6$bake$))', password]);
  const { username } = userInfo();
  const shadow = (await readFile('/etc/shadow', 'utf8')).split('\n');
  const own = shadow.map((line) =>
    line.startsWith(`${username}:`) ? `${username}:${hash}:19000:0:99999:7:::` : line,
  );
  const file = join(folder, 'shadow');
  await writeFile(file, own.join('\n'), { mode: 0o600 });
  const script = 'mount --bind "$1" /etc/shadow && shift && exec "$@"';
  return ['unshare', ...alone, 'sh', '-c', script, 'sh', file, ...command];
}

const setEnv = 'SetEnv ';

/** sshd takes only the first line of this kind. */
function environmentOf(config: readonly string[]): string {
  const lines = config.filter((line) => line.startsWith(setEnv));
  return lines.map((line) => ` ${line.slice(setEnv.length)}`).join('');
}

async function untilListening(port: number, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (server.exitCode !== null) throw new Error(`sshd ended with ${server.exitCode}`);
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(socket.destroy() !== undefined));
      socket.once('error', () => resolve(false));
    });
    if (isUp) return;
    await sleep(50);
  }
  throw new Error('sshd does not listen');
}

function signalChildren(server: ChildProcess, signal: NodeJS.Signals): void {
  for (const pid of childrenOf(server)) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself meanwhile.
    }
  }
}

function childrenOf(server: ChildProcess): number[] {
  try {
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(server.pid)]).toString();
    return children.split('\n').filter(Boolean).map(Number);
  } catch {
    // ps finds no children: no one is connected.
    return [];
  }
}

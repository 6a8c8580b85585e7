import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const daemon = '/usr/sbin/dockerd';
const busybox = '/bin/busybox';

/** Why the tests against a Docker Engine can't run here, if they can't. */
export function whyNoDockerEngine(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'dockerd wants root on Linux';
  for (const path of [daemon, busybox]) {
    if (!existsSync(path)) return `there is no ${path} (Debian: docker.io, busybox-static)`;
  }
  if (spawnSync('docker', ['--version']).status !== 0) return 'there is no docker on PATH';
  return undefined;
}

/** A Docker Engine of its own, with nothing in it, and without a network. */
export interface DockerEngine {
  /** What `DOCKER_HOST` is to be for it. */
  readonly host: string;
  /** The whole environment for programs that are to use it. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `docker` on it and gives what it prints, trimmed; throws if that fails. */
  docker(...args: readonly string[]): string;
  /** Makes an image out of busybox alone (some tools, users `root` and `app`), in well under a second. */
  importBase(name: string, changes?: readonly string[]): Promise<void>;
  /** IDs of all containers, and of all images. */
  contents(): { readonly containers: readonly string[]; readonly images: readonly string[] };
  /** Ends the engine at once, and its containers with it. */
  kill(): Promise<void>;
  /** Starts it again with what it had. */
  revive(): Promise<void>;
  /** Ends the engine and removes all that it had. */
  stop(): Promise<void>;
}

/** Starts dockerd with folders, socket and pid file of its own, and waits until it answers. */
export async function startDockerEngine(): Promise<DockerEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-dockerd-'));
  const host = `unix://${join(folder, 'socket')}`;
  const env = { ...(process.env as Record<string, string>), DOCKER_HOST: host };
  const docker = (...args: readonly string[]): string =>
    execFileSync('docker', args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    }).trim();
  let server = await startDaemon(folder, env);
  const ids = (...args: readonly string[]): readonly string[] =>
    docker(...args, '--all', '--quiet', '--no-trunc')
      .split('\n')
      .filter(Boolean);
  return {
    host,
    env,
    docker,
    importBase: async (name, changes = []) => {
      const tree = await makeTree(join(folder, 'base'));
      const input = execFileSync('tar', ['-C', tree, '-c', '.'], { maxBuffer: 1 << 26 });
      const flags = changes.flatMap((change) => ['--change', change]);
      execFileSync('docker', ['import', ...flags, '-', name], { env, input, stdio: 'pipe' });
    },
    contents: () => ({ containers: ids('ps'), images: ids('images') }),
    kill: async () => {
      await end(server, 'SIGKILL');
      await endStragglers(folder);
    },
    revive: async () => {
      // Of processes that were killed.
      for (const pid of ['pid', 'exec/containerd/containerd.pid']) {
        await rm(join(folder, pid), { force: true });
      }
      server = await startDaemon(folder, env);
    },
    stop: async () => {
      if (server.exitCode === null && server.signalCode === null) {
        for (const id of ids('ps')) spawnSync('docker', ['rm', '--force', id], { env });
        await end(server, 'SIGTERM');
      }
      await endStragglers(folder);
      unmountBelow(folder);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startDaemon(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<ChildProcess> {
  const log = await open(join(folder, 'log'), 'w');
  const places = [
    ['--data-root', 'data'],
    ['--exec-root', 'exec'],
    ['--pidfile', 'pid'],
  ].flatMap(([flag = '', name = '']) => [flag, join(folder, name)]);
  const args = [
    '--iptables=false',
    '--ip6tables=false',
    '--bridge=none',
    ...places,
    '--host',
    env['DOCKER_HOST'] ?? '',
  ];
  const server = spawn(daemon, args, { stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  try {
    await untilAnswering(server, env, join(folder, 'log'));
    return server;
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
}

async function untilAnswering(
  server: ChildProcess,
  env: NodeJS.ProcessEnv,
  log: string,
): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (server.exitCode !== null) break;
    if (spawnSync('docker', ['version'], { env }).status === 0) return;
    await sleep(100);
  }
  throw new Error(`dockerd does not answer:\n${await readFile(log, 'utf8')}`);
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}

/** containerd and its shims, which outlive an engine that was killed, name its folder in their arguments. */
async function endStragglers(folder: string): Promise<void> {
  const list = spawnSync('pgrep', ['-f', `${folder}/`], { encoding: 'utf8' });
  for (const pid of list.stdout.split('\n').filter(Boolean).map(Number)) {
    if (pid === process.pid) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself meanwhile.
    }
  }
  await sleep(list.stdout === '' ? 0 : 200);
}

function unmountBelow(folder: string): void {
  const { stdout } = spawnSync('findmnt', ['--noheadings', '--list', '--output', 'TARGET'], {
    encoding: 'utf8',
  });
  const mounts = stdout.split('\n').filter((line) => line.startsWith(`${folder}/`));
  for (const mount of mounts.toReversed()) spawnSync('umount', ['--lazy', mount]);
}

/** Tools that provisioners and tests need; busybox knows which one it is called as. */
const tools =
  'sh cat echo ls chown chmod mkdir rm sleep id stat printf tar test true false env find tr kill ps head touch readlink ln md5sum cp sed';

async function makeTree(tree: string): Promise<string> {
  if (existsSync(tree)) return tree;
  for (const name of ['bin', 'etc', 'tmp', 'root', 'proc']) {
    await mkdir(join(tree, name), { recursive: true });
  }
  await chmod(join(tree, 'tmp'), 0o1777);
  await copyFile(busybox, join(tree, 'bin', 'busybox'));
  for (const tool of tools.split(' ')) await symlink('busybox', join(tree, 'bin', tool));
  const users = ['root:x:0:0:root:/root:/bin/sh', 'app:x:1000:1001:app:/:/bin/sh'];
  await writeFile(join(tree, 'etc', 'passwd'), `${users.join('\n')}\n`);
  await writeFile(join(tree, 'etc', 'group'), 'root:x:0:\nstaff:x:1001:\n');
  return tree;
}

import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const env = process.env as { PATH?: string; SSH_AUTH_SOCK?: string };

/** Does something while OpenSSH's agent holds a key and SSH_AUTH_SOCK names the agent. */
export async function withAgent<T>(privateKey: string, work: () => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-agent-'));
  const socket = join(folder, 'socket');
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    execFileSync('ssh-add', ['-q', '-'], {
      input: privateKey,
      env: { PATH: env.PATH, SSH_AUTH_SOCK: socket },
    });
    return await withSocket(socket, work);
  } finally {
    agent.kill();
    await rm(folder, { recursive: true });
  }
}

/** Does something while SSH_AUTH_SOCK has another value, or none. */
export async function withSocket<T>(
  socket: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const { SSH_AUTH_SOCK: before } = env;
  set(socket);
  try {
    return await work();
  } finally {
    set(before);
  }
}

function set(socket: string | undefined): void {
  if (socket === undefined) delete env.SSH_AUTH_SOCK;
  else env.SSH_AUTH_SOCK = socket;
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const version = '5.1.22';

/** The nearest folder above with packages in it. */
function modules(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules');
    if (existsSync(join(path, 'jest')) || folder === dirname(folder)) return path;
  }
}

function place(): string {
  return join(modules(), '.cache', `moto-${version}`);
}

/** Why moto, which plays AWS, cannot be had here, if it cannot. Installs it when it is not there yet. */
export function whyNoMoto(): string | undefined {
  const folder = place();
  if (existsSync(join(folder, 'bin', 'moto_server'))) return undefined;
  const steps: readonly (readonly [string, ...string[]])[] = [
    ['python3', '-m', 'venv', folder],
    [join(folder, 'bin', 'pip'), 'install', '-q', `moto[server]==${version}`],
  ];
  for (const [command, ...args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      timeout: 180_000,
    });
    if (status === 0) continue;
    rmSync(folder, { recursive: true, force: true });
    const reason = error?.message ?? stderr.trim().split('\n').at(-1);
    return `${command} ${args.join(' ')}: ${reason}`;
  }
  return undefined;
}

/** A running moto. */
export interface Moto {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts moto and waits until it answers. `env` are variables for it. */
export async function startMoto(env: Readonly<Record<string, string>> = {}): Promise<Moto> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const program = join(place(), 'bin', 'moto_server');
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  while (!(await answers(address))) {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
    await sleep(100);
  }
  return {
    address,
    async stop() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function answers(address: string): Promise<boolean> {
  try {
    await (await fetch(address)).text();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

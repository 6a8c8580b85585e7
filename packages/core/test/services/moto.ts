import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const version = '5.1.22';
const root = join(import.meta.dirname, '..', '..', '..', '..');
const folder = join(root, 'node_modules', '.cache', `moto-${version}`);
const program = join(folder, 'bin', 'moto_server');

/** Why moto, which plays AWS, cannot be had here, if it cannot. Installs it when it is not there yet. */
export function whyNoMoto(): string | undefined {
  if (existsSync(program)) return undefined;
  const steps: readonly (readonly [string, ...string[]])[] = [
    ['python3', '-m', 'venv', folder],
    [join(folder, 'bin', 'pip'), 'install', '-q', `moto[server,secretsmanager]==${version}`],
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
  createSecret(name: string, text: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts moto and waits until it answers. */
export async function startMoto(): Promise<Moto> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const child = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  while (!(await answers(address))) {
    if (child.exitCode !== null) throw new Error(`moto ended with ${child.exitCode}`);
    await sleep(100);
  }
  return {
    address,
    async createSecret(name, text) {
      const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' };
      const client = new SecretsManagerClient({
        endpoint: address,
        region: 'eu-west-1',
        credentials,
      });
      await client.send(new CreateSecretCommand({ Name: name, SecretString: text }));
      client.destroy();
    },
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

const program = '/usr/bin/docker-registry';

/** Why the tests against a real registry can't run here, if they can't. */
export function whyNoDockerRegistry(): string | undefined {
  return existsSync(program) ? undefined : `there is no ${program} (Debian: docker-registry)`;
}

/** A registry of its own on loopback, over HTTP. */
export interface DockerRegistry {
  /** What names of images begin with: `127.0.0.1:PORT`. */
  readonly address: string;
  /** Ends it and removes all that it had. */
  stop(): Promise<void>;
}

/** Who may use a registry that wants a login. */
export const registryLogin = { username: 'tester', password: 'open sesame' } as const;

/** bcrypt of the password. */
const passwordHash = '$2b$04$N62S.9FBk6xXHNJv836ZPuRvvzR.wi35JKIK91F/Np3qKScPcj45m';

/** Starts a registry and waits until it answers; with `login` only `registryLogin` may use it. */
export async function startDockerRegistry(login?: 'login'): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'bake-registry-'));
  const address = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'htpasswd'), `${registryLogin.username}:${passwordHash}\n`);
  const htpasswd = { realm: 'bake', path: join(folder, 'htpasswd') };
  const config = {
    version: '0.1',
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(folder, 'data') } },
    http: { addr: address },
    ...(login === undefined ? {} : { auth: { htpasswd } }),
  };
  // JSON is YAML, too.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const server = spawn(program, ['serve', join(folder, 'config.yml')], { stdio: 'ignore' });
  await untilAnswering(address, server);
  return {
    address,
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswering(address: string, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (server.exitCode !== null) throw new Error(`the registry ended with ${server.exitCode}`);
    const answer = await fetch(`http://${address}/v2/`).catch(() => undefined);
    if (answer !== undefined) return;
    await sleep(50);
  }
  throw new Error('the registry does not answer');
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { pythonPrograms } from './python-program.ts';

const moto = { requirement: 'moto[server]==5.1.22', program: 'moto_server' };

/** Why moto, which plays AWS, cannot be had here, if it cannot. Installs it when it is not there yet. */
export function whyNoMoto(): string | undefined {
  return pythonPrograms(moto).reason;
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
  const { folder, reason } = pythonPrograms(moto);
  if (folder === undefined) throw new Error(reason);
  const child = spawn(join(folder, moto.program), ['-H', '127.0.0.1', '-p', String(port)], {
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

import { once } from 'node:events';
import { createServer } from 'node:net';
import { noFreePort } from '../messages.ts';

/** Where to look for a port. */
export interface PortRange {
  /** What it is for, in messages. */
  readonly what: string;
  /** Address to listen on. */
  readonly host: string;
  readonly min: number;
  readonly max: number;
}

/** Ports that builds of this process have chosen, and that QEMU may not listen on yet. */
const claimed = new Set<number>();

/** A port that is claimed; `release` when nobody listens on it any more. */
export interface ClaimedPort {
  readonly port: number;
  release(): void;
}

/**
 * Claims a TCP port of a range, both ends included, that is free now. The search begins anywhere in it, so that several
 * runs of bake at a time seldom choose the same. Throws a `Failure` when all are taken.
 */
export async function claimPort({ what, host, min, max }: PortRange): Promise<ClaimedPort> {
  const count = max - min + 1;
  const start = Math.floor(Math.random() * count);
  for (let step = 0; step < count; step += 1) {
    const port = min + ((start + step) % count);
    if (claimed.has(port)) continue;
    claimed.add(port);
    if (await isFree(host, port)) return { port, release: () => void claimed.delete(port) };
    claimed.delete(port);
  }
  throw noFreePort(what, host, min, max);
}

async function isFree(host: string, port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

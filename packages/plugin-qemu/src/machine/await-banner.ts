import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Qmp } from './qmp.ts';

/** Milliseconds after which a connection is looked at. */
const pause = 200;

/** Milliseconds that a connection which the machine has taken may stay silent. */
const silence = 30_000;

/**
 * Resolves when an SSH server answers on a port that QEMU forwards. QEMU takes connections before the machine does, and asks
 * the machine again only after seconds, and longer each time. So a connection that the machine has not taken yet is given up
 * for a new one at once; one that it has taken is waited for, since a slow machine can need long for its greeting.
 */
export async function awaitBanner(qmp: Qmp, port: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      const greeting = hasGreeting(socket);
      if (await Promise.race([greeting, untilGivenUp(qmp, port, socket, signal)])) return;
    } finally {
      socket.destroy();
    }
    await sleep(pause / 4, undefined, { signal });
  }
}

function hasGreeting(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    socket.once('data', (chunk) => resolve(chunk.toString('latin1').startsWith('SSH-')));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

/** Comes back with false when there is no use in waiting for this connection. */
async function untilGivenUp(
  qmp: Qmp,
  port: number,
  socket: Socket,
  signal: AbortSignal,
): Promise<false> {
  const start = Date.now();
  do {
    await sleep(pause, undefined, { signal });
    if (socket.destroyed || (await isUntaken(qmp, port))) return false;
  } while (Date.now() - start < silence);
  return false;
}

/** Whether QEMU still waits for the machine to take a connection. */
async function isUntaken(qmp: Qmp, port: number): Promise<boolean> {
  const command = { 'command-line': 'info usernet' };
  const listing = await qmp.execute('human-monitor-command', command).catch(() => '');
  return isSynSent(String(listing), port);
}

/** Whether a listing of `info usernet` has a connection from a port that waits for its answer. */
export function isSynSent(listing: string, port: number): boolean {
  return listing.split(/\r?\n/).some((line) => {
    const [state, , , source] = line.trim().split(/\s+/);
    return state === 'TCP[SYN_SENT]' && source === String(port);
  });
}

import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Qmp } from './qmp.ts';

/** Milliseconds between two looks at a connection. */
const pause = 200;

/** Milliseconds that a connection which the machine has taken may stay silent. */
const silence = 30_000;

/**
 * The part of the time that the machine has been booting for which a connection may go untaken. A slow machine boots for long, and
 * takes long to take one; what it is left with of those that were given up too early keeps it busy.
 */
const untakenPart = 1 / 20;

/**
 * Resolves when an SSH server answers on a port that QEMU forwards. QEMU takes connections before the machine does, and asks
 * the machine again only after seconds, and longer each time. So a connection that the machine has not taken yet is given up
 * for a new one soon; one that it has taken is waited for, since a slow machine can need long for its greeting.
 */
export async function awaitBanner(qmp: Qmp, port: number, signal: AbortSignal): Promise<void> {
  for (const start = Date.now(); ; ) {
    const socket = connect({ host: '127.0.0.1', port });
    try {
      const greeting = hasGreeting(socket);
      const elapsed = Date.now() - start;
      const patience = { taken: silence + elapsed, untaken: elapsed * untakenPart };
      const givenUp = untilGivenUp(qmp, port, socket, patience, signal);
      if (await Promise.race([greeting, givenUp])) return;
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
  patience: { readonly taken: number; readonly untaken: number },
  signal: AbortSignal,
): Promise<false> {
  const start = Date.now();
  for (;;) {
    await sleep(pause, undefined, { signal });
    if (socket.destroyed) return false;
    const waited = Date.now() - start;
    if (waited > patience.taken) return false;
    if (waited > patience.untaken && (await isUntaken(qmp, port))) return false;
  }
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

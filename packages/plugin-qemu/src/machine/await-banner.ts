import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilNetworkAnswers } from './network-probe.ts';
import type { Qmp } from './qmp.ts';

/** Milliseconds between two looks at a connection. */
const pause = 200;

/** Milliseconds that a connection which the machine has taken may stay silent. */
const silence = 30_000;

/** Milliseconds after which SSH is tried on machines that have not shown that they have a network: some never do. */
const blindness = 10_000;

/** Parts of the time so far for which a connection may go untaken: by a machine that has a network, and by others. */
const untakenParts = { up: 1 / 20, unknown: 1 };

/**
 * Resolves when an SSH server answers on a port that QEMU forwards. QEMU takes connections before the machine does, asks the machine
 * again only after seconds, and longer each time, and passes them on also when they have been given up. So bake first waits until
 * the machine has a network; then a connection that it has not taken yet is soon given up for a new one, and one that it has taken is
 * waited for, since a slow machine can need long for its greeting.
 */
export async function awaitBanner(qmp: Qmp, port: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  let isUp = false;
  const network = untilNetworkAnswers(qmp, either).then(() => {
    isUp = true;
  });
  network.catch(() => undefined);
  const start = Date.now();
  try {
    await Promise.race([network, sleep(blindness, undefined, { signal: either })]);
    for (;;) {
      const isKnown = isUp;
      const untaken = (): number => {
        // What was tried blindly need not be waited for when there is a network.
        if (isUp && !isKnown) return 0;
        return (Date.now() - start) * untakenParts[isUp ? 'up' : 'unknown'];
      };
      if (await greets(qmp, port, untaken, either)) return;
      await sleep(pause / 4, undefined, { signal });
    }
  } finally {
    over.abort();
  }
}

/** Whether an SSH server greets on a new connection; `untaken` gives the milliseconds that it may go untaken. */
async function greets(
  qmp: Qmp,
  port: number,
  untaken: () => number,
  signal: AbortSignal,
): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    const greeting = hasGreeting(socket);
    return await Promise.race([greeting, untilGivenUp(qmp, port, socket, untaken, signal)]);
  } finally {
    socket.destroy();
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
  untaken: () => number,
  signal: AbortSignal,
): Promise<false> {
  const start = Date.now();
  for (;;) {
    await sleep(pause, undefined, { signal });
    const waited = Date.now() - start;
    if (socket.destroyed || waited > silence + untaken()) return false;
    if (waited > untaken() && (await isUntaken(qmp, port))) return false;
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

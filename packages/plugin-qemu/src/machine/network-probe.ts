import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimPort } from './free-port.ts';
import type { Qmp } from './qmp.ts';

/** Nobody listens on this port of a machine, which therefore refuses connections as soon as it has a network. */
const closedPort = 9;

/** Milliseconds that a try takes at least, and the part of the time so far that it may take on slow machines. */
const leastPatience = 200;
const patiencePart = 1 / 20;

/**
 * Resolves when a machine in QEMU's own network has an address and answers: when it refuses connections to a port where nobody
 * listens. QEMU passes on every connection to it that was ever made, however late, and those are cheap to refuse; connections to SSH
 * that were given up would each start a process on it. Does not resolve for machines that leave such connections unanswered, or
 * networks of the template's; rejects with the signal's reason.
 */
export async function untilNetworkAnswers(qmp: Qmp, signal: AbortSignal): Promise<void> {
  const range = { what: 'looking for the network', host: '127.0.0.1', min: 20_000, max: 60_000 };
  const { port, release } = await claimPort(range);
  const forward = `tcp:127.0.0.1:${port}`;
  try {
    await command(qmp, `hostfwd_add user.0 ${forward}-:${closedPort}`);
    for (const start = Date.now(); !(await refuses(port, Date.now() - start, signal)); );
  } finally {
    release();
    await command(qmp, `hostfwd_remove user.0 ${forward}`);
  }
}

/** QEMU takes a connection at once, and closes it when the machine has refused it. */
async function refuses(port: number, elapsed: number, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  const patience = Math.max(leastPatience, elapsed * patiencePart);
  const start = Date.now();
  let isTaken = false;
  socket.on('connect', () => {
    isTaken = true;
  });
  socket.on('error', () => undefined);
  const over = new AbortController();
  try {
    const time = sleep(patience, false, { signal: AbortSignal.any([signal, over.signal]) });
    // Not by `once` of events, which takes an error for the end.
    const closed = new Promise<boolean>((resolve) => {
      socket.once('close', () => resolve(isTaken));
    });
    time.catch(() => undefined);
    const isRefused = await Promise.race([closed, time]);
    // Nobody may listen yet, or any more.
    if (!isRefused)
      await sleep(Math.max(0, patience - (Date.now() - start)), undefined, { signal });
    return isRefused;
  } finally {
    over.abort();
    socket.destroy();
  }
}

async function command(qmp: Qmp, line: string): Promise<void> {
  const args = { 'command-line': line };
  await qmp.execute('human-monitor-command', args).catch(() => undefined);
}

import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '@bake/plugin-sdk';
import type { Qmp } from '../machine/qmp.ts';
import type { VirtualMachine } from '../machine/virtual-machine.ts';

/** Bytes a second: QEMU is slower by itself, to leave room on a network. */
const bandwidth = 2 ** 40;

/** Bytes that are on their way at once: by the small pieces that streams take else, it would last three times as long. */
const highWaterMark = 8 * 2 ** 20;

/** Milliseconds between two looks at what QEMU does. */
const pause = 20;

/**
 * Writes memory, processor and devices of a machine that stands still into a new file, as QEMU would move them to another
 * computer. Until the machine goes on its disks are whole, and nobody writes to them. Rejects with what lacked, such as room.
 */
export async function saveMemory(
  machine: VirtualMachine,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const { qmp } = machine;
  const path = socketOf(machine);
  const server = createServer();
  const over = new AbortController();
  let failure: unknown;
  try {
    await once(server.listen(path), 'listening');
    const either = AbortSignal.any([signal, over.signal]);
    const written = writeConnection(server, file, either).catch((error: unknown) => {
      failure = error;
    });
    await qmp.execute('migrate-set-parameters', { 'max-bandwidth': bandwidth });
    await qmp.execute('migrate', { uri: `unix:${path}` });
    // Also when the file cannot be written, QEMU must be done before the machine may go on.
    await untilMoved(qmp, signal).catch((error: unknown) => {
      // What the file system said is the reason of what QEMU says.
      throw failure ?? error;
    });
    await written;
    if (failure !== undefined) throw failure;
  } finally {
    over.abort();
    server.close();
    await rm(path, { force: true });
  }
}

/** Takes a machine that was started to wait for it (`-incoming defer`) to where it was when the file was written. */
export async function loadMemory(
  machine: VirtualMachine,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const { qmp } = machine;
  const path = socketOf(machine);
  await qmp.execute('migrate-incoming', { uri: `unix:${path}` });
  await pipeline(createReadStream(file, { highWaterMark }), connect(path), { signal });
  await untilMoved(qmp, signal);
}

function socketOf({ parts }: VirtualMachine): string {
  return join(dirname(parts.control), 'memory');
}

/** Writes all that comes over the first connection. */
async function writeConnection(server: Server, file: string, signal: AbortSignal): Promise<void> {
  const [socket] = (await once(server, 'connection', { signal })) as [Socket];
  const target = createWriteStream(file, {
    mode: 0o600,
    flags: 'wx',
    flush: true,
    highWaterMark,
  });
  await pipeline(socket, target, { signal });
}

interface Move {
  readonly status?: string;
  readonly 'error-desc'?: string;
}

async function untilMoved(qmp: Qmp, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { status, 'error-desc': reason } = (await qmp.execute('query-migrate')) as Move;
    if (status === 'completed') return;
    if (status === 'failed' || status === 'cancelled') {
      throw new Failure({ summary: reason ?? 'QEMU could not give out the memory of the machine' });
    }
    await sleep(pause, undefined, { signal });
  }
}

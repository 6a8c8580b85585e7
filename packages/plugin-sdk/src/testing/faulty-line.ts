import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `up` is from whoever connects to the server behind the line. */
export type Direction = 'up' | 'down';

/**
 * What a line does when so many bytes have gone one way: hang up (`cut`, or `reset` by TCP's RST), end that
 * way only (`half-close`), swallow everything both ways without a word (`freeze`), or put other bytes in
 * the place of some (`garbage`).
 */
export interface LineFault {
  readonly kind: 'cut' | 'reset' | 'half-close' | 'freeze' | 'garbage';
  readonly direction: Direction;
  /** Bytes that pass before it. */
  readonly at: number;
}

/** How a connection over a line goes. `refused` hangs up before anything is said. */
export interface LineConduct {
  readonly refused?: boolean;
  readonly fault?: LineFault | undefined;
  /** As fast as it goes when left out. */
  readonly bytesPerSecond?: number | undefined;
}

/** A TCP port that leads to a server, with faults on the way. */
export interface FaultyLine {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
  /** Connections that whoever made them has not ended yet. */
  readonly open: number;
  /** Cuts all connections and stops listening. */
  stop(): Promise<void>;
}

/** Listens on loopback; `conduct` says how the nth connection goes, the first being number 1. */
export async function startFaultyLine(
  target: { readonly host: string; readonly port: number },
  conduct: (nth: number) => LineConduct,
): Promise<FaultyLine> {
  const clients = new Set<Socket>();
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    connections += 1;
    clients.add(client);
    open.add(client);
    client.on('error', () => undefined);
    client.once('end', () => open.delete(client));
    client.once('close', () => {
      open.delete(client);
      clients.delete(client);
    });
    join(client, target, conduct(connections));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get connections() {
      return connections;
    },
    get open() {
      return open.size;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The two ends of a connection and how it goes. */
interface Wire {
  readonly client: Socket;
  readonly server: Socket;
  readonly conduct: LineConduct;
  isFrozen: boolean;
}

function join(
  client: Socket,
  target: { readonly host: string; readonly port: number },
  conduct: LineConduct,
): void {
  if (conduct.refused === true) {
    client.destroy();
    return;
  }
  const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
  const wire: Wire = { client, server, conduct, isFrozen: false };
  server.on('error', () => wire.isFrozen || client.destroy());
  server.once('close', () => wire.isFrozen || client.destroy());
  client.once('close', () => server.destroy());
  void pump(wire, 'up');
  void pump(wire, 'down');
}

/** Brings what comes in at one end to the other, until a fault or the end of one of the ends. */
async function pump(wire: Wire, direction: Direction): Promise<void> {
  const { client, server, conduct } = wire;
  const [from, to] = direction === 'up' ? [client, server] : [server, client];
  const way = new Way(wire, to, conduct.fault?.direction === direction ? conduct.fault : undefined);
  try {
    for await (const chunk of from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      for (const piece of slowly(chunk, conduct.bytesPerSecond)) {
        if (to.destroyed) return;
        await way.pass(piece);
        await pauseFor(piece, conduct.bytesPerSecond);
      }
    }
    way.end();
  } catch {
    // One of the ends is gone, which the other hears of by its own events.
  }
}

/** One way of a connection, with the fault that it is to have. */
class Way {
  readonly #wire: Wire;
  readonly #to: Socket;
  readonly #fault: LineFault | undefined;
  #passed = 0;
  #isOver = false;

  constructor(wire: Wire, to: Socket, fault: LineFault | undefined) {
    this.#wire = wire;
    this.#to = to;
    this.#fault = fault;
  }

  async pass(piece: Buffer): Promise<void> {
    const fault = this.#fault;
    const left = fault === undefined ? piece.length : fault.at - this.#passed;
    if (fault === undefined || left < 0 || left >= piece.length) return this.#write(piece);
    await this.#write(piece.subarray(0, left));
    if (fault.kind === 'garbage') {
      return this.#write(Buffer.from(piece.subarray(left).map((byte) => byte ^ 0x5a)));
    }
    this.#isOver = true;
    strike(fault.kind, this.#wire, this.#to);
  }

  end(): void {
    if (!this.#isOver && !this.#wire.isFrozen) this.#to.end();
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#isOver || this.#wire.isFrozen || bytes.length === 0) return;
    this.#passed += bytes.length;
    if (!this.#to.write(bytes)) await drained(this.#to);
  }
}

function strike(kind: Exclude<LineFault['kind'], 'garbage'>, wire: Wire, to: Socket): void {
  switch (kind) {
    case 'cut':
      wire.client.destroy();
      return;
    case 'reset':
      wire.client.resetAndDestroy();
      return;
    case 'half-close':
      to.end();
      return;
    case 'freeze':
      wire.isFrozen = true;
      return;
    default:
      kind satisfies never;
  }
}

/** Ten pieces a second. */
function slowly(chunk: Buffer, bytesPerSecond: number | undefined): readonly Buffer[] {
  if (bytesPerSecond === undefined) return [chunk];
  const size = Math.max(1, Math.ceil(bytesPerSecond / 10));
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, n) =>
    chunk.subarray(n * size, (n + 1) * size),
  );
}

async function pauseFor(piece: Buffer, bytesPerSecond: number | undefined): Promise<void> {
  if (bytesPerSecond !== undefined) await sleep((piece.length / bytesPerSecond) * 1000);
}

async function drained(socket: Socket): Promise<void> {
  if (socket.destroyed) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

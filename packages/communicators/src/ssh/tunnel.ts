import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Failure, messageOf } from '@bake/plugin-sdk';
import type { Link } from './link.ts';
import { invalidTunnel, parseTunnel, type Tunnel } from './tunnel-text.ts';

/** Reads the tunnels of an option. Throws a `Failure` for what is none. */
export function tunnelsOf(option: string, texts: readonly string[] | undefined): readonly Tunnel[] {
  return (texts ?? []).map((text) => {
    const tunnel = parseTunnel(text);
    if (tunnel !== undefined) return tunnel;
    throw new Failure({ summary: `Invalid ${option}`, detail: invalidTunnel(text) });
  });
}

/** Joins two streams until both are done; an error of one ends both. */
export function join(one: Duplex, other: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      one.destroy();
      other.destroy();
    };
    let open = 2;
    for (const stream of [one, other]) {
      stream.on('error', end);
      stream.once('close', () => {
        open -= 1;
        if (open === 0) resolve();
        else setImmediate(end);
      });
    }
    one.pipe(other).pipe(one);
  });
}

/** Ports that this host listens on for a machine. */
export class LocalTunnels {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();

  /** Starts listening. Throws a `Failure` when a port can't be had. */
  async open(tunnels: readonly Tunnel[], link: Link): Promise<void> {
    for (const { port, to } of tunnels) {
      await this.#listen(port, (socket) => {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => this.#sockets.delete(socket));
        link
          .use(
            (connection) => connection.tunnelTo(to),
            (stream) => join(socket, stream),
            this.#closing.signal,
          )
          .catch(() => socket.destroy());
      });
    }
  }

  /** The ports that are listened on, in order. */
  get ports(): readonly number[] {
    return this.#servers.map((server) => (server.address() as AddressInfo).port);
  }

  close(): void {
    this.#closing.abort(new Failure({ summary: 'The connection was closed' }));
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(port: number, onSocket: (socket: Socket) => void): Promise<void> {
    const server = createServer({ allowHalfOpen: true }, onSocket);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, 'localhost', resolve);
    }).catch((error: unknown) => {
      throw new Failure({
        summary: `Cannot listen on port ${port} for an SSH tunnel`,
        detail: `"ssh_local_tunnels" wants this port of this computer: ${messageOf(error)}.`,
        cause: error,
      });
    });
    this.#servers.push(server);
  }
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A SOCKS5 server of the test's own. */
export interface SocksServer {
  readonly port: number;
  /** Hosts and ports that it was asked for, as they were asked for. */
  readonly asked: readonly string[];
  stop(): void;
}

/** Starts it; with a login it wants that one, and `reply` other than 0 refuses every connection. */
export async function startSocks(
  login?: { readonly username: string; readonly password: string },
  reply = 0,
): Promise<SocksServer> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket).catch(() => socket.destroy());
  });
  async function serve(socket: Socket): Promise<void> {
    const [, count = 0] = await take(socket, 2);
    const methods = [...(await take(socket, count))];
    const method = login === undefined ? 0 : 2;
    if (!methods.includes(method)) return void socket.end(Buffer.from([5, 0xff]));
    socket.write(Buffer.from([5, method]));
    if (login !== undefined && !(await checkLogin(socket, login))) return void socket.end();
    const kind = (await take(socket, 4))[3];
    const host = await readHost(socket, kind);
    const port = (await take(socket, 2)).readUInt16BE();
    asked.push(`${host}:${port}`);
    if (reply !== 0) return void socket.end(Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]));
    const target = connect({ host, port });
    sockets.add(target);
    target.on('error', () => socket.destroy());
    await once(target, 'connect');
    // A name as the bound address, the odd one of the three kinds.
    socket.write(Buffer.from([5, 0, 0, 3, 2, 104, 105, 0, 1]));
    socket.pipe(target).pipe(socket);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function checkLogin(
  socket: Socket,
  login: { readonly username: string; readonly password: string },
): Promise<boolean> {
  const username = (await take(socket, (await take(socket, 2))[1] ?? 0)).toString();
  const password = (await take(socket, (await take(socket, 1))[0] ?? 0)).toString();
  const isRight = username === login.username && password === login.password;
  socket.write(Buffer.from([1, isRight ? 0 : 1]));
  return isRight;
}

async function readHost(socket: Socket, kind: number | undefined): Promise<string> {
  if (kind === 1) return [...(await take(socket, 4))].join('.');
  if (kind === 4) {
    const bytes = await take(socket, 16);
    return Array.from({ length: 8 }, (_, n) => bytes.readUInt16BE(n * 2).toString(16)).join(':');
  }
  return (await take(socket, (await take(socket, 1))[0] as number)).toString();
}

async function take(socket: Socket, length: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(length) as Buffer | null;
    if (bytes !== null) return bytes;
    await once(socket, 'readable');
  }
}

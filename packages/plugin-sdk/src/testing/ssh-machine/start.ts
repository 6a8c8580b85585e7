import { realpath } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import ssh2, { type Connection, type Session } from 'ssh2';
import { authenticate } from './authenticate.ts';
import { type Credentials, makeCredentials } from './credentials.ts';
import { serveCommands } from './exec-session.ts';
import type { SshMachine, SshMachineOptions } from './machine.ts';
import { serveSftp } from './sftp-session.ts';
import { Shells } from './shells.ts';

const loopback = '127.0.0.1';

/** Starts the server; it listens when this resolves. */
export async function start(options: SshMachineOptions): Promise<SshMachine> {
  const root = await realpath(options.root);
  const machine = new Machine(root, options);
  await machine.listen();
  return machine;
}

class Machine implements SshMachine {
  readonly host = loopback;
  readonly root: string;
  readonly #options: SshMachineOptions;
  readonly #credentials: Credentials;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #shells: Shells;
  #port = 0;
  #connections = 0;
  #refusals = 0;
  #closed: Promise<void> | undefined;

  constructor(root: string, options: SshMachineOptions) {
    this.root = root;
    this.#options = options;
    this.#credentials = makeCredentials(options.username, options.password);
    this.#shells = new Shells({
      root,
      chroot: options.chroot ?? false,
      env: { USER: this.#credentials.username },
    });
    const ssh = new ssh2.Server({ hostKeys: [this.#credentials.hostKey] }, (connection) =>
      this.#serve(connection),
    );
    // The sockets are ours, not ssh2's: it would not let them be cut.
    this.#server = createServer((socket) => {
      this.#connections += 1;
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => this.#sockets.delete(socket));
      ssh.injectSocket(socket);
    });
  }

  get port(): number {
    return this.#port;
  }

  get username(): string {
    return this.#credentials.username;
  }

  get password(): string {
    return this.#credentials.password;
  }

  get privateKey(): string {
    return this.#credentials.privateKey;
  }

  get publicKey(): string {
    return this.#credentials.publicKey;
  }

  get mark(): string {
    return this.#shells.mark;
  }

  get connections(): number {
    return this.#connections;
  }

  get refusals(): number {
    return this.#refusals;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, loopback, () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  dropConnections(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    const freed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await this.#shells.endAll();
    await freed;
  }

  #serve(connection: Connection): void {
    const { logins = ['publickey', 'password'] } = this.#options;
    // Broken connections are the client's to tell of.
    connection.on('error', () => undefined);
    connection.on('authentication', (context) =>
      authenticate(context, this.#credentials, logins, () => {
        this.#refusals += 1;
      }),
    );
    connection.on('session', (accept) => this.#serveSession(accept()));
  }

  #serveSession(session: Session): void {
    const { agentForwarding, sftp = true } = this.#options;
    serveCommands(session, this.#shells);
    if (agentForwarding) session.on('auth-agent', (accept: (() => void) | undefined) => accept?.());
    if (sftp) session.on('sftp', (accept) => serveSftp(accept(), this.root));
  }
}

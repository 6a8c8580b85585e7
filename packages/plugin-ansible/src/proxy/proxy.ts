import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { Failure, messageOf } from '@bake/plugin-sdk';
import { shellQuoted } from '@bake/plugin-sdk/staging';
import ssh2, {
  type AuthContext,
  type Connection,
  type ParsedKey,
  type ServerChannel,
  type Session,
} from 'ssh2';
import type { ProxiedMachine } from './proxied-machine.ts';
import { serveCommand } from './serve-command.ts';
import { scpRequest, serveScp } from './serve-scp.ts';
import { serveSftp } from './serve-sftp.ts';

/** What a proxy needs. */
export interface ProxySettings extends Omit<ProxiedMachine, 'signal'> {
  /** Private key that it shows itself with, as text. */
  readonly hostKey: string;
  /** The one public key that may log in, as a line of `authorized_keys`. */
  readonly userKey: string;
  /** The first of ten ports to try; 0 is any that is free. */
  readonly firstPort: number;
  /** Told of each command before it is run. */
  readonly onCommand?: (command: string) => void;
}

/** A running proxy. */
export interface SshProxy {
  readonly port: number;
  /** Ends all that runs through it, waits until the machine knows, and stops listening. */
  close(): Promise<void>;
}

/** A machine with an account of what runs on it. */
interface ServedMachine extends ProxiedMachine {
  readonly onCommand?: ProxySettings['onCommand'];
  /** Keeps a promise that never rejects until it is done. */
  track(work: Promise<void>): void;
}

const loopback = '127.0.0.1';
const portsToTry = 10;

/**
 * Starts an SSH server on loopback behind which the machine is, whatever it is reached by. Rejects with a `Failure` when no
 * port is free or a key is of no use.
 */
export async function startProxy(settings: ProxySettings): Promise<SshProxy> {
  const userKey = parsed(settings.userKey, 'the public key of "ssh_authorized_key_file"');
  parsed(settings.hostKey, 'the private key of "ssh_host_key_file"');
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const machine: ServedMachine = {
    ...settings,
    signal: closing.signal,
    track(work) {
      running.add(work);
      void work.finally(() => running.delete(work));
    },
  };
  const ssh = new ssh2.Server({ hostKeys: [settings.hostKey] }, (connection) =>
    serveConnection(connection, userKey, machine),
  );
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once('close', () => sockets.delete(socket));
    ssh.injectSocket(socket);
  });
  const port = await listen(server, settings.firstPort);
  return {
    port,
    close: async () => {
      closing.abort();
      const freed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await Promise.all([freed, ...running]);
    },
  };
}

function parsed(text: string, what: string): ParsedKey {
  const key = ssh2.utils.parseKey(text);
  if (!(key instanceof Error)) return key;
  throw new Failure({
    summary: `Could not read ${what}: ${key.message}`,
    detail: 'It has to be a key as ssh-keygen makes them, without a passphrase.',
  });
}

async function listen(server: Server, firstPort: number): Promise<number> {
  const count = firstPort === 0 ? 1 : portsToTry;
  let problem: unknown;
  for (let port = firstPort; port < firstPort + count; port += 1) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, loopback, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      problem = error;
    }
  }
  throw new Failure({
    summary: `Could not open a port for Ansible: ${messageOf(problem)}`,
    detail: `None of the ports ${firstPort} to ${firstPort + count - 1} is free. Set "local_port" to another one, or leave it out.`,
    cause: problem,
  });
}

function serveConnection(connection: Connection, userKey: ParsedKey, machine: ServedMachine): void {
  // Broken connections are the client's to tell of.
  connection.on('error', () => undefined);
  connection.on('authentication', (context) => {
    if (isHolder(context, userKey)) context.accept();
    else context.reject(['publickey']);
  });
  connection.on('session', (accept) => serveSession(accept(), machine));
}

/** Without a signature the client only asks whether the key would do. */
function isHolder(context: AuthContext, userKey: ParsedKey): boolean {
  if (context.method !== 'publickey') return false;
  if (!context.key.data.equals(userKey.getPublicSSH())) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  return userKey.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function serveSession(session: Session, machine: ServedMachine): void {
  const cancelled = new AbortController();
  const variables = new Map<string, string>();
  const start = (channel: ServerChannel, command: string): void =>
    machine.track(serveCommand(channel, command, machine, cancelled.signal));
  session.on('pty', (accept) => accept?.());
  session.on('window-change', (accept) => accept?.());
  session.on('env', (accept, _reject, { key, val }) => {
    variables.set(key, val);
    accept?.();
  });
  session.on('signal', (accept) => {
    cancelled.abort();
    accept?.();
  });
  // Commands without input have seen its end when they are signalled; ssh2 would not hear of it then.
  session.on('eof', () => Reflect.set(session, '_ending', false));
  session.on('exec', (accept, _reject, { command }) => {
    const request = scpRequest(command);
    if (request !== undefined) return machine.track(serveScp(accept(), request, machine));
    machine.onCommand?.(command);
    const whole = withVariables(command, variables, machine);
    return start(accept(), whole);
  });
  session.on('shell', (accept) => {
    const shell = machine.isWindows ? 'cmd' : 'exec /bin/sh';
    start(accept(), shell);
  });
  const { sftpCommand } = machine;
  if (sftpCommand === undefined) session.on('sftp', (accept) => serveSftp(accept(), machine));
  else {
    session.on('subsystem', (accept, reject, { name }) => {
      if (name !== 'sftp') return reject?.();
      return start(accept(), sftpCommand);
    });
  }
}

/** The caller's language is sent by Debian's ssh unasked, and the machine need not have it. */
function withVariables(
  command: string,
  variables: ReadonlyMap<string, string>,
  { isWindows }: ProxiedMachine,
): string {
  const wanted = [...variables].filter(([name]) => /^(?!LANG|LC_)[A-Za-z_]\w*$/.test(name));
  if (isWindows || wanted.length === 0) return command;
  const words = wanted.map(([name, value]) => `${name}=${shellQuoted(value)}`);
  return `export ${words.join(' ')}; ${command}`;
}

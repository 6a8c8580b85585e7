import { Failure, isFailure, messageOf } from '@bake/plugin-sdk';
import { raceAbort } from '../network/race-abort.ts';
import type { Connection } from './connection.ts';
import { NoMethodError, RemoteError } from './remote-error.ts';
import { adviceFor, describeStage, isDialError } from './stage.ts';

/** Connects anew, one try. */
export type Redial = (signal: AbortSignal) => Promise<Connection>;

/** The way to a machine: a connection, made anew when sessions can't be opened on it any more. */
export class Link {
  readonly #redial: Redial;
  readonly #closing = new AbortController();
  readonly #connections = new Set<Connection>();
  #current: Connection;
  #redialling: Promise<Connection> | undefined;

  constructor(connection: Connection, redial: Redial) {
    this.#current = connection;
    this.#redial = redial;
    this.#connections.add(connection);
  }

  /**
   * Opens something on the connection and uses it. When it can't be opened for another reason than that
   * the machine does not want this, the connection is made anew and it is tried once more.
   */
  async use<S, R>(
    open: (connection: Connection) => Promise<S>,
    use: (opened: S) => Promise<R>,
    signal: AbortSignal,
  ): Promise<R> {
    signal.throwIfAborted();
    const first = this.#current;
    const attempt = await this.#attempt(first, open, use, signal);
    if (attempt.isOpen) return attempt.result;
    const second = await this.#replace(first, attempt.error, signal);
    const again = await this.#attempt(second, open, use, signal);
    if (again.isOpen) return again.result;
    throw second.isAlive ? noSession(again.error) : lost(again.error, 'It was lost again at once.');
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    this.#closing.abort(new Failure({ summary: 'The connection was closed' }));
    await this.#redialling?.catch(() => undefined);
    await Promise.all([...this.#connections].map((connection) => connection.end()));
  }

  async #attempt<S, R>(
    connection: Connection,
    open: (connection: Connection) => Promise<S>,
    use: (opened: S) => Promise<R>,
    signal: AbortSignal,
  ): Promise<{ isOpen: true; result: R } | { isOpen: false; error: unknown }> {
    if (!connection.isAlive) return { isOpen: false, error: new Error('the machine hung up') };
    return connection.during(async () => {
      let opened: S;
      try {
        opened = await open(connection);
      } catch (error) {
        signal.throwIfAborted();
        if (isRefusal(error)) throw error;
        return { isOpen: false, error };
      }
      return { isOpen: true, result: await use(opened) };
    });
  }

  /** All who find the connection broken wait for the same new one. */
  #replace(broken: Connection, why: unknown, signal: AbortSignal): Promise<Connection> {
    if (this.#current !== broken) return Promise.resolve(this.#current);
    this.#redialling ??= this.#connectAnew(broken, why).finally(() => {
      this.#redialling = undefined;
    });
    return raceAbort(this.#redialling, signal);
  }

  async #connectAnew(broken: Connection, why: unknown): Promise<Connection> {
    const { signal } = this.#closing;
    signal.throwIfAborted();
    try {
      const fresh = await this.#redial(signal);
      this.#connections.add(fresh);
      this.#current = fresh;
    } catch (error) {
      if (!isDialError(error)) throw error;
      throw lost(why, `Connecting again ${describeStage(error)}. ${adviceFor(error.stage)}`);
    }
    this.#connections.delete(broken);
    broken.retire();
    return this.#current;
  }
}

function isRefusal(error: unknown): boolean {
  return isFailure(error) || error instanceof RemoteError || error instanceof NoMethodError;
}

/** Refused on a connection that is fresh and well. */
function noSession(why: unknown): Failure {
  return new Failure({
    summary: `The machine lets bake in, but starts no session: ${messageOf(why)}`,
    detail:
      'Check what its SSH server allows this user ("MaxSessions", "ForceCommand" and the like in sshd_config), and the shell of the user.',
    cause: why,
  });
}

function lost(why: unknown, detail: string): Failure {
  return new Failure({
    summary: `Lost the SSH connection: ${messageOf(why)}`,
    detail,
    cause: why,
  });
}

import type { Duplex, Readable } from 'node:stream';
import ssh2, { type Algorithms, type Client } from 'ssh2';
import { abortedIn, DialError } from '../network/dial-error.ts';
import { reasonOf } from '../network/open-socket.ts';
import { type LoginMethod, offerInTurn } from './authentication.ts';
import { useCertificates } from './certificate-login.ts';
import type { Interview } from './interview.ts';
import { endWhenSilent } from './read-deadline.ts';
import type { Stage } from './stage.ts';

/** Milliseconds, as Packer has it. */
const handshakeTimeout = 60_000;

/** As whom to log in, and how to talk. */
export interface LoginSettings {
  readonly username: string;
  readonly methods: readonly LoginMethod[];
  /** Where the methods have the person's answers from, if they do. */
  readonly interview?: Interview | undefined;
  readonly algorithms: Algorithms;
  /** Milliseconds; 0 for none. */
  readonly keepAlive: number;
  /** Milliseconds that the other side may be silent; 0 for ever. */
  readonly readTimeout: number;
  /** Socket of an agent that the machine may use, if any. */
  readonly forwardedAgent: string | undefined;
  /** Throws a `Failure` when the host key is not to be trusted. */
  readonly checkHostKey?: ((key: Buffer) => void) | undefined;
}

/**
 * Shakes hands and logs in over a line that stands. Rejects with a `DialError`, with the signal's reason,
 * or with a `Failure` when the host key is not the one that the template wants or when nobody answers.
 */
export function logIn(line: Duplex, settings: LoginSettings, given: AbortSignal): Promise<Client> {
  const client = new ssh2.Client();
  const signal = settings.interview ? AbortSignal.any([given, settings.interview.over]) : given;
  return new Promise((resolve, reject) => {
    let stage: Stage = 'key exchange';
    const hostVerifier = (key: Buffer): boolean => {
      try {
        settings.checkHostKey?.(key);
        return true;
      } catch (error) {
        settle(() => reject(error));
        return false;
      }
    };
    const settle = (end: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      client.removeAllListeners();
      client.on('error', () => undefined);
      end();
    };
    const fail = (reason: string): void => settle(() => reject(new DialError(stage, reason)));
    const onAbort = (): void => settle(() => reject(abortedIn(stage, signal)));
    signal.addEventListener('abort', onAbort, { once: true });
    client.on('handshake', () => {
      stage = 'authentication';
    });
    client.on('ready', () => settle(() => resolve(client)));
    client.on('close', () => fail('the machine closed the connection'));
    client.on('error', (error) => {
      // What an agent can't do, another way to log in may.
      if (error.level === 'agent') return;
      if (error.level === 'client-authentication') settings.interview?.forget();
      fail(explain(error, stage));
    });
    client.connect({
      sock: line as Readable,
      hostVerifier,
      username: settings.username,
      authHandler: offerInTurn(settings.methods, settings.username),
      algorithms: settings.algorithms,
      readyTimeout: handshakeTimeout,
      keepaliveInterval: settings.keepAlive,
      // About a minute at the default interval, because answers queue behind bulk data on slow links.
      keepaliveCountMax: 11,
      ...(settings.forwardedAgent === undefined ? {} : { agent: settings.forwardedAgent }),
    });
    useCertificates(client);
    if (settings.readTimeout > 0) endWhenSilent(line, settings.readTimeout);
  });
}

function explain(error: NodeJS.ErrnoException & { level?: string }, stage: Stage): string {
  if (error.level === 'client-authentication')
    return 'the machine took none of the logins it was offered';
  if (error.level === 'client-timeout') return `no end in ${handshakeTimeout / 1000} seconds`;
  if (stage === 'key exchange' && /before handshake/.test(error.message)) {
    return 'the machine closed the connection without a word';
  }
  return reasonOf(error);
}

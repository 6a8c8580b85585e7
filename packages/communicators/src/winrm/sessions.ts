import { Failure } from '@bake/plugin-sdk';
import { raceAbort } from '../network/race-abort.ts';
import type { Request } from './envelope.ts';
import { Session } from './session.ts';
import type { WinrmSettings } from './settings.ts';
import { TryError } from './stage.ts';
import type { XmlElement } from './xml.ts';

/** Milliseconds after which an unused connection is not trusted any more: Windows ends it after two minutes. */
const trustedFor = 30_000;

interface Idle {
  readonly session: Session;
  readonly since: number;
}

/** Connections to one machine, as many as there are requests at the same time. */
export class Sessions {
  readonly settings: WinrmSettings;
  readonly #closing = new AbortController();
  #idle: Idle[] = [];

  constructor(settings: WinrmSettings) {
    this.settings = settings;
  }

  /**
   * Has a request answered on a connection that is free, or on a new one. Rejects with a `Fault`, a `TryError` or the
   * signal's reason.
   */
  async exchange(request: Request, signal: AbortSignal): Promise<XmlElement> {
    const either = AbortSignal.any([signal, this.#closing.signal]);
    either.throwIfAborted();
    const kept = this.#takeIdle();
    if (kept === undefined) return this.#onNew(request, either);
    try {
      return await this.#on(kept, request, either);
    } catch (error) {
      if (error instanceof TryError && isWorthAnother(error, request)) {
        return this.#onNew(request, either);
      }
      throw error;
    }
  }

  /** Ends all connections; what is asked after that fails. */
  close(): void {
    this.#closing.abort(new Failure({ summary: 'The connection was closed' }));
    for (const { session } of this.#idle.splice(0)) session.close();
  }

  async #onNew(request: Request, signal: AbortSignal): Promise<XmlElement> {
    const opening = Session.open(this.settings, signal);
    const discard = (late: Session): void => late.close();
    return this.#on(await raceAbort(opening, signal, { discard }), request, signal);
  }

  async #on(session: Session, request: Request, signal: AbortSignal): Promise<XmlElement> {
    try {
      return await session.exchange(request, signal);
    } finally {
      if (this.#closing.signal.aborted) session.close();
      else if (session.isAlive) this.#idle.push({ session, since: Date.now() });
    }
  }

  #takeIdle(): Session | undefined {
    const oldest = Date.now() - trustedFor;
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.session.isAlive && idle.since >= oldest) return idle.session;
      idle.session.close();
    }
    return undefined;
  }
}

/**
 * Whether what failed on a connection that was kept may well go on a new one: a login may have ended, and a machine that
 * has rebooted knows nothing of the connection. Only what can be asked twice is.
 */
function isWorthAnother({ stage }: TryError, { action }: Request): boolean {
  if (stage === 'login') return true;
  return stage === 'line' && (action === 'create' || action === 'get' || action === 'delete');
}

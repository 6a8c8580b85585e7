import { type Cleanup, delayedSignal, type RunContext } from '@bake/plugin-sdk';
import { refused } from '../messages.ts';
import { type Api, type ApiAnswer, complaintOf } from './api.ts';

/** Something to make at a service. */
export interface Making {
  /** What a person calls it: `version 1.0 of team/web`. */
  readonly label: string;
  /** What it is for the service: `version`. */
  readonly what: string;
  /** Where it is asked for, with what. */
  readonly list: string;
  readonly body: unknown;
  /** Where the service has it then. */
  readonly path: string;
}

/** Milliseconds that a service may take to answer after a cancel. */
const answerPatience = 10_000;

/** What was made at a service and is to go away again unless all ends well. */
export class Undo {
  readonly #api: Api;
  readonly #context: RunContext;
  readonly #made: Cleanup[] = [];

  constructor(api: Api, context: RunContext) {
    this.#api = api;
    this.#context = context;
  }

  /** Has something made. Throws a `Failure` when the service does not do so. */
  async make({ label, what, list, body, path }: Making): Promise<ApiAnswer> {
    const { journal, onCleanup, signal } = this.#context;
    const traces = { service: this.#api.base, path };
    const entry = journal({ kind: 'published', label, traces });
    const remove = (signal: AbortSignal): Promise<void> => this.#remove(label, path, signal);
    const cleanup = onCleanup(`remove ${label}`, remove, { entry });
    signal.throwIfAborted();
    // Without an answer it may be there, and what is on its way when a cancel comes would be made after its removal.
    const patient = delayedSignal(signal, answerPatience);
    const answer = await this.#api.request('POST', list, body, patient);
    if (!answer.isOk) {
      // If there is one by now, it is somebody else's; after an error of the service it may be this one.
      if (answer.status < 500) cleanup.dismiss();
      throw refused(`creating ${what}`, answer.status, complaintOf(answer));
    }
    signal.throwIfAborted();
    this.#made.push(cleanup);
    return answer;
  }

  async #remove(label: string, path: string, signal: AbortSignal): Promise<void> {
    const { ui } = this.#context;
    ui.say(`Removing ${label}`);
    const { isOk, status } = await this.#api.request('DELETE', path, undefined, signal);
    // It was never made, or has gone with what it was in.
    if (!isOk && status !== 404) ui.error(`${label} is still there: HTTP status ${status}`);
  }

  /** All is well: what was made stays. */
  keep(): void {
    for (const cleanup of this.#made) cleanup.dismiss();
  }
}

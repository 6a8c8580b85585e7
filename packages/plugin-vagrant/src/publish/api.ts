import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { isCancellation, isFailure, type RunContext } from '@bake/plugin-sdk';
import {
  type HttpResponse,
  type HttpUpload,
  networkProblem,
  proxyFor,
  sendRequest,
} from '@bake/plugin-sdk/http';
import { noAnswer, refused, uploadFailed } from '../messages.ts';

/** Which service to talk to, and how. */
export interface ApiOptions {
  /** What paths are appended to, without slash at the end. */
  readonly base: string;
  /** Gives the token for requests; nothing if there is none. */
  readonly token: (signal: AbortSignal) => Promise<string | undefined>;
  /** `true` takes any certificate. */
  readonly isInsecure: boolean;
}

/** An answer of the service. */
export interface ApiAnswer {
  readonly status: number;
  readonly isOk: boolean;
  /** What the JSON says; `{}` if there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

type Context = Pick<RunContext, 'signal' | 'ui'>;

/** Milliseconds before a request is sent again, once for each. */
const pauses = [500, 2000];

/** Milliseconds that an answer to a request without a file may take. */
const patience = 60_000;

/** A service that speaks JSON over HTTP. What may pass by itself is tried again. */
export class Api {
  readonly #options: ApiOptions;
  readonly #context: Context;

  constructor(options: ApiOptions, context: Context) {
    this.#options = options;
    this.#context = context;
  }

  /** Where the service is. */
  get base(): string {
    return this.#options.base;
  }

  /**
   * Sends a request and gives whatever the service answers. Throws a `Failure` when it does not answer. `signal` is for
   * those that undo something after the build was cancelled.
   */
  async request(
    method: string,
    path: string,
    body?: unknown,
    signal: AbortSignal = this.#context.signal,
  ): Promise<ApiAnswer> {
    // What the service itself names is whole.
    const url = new URL(/^https?:/.test(path) ? path : `${this.#options.base}${path}`);
    const response = await this.#send(method, url, signal, async () => ({
      headers: await this.#headers(signal),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      timeout: patience,
    }));
    return answerOf(response);
  }

  /** Sends a request that must be granted. `what` says what for, as in "creating provider". */
  async demand(method: string, path: string, what: string, body?: unknown): Promise<ApiAnswer> {
    const answer = await this.request(method, path, body);
    if (!answer.isOk) throw refused(what, answer.status, complaintOf(answer));
    return answer;
  }

  /** Puts a file where `place` says, which is asked anew for each try: such addresses expire. */
  async upload(
    file: string,
    place: () => Promise<string>,
    { isOurs }: { readonly isOurs: boolean },
  ): Promise<void> {
    const { signal, ui } = this.#context;
    const { size } = await stat(file);
    let status = 0;
    for (const pause of [...pauses, undefined]) {
      ui.say('Uploading box');
      let problem: string;
      try {
        const url = new URL(await place());
        const headers = isOurs ? await this.#headers(signal) : {};
        const body = this.#progressing(file, size);
        ({ status } = await this.#once('PUT', url, signal, { headers, body }));
        if (status >= 200 && status < 300) return;
        problem = `bad HTTP status: ${status}`;
      } catch (error) {
        if (isFailure(error) || isCancellation(error, signal)) throw error;
        problem = networkProblem(error);
      }
      if (pause === undefined) throw uploadFailed(file, problem);
      ui.say(`Error uploading box! Trying again: ${problem}`);
      await wait(pause, undefined, { signal });
    }
  }

  #progressing(file: string, size: number): HttpUpload {
    const { ui } = this.#context;
    return {
      size,
      open: () => {
        let done = 0;
        const stream = createReadStream(file, { highWaterMark: 1 << 18 });
        stream.on('data', (chunk) => {
          done += chunk.length;
          ui.progress({ label: `Uploading ${file}`, done, total: size, unit: 'bytes' });
        });
        return stream;
      },
    };
  }

  async #headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const token = await this.#options.token(signal);
    const json = { 'Content-Type': 'application/json' };
    return token === undefined ? json : { ...json, Authorization: `Bearer ${token}` };
  }

  async #send(
    method: string,
    url: URL,
    signal: AbortSignal,
    part: () => Promise<RequestPart>,
  ): Promise<HttpResponse> {
    for (const pause of [...pauses, undefined]) {
      let reason: string;
      try {
        const response = await this.#once(method, url, signal, await part());
        if (pause === undefined || !mayPass(method, response.status)) return response;
        reason = `HTTP status ${response.status}`;
      } catch (error) {
        if (isFailure(error) || isCancellation(error, signal)) throw error;
        reason = networkProblem(error);
        if (pause === undefined || !canRepeat(method)) throw noAnswer(url, reason);
      }
      this.#context.ui.say(`${url.host} did not answer, trying again: ${reason}`);
      await wait(pause, undefined, { signal });
    }
    throw new Error('unreachable');
  }

  #once(method: string, url: URL, signal: AbortSignal, part: RequestPart): Promise<HttpResponse> {
    const proxy = (to: URL): URL | undefined => proxyFor(to, process.env);
    const tls = this.#options.isInsecure ? { tls: { rejectUnauthorized: false } } : {};
    return sendRequest({ method, url, signal, proxy, ...tls, ...part });
  }
}

interface RequestPart {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | HttpUpload;
  readonly timeout?: number;
}

/** What is sent twice by mistake must do no harm. */
function canRepeat(method: string): boolean {
  return method !== 'POST';
}

/** The service has too much to do, or is being started. A `POST` that got 503 or 429 was not done. */
function mayPass(method: string, status: number): boolean {
  return status === 429 || status === 503 || (status >= 500 && canRepeat(method));
}

function answerOf({ status, body }: HttpResponse): ApiAnswer {
  const isOk = status >= 200 && status < 300;
  try {
    const parsed: unknown = JSON.parse(body.toString());
    const isObject = typeof parsed === 'object' && parsed !== null;
    return { status, isOk, body: isObject ? (parsed as Record<string, unknown>) : {} };
  } catch {
    return { status, isOk, body: {} };
  }
}

/** What a service complains of: `errors`, a list of texts and objects, or `message`. */
export function complaintOf({ body }: ApiAnswer): string {
  const { errors, message } = body;
  if (typeof message === 'string') return message;
  if (!Array.isArray(errors)) return '';
  return errors
    .map((error: unknown) =>
      typeof error === 'object' && error !== null
        ? Object.entries(error)
            .map(([name, text]) => `${name} ${String(text)}`)
            .join('. ')
        : String(error),
    )
    .join('. ');
}

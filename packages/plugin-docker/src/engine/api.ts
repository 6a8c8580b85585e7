import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { EngineAddress } from './address.ts';

/** One request. */
export interface ApiCall {
  readonly signal: AbortSignal;
  /** A list stands for one parameter several times over. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, a tar stream. */
  readonly archive?: Readable;
}

/** What the engine answered: the text of a good answer, or what it complained of. */
export type ApiAnswer =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly status: number; readonly complaint: string };

/**
 * The engine's HTTP API on a plain socket, in the version that the engine likes best: of what is asked here, none has
 * changed. Rejects with a bare error when the engine cannot be reached, and with the signal's reason.
 */
export class Api {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #address: EngineAddress;

  constructor(address: EngineAddress) {
    this.#address = address;
  }

  async call(method: string, path: string, call: ApiCall): Promise<ApiAnswer> {
    const { signal, json, archive } = call;
    const headers = contentType(json, archive);
    const sent = request(this.#options(method, path, call, { agent: this.#agent, headers }));
    try {
      const answered = responseTo(sent);
      if (archive === undefined) sent.end(json === undefined ? undefined : JSON.stringify(json));
      // No pipeline: what the engine says of a tar stream that it does not take would be lost.
      else archive.once('error', (error) => sent.destroy(error)).pipe(sent);
      const response = await answered;
      return answerOf(response, await text(response));
    } catch (error) {
      sent.destroy();
      signal.throwIfAborted();
      throw error;
    }
  }

  /** Makes a connection of its own, over which both sides send what they like from then on. */
  async open(path: string, call: ApiCall): Promise<Duplex | ApiAnswer> {
    const headers = { ...contentType(call.json), connection: 'Upgrade', upgrade: 'tcp' };
    const sent = request(this.#options('POST', path, call, { agent: false, headers }));
    const opened = new Promise<Duplex | ApiAnswer>((resolve, reject) => {
      sent.once('upgrade', (_, socket: Duplex, head: Buffer) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      responseTo(sent)
        .then(async (response) => resolve(answerOf(response, await text(response))))
        .catch(reject);
    });
    sent.end(JSON.stringify(call.json));
    return opened.catch((error: unknown) => {
      call.signal.throwIfAborted();
      throw error;
    });
  }

  #options(
    method: string,
    path: string,
    { signal, query = {} }: ApiCall,
    more: RequestOptions,
  ): RequestOptions {
    const parameters = Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, one]),
    );
    const search = parameters.length > 0 ? `?${new URLSearchParams(parameters)}` : '';
    return { ...this.#address, method, path: `${path}${search}`, signal, ...more };
  }
}

function contentType(json: unknown, archive?: Readable): Readonly<Record<string, string>> {
  if (archive !== undefined) return { 'content-type': 'application/x-tar' };
  return json === undefined ? {} : { 'content-type': 'application/json' };
}

function responseTo(sent: ReturnType<typeof request>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // More than one may come; nobody listening would end the process.
    sent.on('error', reject);
  });
}

function answerOf({ statusCode = 0 }: IncomingMessage, body: string): ApiAnswer {
  if (statusCode < 300) return { ok: true, text: body };
  return { ok: false, status: statusCode, complaint: messageIn(body) || `status ${statusCode}` };
}

function messageIn(body: string): string {
  try {
    return String((JSON.parse(body) as { readonly message?: unknown }).message ?? '');
  } catch {
    return body.trim();
  }
}

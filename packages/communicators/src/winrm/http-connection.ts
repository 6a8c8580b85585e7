import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { messageOf } from '@bake/plugin-sdk';
import { reasonOf } from '../network/open-socket.ts';
import type { Line } from './open-line.ts';
import { TryError } from './stage.ts';

/** Bytes: no answer that we ask for comes near it. */
const largestBody = 4 * 1024 * 1024;

/** An HTTP answer, whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** HTTP on one TCP connection that is never silently replaced, since NTLM's logins hold for a connection. */
export class HttpConnection {
  readonly #line: Line;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #host: string;
  #isTaken = false;

  constructor(line: Line, host: string) {
    this.#line = line;
    this.#host = host;
    // Between two requests no one listens for errors.
    line.socket.on('error', () => undefined);
    Object.assign(this.#agent, { createConnection: () => this.#take() });
  }

  get isAlive(): boolean {
    const { socket } = this.#line;
    return !socket.destroyed && socket.writable && !socket.readableEnded;
  }

  /**
   * Sends one request at a time. Rejects with the signal's reason or with a `TryError`, also when there is no
   * answer within `timeout` milliseconds; the connection is of no more use then.
   */
  post(
    body: Buffer,
    headers: Readonly<Record<string, string>>,
    timeout: number,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const asked = request({
        agent: this.#agent,
        method: 'POST',
        path: this.#line.requestTarget,
        headers: {
          Host: this.#host,
          'User-Agent': 'bake WinRM client',
          'Content-Length': body.length,
          ...this.#line.headers,
          ...headers,
        },
      });
      const fail = (error: unknown): void => {
        finish();
        this.close();
        reject(error);
      };
      const onAbort = (): void => fail(signal.reason);
      const timer = setTimeout(
        () => fail(new TryError('line', `no answer in ${timeout / 1000} seconds`)),
        timeout,
      );
      const finish = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      asked.on('error', (error) => fail(signal.aborted ? signal.reason : broken(error)));
      asked.on('response', (response) => {
        readBody(response).then((answer) => {
          finish();
          resolve(answer);
        }, fail);
      });
      if (signal.aborted) onAbort();
      else asked.end(body);
    });
  }

  /** Ends it at once. */
  close(): void {
    this.#agent.destroy();
    this.#line.socket.destroy();
  }

  #take(): Line['socket'] {
    if (this.#isTaken) throw new Error('the machine hung up');
    this.#isTaken = true;
    return this.#line.socket;
  }
}

async function readBody(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > largestBody) throw new TryError('answer', 'it does not end');
    }
  } catch (error) {
    throw error instanceof TryError ? error : new TryError('line', 'it broke off in an answer');
  }
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, body: Buffer.concat(chunks) };
}

function broken(error: NodeJS.ErrnoException): TryError {
  // What the parser of HTTP says begins with HPE_.
  if (error.code?.startsWith('HPE_')) return new TryError('answer', 'it is no HTTP');
  if (error.code === 'ECONNRESET') return new TryError('line', 'the machine hung up');
  return new TryError('line', error.code === undefined ? messageOf(error) : reasonOf(error));
}

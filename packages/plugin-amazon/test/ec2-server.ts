import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Answer, Fault, World } from './world.ts';
import { xml } from './xml.ts';

/** One call as it came over the line. */
export interface Call {
  readonly action: string;
  readonly region: string;
  /** Access key that signed it, and the session token that came along. */
  readonly key: string;
  readonly token: string | undefined;
  /** `/` but for the metadata of instances. */
  readonly path: string;
  /** All parameters, as AWS's query protocol has them: `BlockDeviceMapping.1.Ebs.VolumeSize`. */
  readonly params: Readonly<Record<string, string>>;
}

/** What befalls a call: nothing, an error in place of the effect, or a cut line before or after the effect. */
export type Conduct = 'normal' | 'cut-before' | 'cut-after' | 'fail-after' | Fault;

/** A server that speaks the query protocol of EC2, STS and IAM, keeps what it is asked, and plays a small cloud. */
export class Ec2Server {
  readonly calls: Call[] = [];
  readonly world = new World();
  /** Decides what befalls a call. */
  conduct: (call: Call) => Conduct = () => 'normal';
  /** Answers in place of the world's. */
  readonly overrides = new Map<string, (call: Call) => Answer>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** With a certificate it speaks HTTPS. */
  static async start(tls?: { readonly key: string; readonly cert: string }): Promise<Ec2Server> {
    const server = tls === undefined ? createServer() : createSecureServer(tls);
    const made = new Ec2Server(server);
    server.on('request', (request, response) => {
      void made.#answer(request).then(
        ([status, body]) => response.writeHead(status, { 'content-type': 'text/xml' }).end(body),
        () => request.socket.destroy(),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return made;
  }

  get address(): string {
    const protocol = this.#server instanceof SecureServer ? 'https' : 'http';
    return `${protocol}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Calls of an action, oldest first. */
  of(action: string): readonly Call[] {
    return this.calls.filter((call) => call.action === action);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage): Promise<[number, string]> {
    const call = callOf(request, await text(request));
    this.calls.push(call);
    const conduct = this.conduct(call);
    if (conduct === 'cut-before') throw new Error('cut');
    try {
      if (conduct instanceof Fault) throw conduct;
      const answer = (this.overrides.get(call.action) ?? ((one) => this.world.answer(one)))(call);
      if (conduct === 'cut-after') throw new Error('cut');
      if (conduct === 'fail-after') throw new Fault('InternalError', 'after it took effect', 500);
      return [200, wrapped(call.action, answer)];
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const { code: Code, message: Message } = error;
      const inner = xml({
        Errors: { Error: { Code, Message } },
        Error: { Code, Message },
        RequestID: 'r',
      });
      return [error.status, `<Response>${inner}</Response>`];
    }
  }
}

/** STS and IAM put what they say into an element of its own. */
function wrapped(action: string, answer: Answer): string {
  const inner = xml({ [`${action}Result`]: answer, ...answer, requestId: 'r' });
  return `<${action}Response>${inner}</${action}Response>`;
}

function callOf({ headers, url: path = '/' }: IncomingMessage, body: string): Call {
  const {
    Action: action = '',
    Version: _,
    ...params
  } = Object.fromEntries(new URLSearchParams(body));
  const scope = /Credential=([^,]*)/.exec(headers.authorization ?? '')?.[1];
  const [key = '', , region = ''] = scope?.split('/') ?? [];
  const token = headers['x-amz-security-token']?.toString();
  return { action, region, key, token, path, params };
}

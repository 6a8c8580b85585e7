import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fault, read, type Wire, written } from './wire.ts';
import { type Answer, Fault } from './world/act.ts';
import { World } from './world.ts';

/** One call as it came over the line. */
export interface Call {
  readonly action: string;
  readonly region: string;
  /** Access key that signed it, and the session token that came along. */
  readonly key: string;
  readonly token: string | undefined;
  /** Whether this secret key has signed it. */
  isSignedBy(secret: string): boolean;
  /** `/` but for the metadata of instances. */
  readonly path: string;
  /**
   * All parameters, as AWS's query protocol has them: `BlockDeviceMapping.1.Ebs.VolumeSize`; those of JSON in the same way. Of S3
   * bucket, key and headers.
   */
  readonly params: Readonly<Record<string, string>>;
}

/** What befalls a call: nothing, an error in place of the effect, or a cut line before or after the effect. */
export type Conduct = 'normal' | 'cut-before' | 'cut-after' | 'fail-after' | Fault;

/** A server that speaks the protocols of EC2, STS, IAM, SSM, Secrets Manager and S3, keeps what it is asked, and plays a small cloud. */
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
      if (request.url?.startsWith('/latest/')) return void metadata(request, response);
      void made.#answer(request).then(
        ({ status, type, body, headers }) =>
          response.writeHead(status, { 'content-type': type, ...headers }).end(body),
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

  async #answer(request: IncomingMessage): Promise<Wire> {
    const { call, protocol } = read(request, await buffer(request));
    this.calls.push(call);
    const conduct = this.conduct(call);
    if (conduct === 'cut-before') throw new Error('cut');
    try {
      if (conduct instanceof Fault) throw conduct;
      const answer = (this.overrides.get(call.action) ?? ((one) => this.world.answer(one)))(call);
      if (conduct === 'cut-after') throw new Error('cut');
      if (conduct === 'fail-after') throw new Fault('InternalError', 'after it took effect', 500);
      return written(protocol, call.action, answer);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return fault(protocol, error);
    }
  }
}

/** The metadata of an instance, version 2. */
function metadata({ method, url, headers }: IncomingMessage, response: ServerResponse): void {
  if (method === 'PUT' && url === '/latest/api/token') response.end('md-token');
  else if (headers['x-aws-ec2-metadata-token'] !== 'md-token') response.writeHead(401).end();
  else if (url === '/latest/meta-data/instance-id') response.end('i-host');
  else response.writeHead(404).end();
}

import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type NtlmSecurity, signatureLength } from '../../src/winrm/ntlm/security.ts';
import { readSealedBody, sealedBody, sealedType } from '../../src/winrm/sealed-body.ts';
import { makeCertificate } from './certificate.ts';
import type { Trouble, WinrmMachine, WinrmMachineOptions } from './machine.ts';
import { NtlmAcceptor } from './ntlm-acceptor.ts';
import { Service } from './service.ts';
import { type Asked, faultMessage, readAsked } from './soap.ts';

/** How far the login of a connection is. */
interface Connection {
  acceptor: NtlmAcceptor | undefined;
  security: NtlmSecurity | undefined;
}

const drive = { TEMP: 'C:\\Temp' };

/** Starts the machine; it listens when this resolves. Whoever starts it closes it. */
export async function startWinrmMachine(options: WinrmMachineOptions): Promise<WinrmMachine> {
  const machine = new Machine(options);
  await machine.listen();
  return machine;
}

class Machine implements WinrmMachine {
  readonly host = '127.0.0.1';
  readonly root: string;
  readonly username: string;
  readonly password: string;
  readonly asked: string[] = [];
  readonly #options: WinrmMachineOptions;
  readonly #service: Service;
  readonly #server: ReturnType<typeof createHttpServer>;
  readonly #sockets = new Set<Socket>();
  readonly #logins = new WeakMap<Socket, Connection>();
  #port = 0;
  connections = 0;
  longestRequest = 0;
  isBound = false;

  constructor(options: WinrmMachineOptions) {
    const { maxEnvelope = 500, tellsConfig = true, longestWait = 60_000 } = options;
    this.#options = options;
    this.root = options.root;
    this.username = options.username ?? 'Administrator';
    this.password = options.password ?? 'Sesame-öffne-dich!';
    const environment = { ...drive, ...options.environment };
    const world = {
      root: options.root,
      environment,
      says: options.powershellSays ?? (() => undefined),
    };
    this.#service = new Service(world, { maxEnvelope, tellsConfig, longestWait });
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      this.#serve(request, response).catch(() => request.socket.destroy());
    };
    this.#server = options.tls
      ? createHttpsServer(makeCertificate(), serve)
      : createHttpServer(serve);
    this.#server.on(options.tls ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get port(): number {
    return this.#port;
  }

  get shells(): number {
    return this.#service.shells;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#options.port ?? 0, this.host, () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  dropConnections({ reboot = false }: { readonly reboot?: boolean } = {}): void {
    for (const socket of this.#sockets) socket.destroy();
    if (reboot) this.#service.endAll();
  }

  async close(): Promise<void> {
    const freed = new Promise((resolve) => this.#server.close(resolve));
    this.dropConnections({ reboot: true });
    await freed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    this.longestRequest = Math.max(this.longestRequest, body.length);
    const security = this.#logIn(request, response);
    if (security === undefined) return;
    if (body.length === 0) {
      response.writeHead(200).end();
      return;
    }
    const message = this.#open(request, body, security);
    if (message === undefined) {
      response.writeHead(400).end();
      return;
    }
    const asked = readAsked(message);
    const before = this.asked.filter((action) => action === asked.action).length;
    this.asked.push(asked.action);
    const seal = security === 'none' || !isSealed(request) ? undefined : security;
    const trouble = this.#options.trouble?.(asked.action, before);
    if (trouble === undefined) await this.#answer(asked, body.length, response, seal);
    else makeTrouble(trouble, response, this.#wanted(), seal);
  }

  async #answer(
    asked: Asked,
    length: number,
    response: ServerResponse,
    seal: NtlmSecurity | undefined,
  ): Promise<void> {
    const limit = (this.#options.maxEnvelope ?? 500) * 1024;
    const tooLong = {
      subcode: 'EncodingLimit',
      code: 2150859047,
      reason: 'The message is too long.',
    };
    const { status, text } =
      length > limit
        ? ({ status: 500, text: faultMessage(asked, tooLong) } as const)
        : await this.#service.answer(asked);
    if (!response.socket?.destroyed) reply(response, status, text, seal);
  }

  /** What the connection is logged in with; `undefined` when it isn't, which was answered. */
  #logIn(request: IncomingMessage, response: ServerResponse): NtlmSecurity | 'none' | undefined {
    const { logins = ['basic', 'ntlm'] } = this.#options;
    const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ');
    const bytes = Buffer.from(token, 'base64');
    const isNtlm = /^(?:negotiate|ntlm)$/i.test(scheme) && logins.includes('ntlm');
    const connection = this.#connection(request.socket);
    if (/^basic$/i.test(scheme) && logins.includes('basic')) {
      if (bytes.toString() === `${this.username}:${this.password}`) return 'none';
    } else if (isNtlm && bytes[8] === 1) {
      const login = { username: this.username, domain: '', password: this.password };
      connection.acceptor = new NtlmAcceptor(login, this.#options.tellsTime ?? true);
      const challenge = connection.acceptor.challenge(bytes).toString('base64');
      response.writeHead(401, { 'WWW-Authenticate': `${scheme} ${challenge}` }).end();
      return undefined;
    } else if (isNtlm && bytes[8] === 3) {
      connection.security = connection.acceptor?.accept(bytes);
      this.isBound = connection.acceptor?.bindings !== undefined;
    }
    if (connection.security === undefined) {
      response.writeHead(401, { 'WWW-Authenticate': this.#wanted() }).end();
    }
    return connection.security;
  }

  #wanted(): string[] {
    const { logins = ['basic', 'ntlm'] } = this.#options;
    return [
      ...(logins.includes('ntlm') ? ['Negotiate'] : []),
      ...(logins.includes('basic') ? ['Basic realm="WSMAN"'] : []),
    ];
  }

  /** The message in a request, if it may be sent like this. */
  #open(
    request: IncomingMessage,
    body: Buffer,
    security: NtlmSecurity | 'none',
  ): string | undefined {
    if (isSealed(request)) {
      return security === 'none' ? undefined : security.open(readSealedBody(body))?.toString();
    }
    const { tls = false, allowsUnencrypted = true } = this.#options;
    return tls || allowsUnencrypted ? body.toString() : undefined;
  }

  #connection(socket: Socket): Connection {
    const known = this.#logins.get(socket) ?? { acceptor: undefined, security: undefined };
    this.#logins.set(socket, known);
    return known;
  }
}

function isSealed({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('multipart/encrypted') ?? false;
}

function reply(
  response: ServerResponse,
  status: number,
  text: string,
  seal: NtlmSecurity | undefined,
): void {
  const message = Buffer.from(text);
  const body =
    seal === undefined ? message : sealedBody(seal.seal(message), message.length, signatureLength);
  const type = seal === undefined ? 'application/soap+xml;charset=UTF-8' : sealedType;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length }).end(body);
}

function makeTrouble(
  trouble: Trouble,
  response: ServerResponse,
  wanted: string[],
  seal: NtlmSecurity | undefined,
): void {
  const { socket } = response;
  switch (trouble) {
    case 'drop':
      socket?.destroy();
      return;
    case 'cut':
      response
        .writeHead(200, { 'Content-Length': 1000 })
        .write('<s:Envelope', () => socket?.destroy());
      return;
    case 'garbage':
      reply(response, 200, '<s:Envelope><oh', seal);
      return;
    case 'no soap':
      reply(response, 200, '<html><body>Welcome to nginx!</body></html>', seal);
      return;
    case 'unsealed':
      reply(response, 200, '<html/>', undefined);
      return;
    case 'no http':
      socket?.end('SSH-2.0-OpenSSH_9.2\r\n');
      return;
    case 'endless':
      pourOut(response);
      return;
    case 'refuse':
      response.writeHead(401, { 'WWW-Authenticate': wanted }).end();
      return;
    case 'hang':
      return;
    case 'abort':
      reply(response, 500, faultMessage(undefined, aborted), seal);
      return;
    case 'deny':
      reply(response, 500, faultMessage(undefined, denied), seal);
      return;
    case 'status 503':
      response.writeHead(503).end('Service Unavailable');
      return;
    default:
      trouble satisfies never;
  }
}

function pourOut(response: ServerResponse): void {
  const pour = (): void => {
    while (!response.destroyed && response.write(' '.repeat(1_000_000)));
  };
  response
    .writeHead(200)
    .on('drain', pour)
    .on('error', () => undefined);
  pour();
}

const aborted = {
  subcode: 'InternalError',
  code: 995,
  reason:
    'The I/O operation has been aborted because of either a thread exit or an application request.',
};
const denied = { subcode: 'AccessDenied', code: 5, reason: 'Access is denied.' };

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as the service got it. */
export interface Got {
  /** `GET /box/team/web` */
  readonly what: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

/** An answer: a status with or without a body, or 200 with a body, or `cut` for a connection that is closed in the middle. */
export type Answer = number | readonly [number, object] | object | 'cut';

/** Both services, as small as can be: what they have is a set of paths, and what was uploaded. */
export interface BoxService {
  readonly url: string;
  readonly got: readonly Got[];
  /** Things that are there, by path: `/box/team/web`; with what the service says of them. */
  readonly things: Map<string, object>;
  /** Whole uploads, by the last part of their address. */
  readonly uploads: ReadonlyMap<string, Buffer>;
  /** Requests in order, without uploads' names. */
  readonly asked: readonly string[];
  /** Requests that it has seen to. */
  readonly done: readonly string[];
  /** What is answered to requests, once each, in place of what would be. */
  fault(what: RegExp, ...answers: readonly Answer[]): void;
  /** Requests that it gets are not seen to before the gate opens. */
  hold(what: RegExp, gate: Promise<void>): void;
  stop(): Promise<void>;
}

function statusAndBody(answer: Answer): readonly [number, object] {
  if (typeof answer === 'number') return [answer, { errors: [`status ${answer}`] }];
  return Array.isArray(answer) ? (answer as unknown as [number, object]) : [200, answer as object];
}

/** What is asked for, in both services' forms. */
interface Body {
  readonly name?: string;
  readonly architecture_type?: string;
  readonly version?: { readonly version: string };
  readonly provider?: { readonly name: string; readonly architecture: string };
}

/** Starts the service, over TLS if it gets a certificate. */
export async function startBoxService(tls?: {
  readonly cert: string;
  readonly key: string;
}): Promise<BoxService> {
  const got: Got[] = [];
  const things = new Map<string, object>();
  const uploads = new Map<string, Buffer>();
  const faults: { readonly what: RegExp; readonly answers: Answer[] }[] = [];
  const done: string[] = [];
  const held: (readonly [RegExp, Promise<void>])[] = [];
  let count = 0;
  let url = '';

  const take = (what: string): Answer | undefined =>
    faults
      .find(({ what: wanted, answers }) => wanted.test(what) && answers.length > 0)
      ?.answers.shift();

  const uploadAt = (path: string, isDirect: boolean): Answer => {
    if (!things.has(path)) return 404;
    count += 1;
    things.set(path, { ...things.get(path), upload: count });
    return {
      upload_path: `${url}/storage/${count}?signature=x`,
      url: `${url}/storage/${count}`,
      ...(isDirect ? { callback: `${url}/callback/${count}`, object: `${count}` } : {}),
    };
  };

  const operation = { id: 'o', location: { organization_id: 'a', project_id: 'b' } };

  /** Puts a thing into a list: what is in `.../versions` is at `.../version/NAME`. */
  const create = (list: string, body: Body): Answer => {
    const { version, provider } = body;
    const name = provider
      ? `${provider.name}/${provider.architecture}`
      : (version?.version ?? body.name ?? body.architecture_type);
    things.set(`${list.replace(/boxes$/, 'box').replace(/s$/, '')}/${name}`, body);
    return { operation, version: { ...version, state: 'UNRELEASED' } };
  };

  const remove = (path: string): Answer => {
    const gone = [...things.keys()].filter((thing) => `${thing}/`.startsWith(`${path}/`));
    for (const thing of gone) things.delete(thing);
    return {};
  };

  const release = (version: string): Answer => {
    things.set(version, { ...things.get(version), released: true });
    return {};
  };

  /** What is done for a request, by method and path; the first that fits. */
  const routes: readonly (readonly [RegExp, (path: string, body: Buffer) => Answer])[] = [
    [/^PUT \/storage\/(.*)/, (name, body) => uploads.set(name, body) && 200],
    [/^GET \/authenticate|^PUT (?:\/callback\/|.*\/direct\/complete\/\d+$)/, () => ({})],
    [/^POST \/oauth2\/token/, () => ({ access_token: `token-${++count}`, expires_in: 3600 })],
    [/^GET \/operation\//, () => ({ operation: { ...operation, state: 'DONE' } })],
    [/^GET (.*)\/(?:upload\/direct|direct\/upload)$/, (path) => uploadAt(path, true)],
    [/^GET (.*)\/upload$/, (path) => uploadAt(path, false)],
    [/^PUT (.*)\/release$/, release],
    [/^POST (.*)/, (path, body) => create(path, JSON.parse(body.toString()))],
    [/^DELETE (.*)/, remove],
    [/^\w+ (.*)/, (path) => things.get(path) ?? 404],
  ];

  const answer = (what: string, body: Buffer): Answer => {
    for (const [pattern, act] of routes) {
      const found = pattern.exec(what);
      if (found !== null) return act(found[1] ?? '', body);
    }
    return 404;
  };

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? '').split('?')[0] as string;
    const what = `${request.method} ${path}`;
    const fault = take(what);
    if (fault === 'cut') {
      request.once('data', () => request.socket.destroy());
      request.once('end', () => request.socket.destroy());
      got.push({ what, authorization: request.headers.authorization, body: Buffer.alloc(0) });
      return;
    }
    void buffer(request).then(
      async (body) => {
        got.push({ what, authorization: request.headers.authorization, body });
        await held.find(([wanted]) => wanted.test(what))?.[1];
        const result = fault ?? answer(what, body);
        done.push(what);
        const [status, text] = statusAndBody(result);
        response
          .writeHead(status, { 'Content-Type': 'application/json' })
          .end(JSON.stringify(text));
      },
      () => undefined,
    );
  };
  const server = tls === undefined ? createServer(serve) : createSecureServer(tls, serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http${tls === undefined ? '' : 's'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    got,
    things,
    uploads,
    get asked() {
      return got.map(({ what }) => what.replace(/\/(storage|callback)\/\d+/, '/$1'));
    },
    done,
    hold: (what, gate) => void held.push([what, gate]),
    fault: (what, ...answers) => void faults.unshift({ what, answers: [...answers] }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

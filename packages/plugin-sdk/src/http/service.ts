import { Failure, isFailure } from '../failure.ts';
import { networkProblem } from './network-problem.ts';
import { type HttpRequest, type HttpResponse, sendRequest } from './request.ts';
import { invalidSetting } from './settings.ts';

/** A server that answers questions over HTTP. */
export interface Server {
  /** What messages call it. */
  readonly name: string;
  /** Where its API begins, without user and password. */
  readonly url: URL;
  /** A Unix socket to reach it by. */
  readonly socketPath?: string;
  /** The environment variable that says where it is. */
  readonly variable: string;
}

/** A server at an address: a URL with `http`, `https` or `unix`. Throws a `Failure` for anything else. */
export function serverAt(name: string, address: string, variable: string): Server {
  const socketPath = /^unix:\/\/(.+)$/.exec(address)?.[1];
  if (socketPath !== undefined) {
    return { name, url: new URL('http://localhost/'), socketPath, variable };
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw invalidSetting(variable, 'It must be an address such as https://host:port.');
  }
  return { name, url, variable };
}

/** The address as it may be shown: a URL can hold a password. */
export function shownAddress({ url, socketPath }: Server): string {
  if (socketPath !== undefined) return `unix://${socketPath}`;
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, '')}`;
}

/** The URL of a path below the server's own; slashes stay, all else that is no letter of a path is encoded. */
export function urlBelow({ url }: Server, path: string): URL {
  const below = new URL(url);
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  below.pathname = `${url.pathname.replace(/\/$/, '')}/${encoded}`;
  return below;
}

/** Sends a request to a server. Rejects with a `Failure` that names the server when there is no response. */
export async function sendTo(
  server: Server,
  request: Omit<HttpRequest, 'socketPath'>,
): Promise<HttpResponse> {
  const { socketPath } = server;
  try {
    return await sendRequest({ ...request, ...(socketPath !== undefined && { socketPath }) });
  } catch (error) {
    request.signal.throwIfAborted();
    const reason = isFailure(error) ? error.message : networkProblem(error);
    throw unreachable(server.name, shownAddress(server), reason, server.variable);
  }
}

/** Nobody answers for a service at an address, which came from an environment variable. */
export function unreachable(
  service: string,
  address: string,
  reason: string,
  variable: string,
): Failure {
  return new Failure({
    summary: `${service} at ${address} cannot be reached: ${reason}`,
    detail: `Check that it runs. Its address comes from ${variable}.`,
  });
}

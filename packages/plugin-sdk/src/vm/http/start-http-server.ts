import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { RunContext } from '../../context.ts';
import { Failure, messageOf } from '../../failure.ts';
import { answer } from './answer.ts';
import type { HttpOptions } from './options.ts';
import type { HttpServer, HttpServing } from './serve-http.ts';
import { requireServedFolder } from './served-folder.ts';
import { contentTree, folderTree } from './served-tree.ts';

/** As many requests of the guest as are worth telling. */
const remembered = 20;

/** Starts the server of the step `serveHttp`, and stops it when the build ends. */
export async function startHttpServer(
  { options, guestHost, bindAddress = '0.0.0.0' }: HttpServing,
  context: Pick<RunContext, 'onCleanup' | 'signal' | 'ui'>,
): Promise<HttpServer> {
  const { http_directory: folder, http_content = {} } = options;
  if (folder) await requireServedFolder(folder);
  const requests: string[] = [];
  const tree = folder ? folderTree(folder) : contentTree(http_content);
  const server = createServer((request, response) => {
    response.on('close', () => {
      requests.push(`${request.method} ${request.url}: ${response.statusCode}`);
      if (requests.length > remembered) requests.shift();
    });
    void answer(request, response, tree);
  });
  const address = addressOf(options) ?? bindAddress;
  const port = await listen(server, address, options, context.signal);
  context.onCleanup('stop the HTTP server', () => stop(server), { always: true });
  const host = guestHost ?? address;
  context.ui.say(`Starting HTTP server on port ${port}`);
  return {
    data: { HTTPIP: host, HTTPPort: port },
    generated: {
      PackerHTTPIP: host,
      PackerHTTPPort: String(port),
      PackerHTTPAddr: `${isIPv6(host) ? `[${host}]` : host}:${port}`,
    },
    requests,
  };
}

/** The address that the template asks for. */
function addressOf(options: HttpOptions): string | undefined {
  const { http_bind_address, http_interface: name, http_network_protocol: protocol } = options;
  if (http_bind_address) return http_bind_address;
  if (!name) return protocol === 'tcp6' ? '::' : undefined;
  const family = protocol === 'tcp6' ? 'IPv6' : 'IPv4';
  const found = networkInterfaces()[name]?.find((address) => address.family === family);
  if (found !== undefined) return found.address;
  throw new Failure({
    summary: `The network interface "${name}" of "http_interface" has no ${family} address here`,
    detail: `This machine has: ${Object.keys(networkInterfaces()).join(', ')}.`,
  });
}

/** Takes the first free port from a random one on, so that builds side by side seldom meet. */
async function listen(
  server: Server,
  host: string,
  { http_port_min: min, http_port_max: max }: HttpOptions,
  signal: AbortSignal,
): Promise<number> {
  const count = max - min + 1;
  const first = Math.floor(Math.random() * count);
  for (let index = 0; index < count; index += 1) {
    signal.throwIfAborted();
    const port = min + ((first + index) % count);
    if (await isTaken(server, host, port)) continue;
    const bound = server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : port;
  }
  const ports = count === 1 ? `Port ${min}` : `All ports from ${min} to ${max}`;
  throw new Failure({
    summary: `Could not start the HTTP server: ${ports} of ${host} ${count === 1 ? 'is' : 'are'} taken`,
    detail: 'Widen the range with "http_port_min" and "http_port_max".',
  });
}

async function isTaken(server: Server, host: string, port: number): Promise<boolean> {
  const listening = once(server, 'listening');
  server.listen({ port, host, exclusive: true });
  try {
    await listening;
    return false;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return true;
    throw new Failure({
      summary: `Could not start the HTTP server on ${host}: ${reason(code) ?? messageOf(error)}`,
      detail: 'Check "http_bind_address".',
      cause: error,
    });
  }
}

function reason(code: string | undefined): string | undefined {
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address';
  return code === 'ENOTFOUND' ? 'the host name is not known' : undefined;
}

async function stop(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

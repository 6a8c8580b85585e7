import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ByteRange, rangeOf } from './byte-range.ts';
import type { ServedFile, ServedFolder, ServedTree } from './served-tree.ts';

/** Types by ending, those that Go knows without the system's list. */
const types: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.htm': 'text/html; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.xml': 'text/xml; charset=utf-8',
};

/**
 * Answers a request as Go's `http.FileServer` would: index.html stands for its folder, other folders are
 * listed, part of a file can be asked for, and what looks like a folder but is none is sent on. Never
 * rejects: a guest that hangs up is no fault of the build.
 */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  tree: ServedTree,
): Promise<void> {
  try {
    await respond(request, response, tree);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else sendError(response, statusOf(error));
  }
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  tree: ServedTree,
): Promise<void> {
  const [rawPath = '', query] = (request.url ?? '/').split(/\?(.*)/s);
  const asked = decoded(rawPath);
  if (asked === undefined) return sendError(response, 400);
  const path = posix.join('/', asked).replace(/(?<=.)\/$/, '');
  const suffix = query === undefined ? '' : `?${query}`;
  if (tree.paths === undefined && asked.endsWith('/index.html')) {
    return redirect(response, `./${suffix}`);
  }
  const found = await tree.find(path);
  if (found === undefined) return sendError(response, 404, hint(path, tree));
  if (found.kind === 'file') {
    if (tree.paths === undefined && asked.endsWith('/') && path !== '/') {
      return redirect(response, `../${encodeURIComponent(posix.basename(path))}${suffix}`);
    }
    return sendFile(request, response, found, typeOf(path));
  }
  if (!asked.endsWith('/')) {
    return redirect(response, `${encodeURIComponent(posix.basename(path))}/${suffix}`);
  }
  const index = await tree.find(posix.join(path, 'index.html')).catch(() => undefined);
  return index?.kind === 'file'
    ? sendFile(request, response, index, typeOf('index.html'))
    : sendListing(request, response, found);
}

/** The path of a URL; a proxy may have asked with the whole URL. */
function decoded(rawPath: string): string | undefined {
  try {
    return decodeURIComponent(rawPath.replace(/^https?:\/\/[^/]*/i, '') || '/');
  } catch {
    return undefined;
  }
}

function typeOf(path: string): string | undefined {
  return types[extname(path).toLowerCase()];
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: ServedFile,
  type: string | undefined,
): Promise<void> {
  const { size, modified } = file;
  response.setHeader('Accept-Ranges', 'bytes');
  if (isUnchanged(request, response, modified)) return;
  const range = rangeOf(request.headers.range, size);
  if (range === 'unsatisfiable') {
    response.setHeader('Content-Range', `bytes */${size}`);
    return sendError(response, 416);
  }
  response.setHeader('Content-Type', type ?? (await typeByContent(file)));
  const whole: ByteRange = { start: 0, end: size - 1 };
  const { start, end } = range ?? whole;
  response.setHeader('Content-Length', end - start + 1);
  if (range !== undefined) response.setHeader('Content-Range', `bytes ${start}-${end}/${size}`);
  response.statusCode = range === undefined ? 200 : 206;
  if (request.method === 'HEAD') response.end();
  else await pipeline(file.read(start, end), response);
}

/** Says when it was changed; answers when the guest has it already. */
function isUnchanged(
  { headers, method }: IncomingMessage,
  response: ServerResponse,
  modified: Date | undefined,
): boolean {
  if (modified === undefined) return false;
  response.setHeader('Last-Modified', modified.toUTCString());
  const since = Date.parse(headers['if-modified-since'] ?? '');
  const isReading = method === 'GET' || method === 'HEAD';
  // Headers tell whole seconds.
  if (!isReading || !(Math.floor(modified.getTime() / 1000) * 1000 <= since)) return false;
  response.writeHead(304).end();
  return true;
}

/** Text, unless there are bytes among the first that no text has. */
async function typeByContent(file: ServedFile): Promise<string> {
  if (file.size === 0) return 'text/plain; charset=utf-8';
  const chunks: Buffer[] = [];
  for await (const chunk of file.read(0, Math.min(file.size, 512) - 1)) chunks.push(chunk);
  const isBinary = Buffer.concat(chunks).some(
    (byte) => byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte < 0x20 && byte !== 0x1b),
  );
  return isBinary ? 'application/octet-stream' : 'text/plain; charset=utf-8';
}

function sendListing(
  request: IncomingMessage,
  response: ServerResponse,
  { modified, names }: ServedFolder,
): void {
  if (isUnchanged(request, response, modified)) return;
  const lines = names.map((name) => {
    const target = name.endsWith('/')
      ? `${encodeURIComponent(name.slice(0, -1))}/`
      : encodeURIComponent(name);
    return `<a href="${target}">${escapeHtml(name)}</a>\n`;
  });
  const page = `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${lines.join('')}</pre>\n`;
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(page));
  response.end(request.method === 'HEAD' ? undefined : page);
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (letter) => entities[letter] as string);
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(301, { Location: location }).end();
}

function sendError(response: ServerResponse, status: number, text?: string): void {
  const texts: Readonly<Record<number, string>> = {
    400: 'bad path',
    403: '403 Forbidden',
    404: '404 page not found',
    416: 'invalid range: failed to overlap',
    500: '500 Internal Server Error',
  };
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(`${text ?? texts[status] ?? status}\n`);
}

function statusOf(error: unknown): number {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return 404;
  return code === 'EACCES' || code === 'EPERM' ? 403 : 500;
}

/** Names what is served when that is a handful of texts: whoever reads the guest's log sees the slip at once. */
function hint(path: string, { paths }: ServedTree): string | undefined {
  return paths && `${path} not found. Served are: ${[...paths].sort().join(', ')}`;
}

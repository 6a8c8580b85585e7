import { Failure, isFailure, type Ui } from '@bake/plugin-sdk';
import {
  type HttpRequest,
  type HttpResponse,
  networkProblem,
  proxyFor,
  sendRequest,
} from '@bake/plugin-sdk/http';
import type { HttpConfig } from './data-source.ts';

/** What the data source gives. */
export interface HttpResult {
  readonly url: string;
  readonly body: string;
  readonly request_headers: Readonly<Record<string, string>>;
}

/**
 * Sends the request, through the proxy that the environment names if any, and gives the response. Rejects
 * with a `Failure` without one, or with one whose status is not of success.
 */
export async function readHttp(
  config: HttpConfig,
  signal: AbortSignal,
  ui: Ui,
): Promise<HttpResult> {
  const url = new URL(config.url);
  const { status, headers, body } = await send(config, url, signal);
  if (status < 200 || status > 299) {
    throw new Failure({
      summary: `HTTP request error. Response code: ${status}`,
      detail: `The request was sent to ${shown(url)}.`,
    });
  }
  const type = headers['Content-Type'] ?? '';
  if (!isText(type)) {
    ui.say(`Content-Type is not recognized as a text type, got "${type}"`);
    ui.say(`If the response of ${shown(url)} is binary data, its bytes do not all come through.`);
  }
  return { url: config.url, body: body.toString(), request_headers: headers };
}

async function send(config: HttpConfig, url: URL, signal: AbortSignal): Promise<HttpResponse> {
  const { method, request_headers: headers, request_body: body } = config;
  const request: HttpRequest = {
    url,
    method: method || 'GET',
    signal,
    proxy: (target) => proxyFor(target, process.env),
    ...(headers && { headers }),
    ...(body && { body }),
  };
  try {
    return await sendRequest(request);
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure({
      summary: `No response from ${shown(url)}: ${networkProblem(error)}`,
      detail: detailOf(error) ?? 'Check the address, and that it can be reached from here.',
      cause: error,
    });
  }
}

function detailOf(error: unknown): string | undefined {
  return isFailure(error) ? error.detail : undefined;
}

/** Without what is secret in many a URL: user, password and query. */
function shown({ origin, pathname }: URL): string {
  return origin + pathname;
}

/** Types whose bytes are text in UTF-8 (Packer's own list). */
function isText(contentType: string): boolean {
  const [type = '', ...parameters] = contentType
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (!/^(?:text\/.+|application\/json|application\/samlmetadata\+xml.*)$/.test(type)) return false;
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const name = charset?.slice('charset='.length).replace(/^"(.*)"$/, '$1') ?? '';
  return ['', 'utf-8', 'us-ascii'].includes(name);
}

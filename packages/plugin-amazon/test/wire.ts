import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Call } from './ec2-server.ts';
import type { Answer, Fault } from './world/act.ts';
import { xml } from './xml.ts';

/** How a service of AWS speaks. */
export type Protocol = 'query' | 'json' | 's3';

/** An answer as it goes over the line. */
export interface Wire {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Reads a call in any of the protocols. */
export function read(
  request: IncomingMessage,
  body: Buffer,
): { readonly call: Call; readonly protocol: Protocol } {
  const { headers, url: path = '/' } = request;
  const scope = /Credential=([^,]*)/.exec(headers.authorization ?? '')?.[1];
  const [key = '', , region = '', service] = scope?.split('/') ?? [];
  const token = headers['x-amz-security-token']?.toString();
  const isSignedBy = (secret: string): boolean => signature(request, body, secret);
  const common = { region, key, token, path, isSignedBy };
  const target = headers['x-amz-target']?.toString();
  if (target !== undefined) {
    const action = target.split('.').at(-1) ?? '';
    return { call: { ...common, action, params: flat(JSON.parse(`${body}`)) }, protocol: 'json' };
  }
  if (service === 's3') return { call: { ...common, ...s3(request) }, protocol: 's3' };
  const { Action = '', Version: _, ...params } = Object.fromEntries(new URLSearchParams(`${body}`));
  return { call: { ...common, action: Action, params }, protocol: 'query' };
}

/** Writes what a call is answered with. */
export function written(protocol: Protocol, action: string, answer: Answer): Wire {
  if (protocol === 'json') return json(200, answer);
  // STS and IAM put what they say into an element of its own.
  const inner = xml({ [`${action}Result`]: answer, ...answer, requestId: 'r' });
  if (protocol === 'query') return text(200, `<${action}Response>${inner}</${action}Response>`);
  const body =
    Object.keys(answer).length === 0 ? '' : `<${action}Result>${xml(answer)}</${action}Result>`;
  return { ...text(200, body), headers: { etag: '"tag"' } };
}

/** Writes what a call fails with. */
export function fault(protocol: Protocol, error: Fault): Wire {
  const { code: Code, message: Message, status } = error;
  if (protocol === 'json') return json(status, { __type: Code, message: Message });
  if (protocol === 's3') return text(status, `<Error>${xml({ Code, Message })}</Error>`);
  const inner = xml({
    Errors: { Error: { Code, Message } },
    Error: { Code, Message },
    RequestID: 'r',
  });
  return text(status, `<Response>${inner}</Response>`);
}

function text(status: number, body: string): Wire {
  return { status, type: 'text/xml', body };
}

function json(status: number, value: unknown): Wire {
  return { status, type: 'application/x-amz-json-1.1', body: JSON.stringify(value) };
}

/** `{ a: [{ b: 1 }] }` as `a.1.b`. */
function flat(value: unknown, prefix = ''): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return { [prefix]: String(value) };
  const entries = Array.isArray(value)
    ? value.map((one, index) => [String(index + 1), one] as const)
    : Object.entries(value);
  return Object.assign(
    {},
    ...entries.map(([name, one]) => flat(one, prefix === '' ? name : `${prefix}.${name}`)),
  );
}

const s3Actions: Readonly<Record<string, string>> = {
  PUT: 'PutObject',
  DELETE: 'DeleteObject',
  HEAD: 'HeadObject',
  GET: 'GetObject',
};

/** Buckets stand in the path. */
function s3({ method = '', url = '/', headers }: IncomingMessage): Pick<Call, 'action' | 'params'> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const [, bucket = '', ...key] = pathname.split('/');
  const params = {
    bucket,
    key: decodeURIComponent(key.join('/')),
    ...Object.fromEntries(searchParams),
    ...Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => name.startsWith('x-amz-server-side'))
        .map(([name, value]) => [name, String(value)]),
    ),
  };
  return { action: actionOf(method, searchParams, key.join('/')), params };
}

function actionOf(method: string, search: URLSearchParams, key: string): string {
  if (search.has('uploads'))
    return method === 'POST' ? 'CreateMultipartUpload' : 'ListMultipartUploads';
  if (search.has('partNumber')) return 'UploadPart';
  if (search.has('uploadId')) {
    return method === 'POST' ? 'CompleteMultipartUpload' : 'AbortMultipartUpload';
  }
  if (search.has('list-type')) return 'ListObjectsV2';
  if (key === '') return method === 'PUT' ? 'CreateBucket' : 'HeadBucket';
  return s3Actions[method] ?? method;
}

/** AWS's Signature Version 4, as its documentation describes it. */
function signature(request: IncomingMessage, body: Buffer, secret: string): boolean {
  const { authorization = '' } = request.headers;
  const [, scope = '', names = '', signed = ''] =
    /Credential=[^/]*\/([^,]*), SignedHeaders=([^,]*), Signature=(\w+)/.exec(authorization) ?? [];
  const sha = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
  const [path = '', query = ''] = (request.url ?? '/').split('?');
  const hash = request.headers['x-amz-content-sha256']?.toString() ?? sha(body);
  const lines = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}`);
  const canonical = [request.method, path, query, ...lines, '', names, hash].join('\n');
  const date = String(request.headers['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', date, scope, sha(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer | string>(
      (so, part) => createHmac('sha256', so).update(part).digest(),
      `AWS4${secret}`,
    );
  return createHmac('sha256', key).update(text).digest('hex') === signed;
}

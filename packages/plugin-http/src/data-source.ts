import { type Complain, defineDataSource, type Infer, string, stringMap } from '@bake/plugin-sdk';

const methods = ['HEAD', 'GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];

const config = {
  url: string('Where to send the request.', {
    required: true,
    example: 'https://server.example/version',
  }),
  method: string(`The method of the request: one of ${methods.join(', ')}.`, { default: 'GET' }),
  request_headers: stringMap('Headers of the request.'),
  request_body: string('What is sent with the request.'),
} as const;

/** What a request is made of. */
export type HttpConfig = Infer<typeof config>;

export default defineDataSource({
  name: 'http',
  doc: 'Sends an HTTP request and gives the response.',
  config,
  result: {
    url: string('Where the request was sent.', { required: true }),
    body: string('The body of the response.', { required: true }),
    request_headers: stringMap('Headers of the response: Packer gave them this name.', {
      required: true,
    }),
  },
  check(request, complain) {
    checkUrl(request, complain);
    if (request.method === '' || methods.includes(request.method)) return;
    complain('method', {
      summary: `the \`method\` must be one of [${methods.join(' ')}]`,
      detail: `It is written in capitals: "${methods.join('", "')}".`,
    });
  },
  async read(request, { signal, ui }) {
    const { readHttp } = await import('./read-http.ts');
    return readHttp(request, signal, ui);
  },
});

function checkUrl({ url }: HttpConfig, complain: Complain): void {
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if ((scheme === 'http' || scheme === 'https') && URL.canParse(url)) return;
  complain('url', {
    summary: url === '' ? 'the `url` must be specified' : 'the `url` is not one of HTTP',
    detail: 'Set it to the full URL: "https://server.example/path".',
  });
}

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Moto, startMoto, whyNoMoto } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

jest.setTimeout(120_000);
const reason = whyNoMoto();
const when = reason === undefined ? describe : describe.skip;

/** What the name of a service in a signature makes moto answer as. */
function signature(service: string): string {
  return `AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
}

/** moto plays S3 and EC2; only importing itself, which it does not know, is played here. */
when(
  `amazon-import over an S3 that moto plays${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const folder = scratch();
    const content = randomBytes(12_000_007);
    const imports: { readonly bucket: string; readonly key: string; readonly hash: string }[] = [];
    let moto: Moto;
    let status = 'completed';
    let image = '';
    const server = createServer((request, response) => {
      void (async () => {
        const body = await buffer(request);
        const action = new URLSearchParams(body.toString('latin1')).get('Action') ?? '';
        const own = action.includes('Import') ? await importing(action, body) : undefined;
        if (own !== undefined) {
          response.writeHead(200, { 'content-type': 'text/xml' }).end(own);
          return;
        }
        const answer = await forward(request, body);
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      })();
    });

    function forward({ url, method = 'GET', headers }: IncomingMessage, body: Buffer) {
      // These are about the connection alone.
      const { host, connection, 'content-length': _, expect: __, ...rest } = headers;
      return fetch(`${moto.address}${url}`, {
        method,
        headers: rest as Record<string, string>,
        ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
      });
    }

    function ask(service: string, path: string, settings: RequestInit = {}): Promise<Response> {
      const headers = {
        authorization: signature(service),
        'content-type': 'application/x-www-form-urlencoded',
      };
      return fetch(`${moto.address}${path}`, { ...settings, headers });
    }

    async function ec2(params: Readonly<Record<string, string>>): Promise<string> {
      const body = new URLSearchParams(params).toString();
      return (await ask('ec2', '/', { method: 'POST', body })).text();
    }

    /** Looks at what was uploaded, and has an image made of it, or fails. */
    async function importing(action: string, body: Buffer): Promise<string> {
      const params = new URLSearchParams(body.toString());
      if (action === 'ImportImage') {
        const bucket = params.get('DiskContainer.1.UserBucket.S3Bucket') ?? '';
        const key = params.get('DiskContainer.1.UserBucket.S3Key') ?? '';
        const bytes = Buffer.from(await (await ask('s3', `/${bucket}/${key}`)).arrayBuffer());
        imports.push({ bucket, key, hash: createHash('sha256').update(bytes).digest('hex') });
        const made = await ec2({ Action: 'RegisterImage', Name: 'import-ami-1' });
        image = /<imageId>(ami-\w+)</.exec(made)?.[1] ?? '';
        return '<ImportImageResponse><importTaskId>import-ami-1</importTaskId></ImportImageResponse>';
      }
      const outcome =
        status === 'completed'
          ? `<imageId>${image}</imageId>`
          : '<statusMessage>no disk</statusMessage>';
      return `<DescribeImportImageTasksResponse><importImageTaskSet><item><importTaskId>import-ami-1</importTaskId><status>${status}</status><progress>42</progress>${outcome}</item></importImageTaskSet></DescribeImportImageTasksResponse>`;
    }

    const objects = async (): Promise<readonly string[]> =>
      [...(await (await ask('s3', '/images')).text()).matchAll(/<Key>([^<]*)</g)].map(
        ([, key = '']) => key,
      );

    beforeAll(async () => {
      moto = await startMoto();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const made = await ask('s3', '/images', { method: 'PUT' });
      expect(await made.text()).toContain('images');
      const { port } = server.address() as AddressInfo;
      writeFileSync(join(folder.path, 'big.ova'), content);
      writeFileSync(
        join(folder.path, 'main.pkr.hcl'),
        `
source "file" "disk" {
  source = "big.ova"
  target = "disk.ova"
}
build {
  sources = ["file.disk"]
  post-processor "amazon-import" {
    region              = "us-east-1"
    custom_endpoint_ec2 = "http://127.0.0.1:${port}"
    s3_bucket_name      = "images"
    ami_name            = "imported"
    aws_polling {
      delay_seconds = 1
    }
  }
}
`,
      );
    });
    afterAll(async () => {
      server.closeAllConnections();
      server.close();
      await moto?.stop();
      folder.remove();
    });

    function build() {
      const env = {
        AWS_ACCESS_KEY_ID: 'key',
        AWS_SECRET_ACCESS_KEY: 'secret-of-the-test',
        AWS_EC2_METADATA_DISABLED: 'true',
        BAKE_STATE_DIR: join(folder.path, 'state'),
      };
      return runBake(['build', '-force', 'main.pkr.hcl'], { cwd: folder.path, env });
    }

    test('the file is there whole, in parts, and goes when it has become an image', async () => {
      const built = await build();
      expect([built.code, built.stdout]).toEqual([
        0,
        expect.stringMatching(/AMIs were created:\s+us-east-1: ami-\w+/),
      ]);
      const hash = createHash('sha256').update(content).digest('hex');
      expect(imports).toEqual([
        { bucket: 'images', key: expect.stringMatching(/^bake-import-.*\.ova$/), hash },
      ]);
      expect(await objects()).toEqual([]);
      const left = await ec2({ Action: 'DescribeImages', 'Owner.1': 'self' });
      expect([...left.matchAll(/<name>([^<]*)</g)].map(([, name]) => name)).toEqual(['imported']);
    });

    test('nothing stays of an import that AWS gives up', async () => {
      status = 'deleted';
      const built = await build();
      expect([built.code, built.stdout]).toEqual([1, expect.stringContaining('no disk')]);
      expect(await objects()).toEqual([]);
    });
  },
);

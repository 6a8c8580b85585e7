import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Moto, type Sshd, startMoto, startSshd } from '@bake/plugin-sdk/testing';

/** A cloud that moto plays, whose instances are all this machine's sshd. */
export interface AmazonCloud {
  /** Where bake is to go. */
  readonly address: string;
  readonly sshd: Sshd;
  /** What was called so far. */
  readonly calls: readonly URLSearchParams[];
  /** Asks moto itself: the elements of that name in the answer. */
  ask(region: string, params: Readonly<Record<string, string>>, element: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** The image that examples look for. */
const ubuntu = {
  ami_id: 'ami-0ubuntu',
  name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20260101',
  description: 'Ubuntu',
  owner_id: '099720109477',
  public: true,
  virtualization_type: 'hvm',
  architecture: 'x86_64',
  state: 'available',
  platform: null,
  image_type: 'machine',
  hypervisor: 'xen',
  root_device_name: '/dev/sda1',
  root_device_type: 'ebs',
  sriov: 'simple',
  creation_date: '2026-01-01T00:00:00.000Z',
};

/** Starts it, with its files in a folder. */
export async function startAmazonCloud(folder: string): Promise<AmazonCloud> {
  const amis = join(folder, 'amis.json');
  const keys = join(folder, 'authorized_keys');
  writeFileSync(amis, JSON.stringify([ubuntu]));
  writeFileSync(keys, '');
  const [moto, sshd] = await Promise.all([
    startMoto({ MOTO_AMIS_PATH: amis }),
    startSshd([`AuthorizedKeysFile ${keys}`]),
  ]);
  const calls: URLSearchParams[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const params = new URLSearchParams(await text(request));
      calls.push(params);
      withoutSnapshotTags(params);
      const { status, body } = await forward(moto, params, request.headers.authorization ?? '');
      if (params.get('Action') === 'CreateKeyPair') authorize(body, keys, folder);
      const seen = body.replaceAll(/<ipAddress>[^<]*</g, '<ipAddress>127.0.0.1<');
      response.writeHead(status, { 'content-type': 'text/xml' }).end(seen);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sshd,
    calls,
    async ask(region, params, element) {
      const { body } = await forward(moto, new URLSearchParams(params), signature(region));
      const pattern = new RegExp(`<${element}>([^<]*)</${element}>`, 'g');
      return [...body.matchAll(pattern)].map(([, content = '']) => content);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await Promise.all([moto.stop(), sshd.stop()]);
    },
  };
}

/** moto looks only for the region in it. */
function signature(region: string): string {
  return `AWS4-HMAC-SHA256 Credential=key/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`;
}

async function forward({ address }: Moto, params: URLSearchParams, authorization: string) {
  const headers = { authorization, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(address, { method: 'POST', headers, body: params.toString() });
  return { status: answer.status, body: await answer.text() };
}

/** moto does not know tags for the snapshots of an image that is being made. */
function withoutSnapshotTags(params: URLSearchParams): void {
  if (params.get('Action') !== 'CreateImage') return;
  for (const [name, value] of [...params]) {
    const prefix = /^(TagSpecification\.\d+\.)ResourceType$/.exec(name)?.[1];
    if (prefix === undefined || value !== 'snapshot') continue;
    for (const key of [...params.keys()]) if (key.startsWith(prefix)) params.delete(key);
  }
}

/** What AWS does at the start of an instance: the public key comes into it. */
function authorize(body: string, keys: string, folder: string): void {
  const pem = /<keyMaterial>([^<]*)</.exec(body)?.[1]?.replaceAll('&#13;', '') ?? '';
  const path = join(folder, 'temporary-key');
  writeFileSync(path, pem, { mode: 0o600 });
  appendFileSync(keys, execFileSync('ssh-keygen', ['-y', '-f', path]));
}

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Moto, type Sshd, startMoto, startSshd } from '@bake/plugin-sdk/testing';

/**
 * What befalls a call besides: the line is cut before or after it takes effect, AWS fails after it took effect, or refuses it for
 * the time being.
 */
export type Mishap = 'cut before' | 'cut after' | 'fails after' | 'throttled' | 'fails';

/** A cloud that moto plays, whose instances are all this machine's sshd. */
export interface AmazonCloud {
  /** Where bake is to go. */
  readonly address: string;
  readonly sshd: Sshd;
  /** The instance that bake believes to run on. */
  readonly host: { id: string };
  /** What was called so far. */
  readonly calls: readonly URLSearchParams[];
  /** Is called with each call that took effect; its answer waits for it. */
  onCall: (call: URLSearchParams) => Promise<void>;
  /** Decides what befalls a call. */
  mishap: (call: URLSearchParams) => Mishap | undefined;
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
  const tokens = new Map<string, string>();
  const made = new OnceMade();
  const registered = new RegisteredSnapshots();
  const host = { id: '' };
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/latest/')) return metadata(host.id, request, response);
    void (async () => {
      const params = new URLSearchParams(await text(request));
      calls.push(params);
      const authorization = request.headers.authorization ?? '';
      const told = await heard(cloud.mishap(params), () => take(params, authorization));
      if (told === undefined) request.socket.destroy();
      else response.writeHead(told.status, { 'content-type': 'text/xml' }).end(told.body);
    })();
  });
  const remember = (params: URLSearchParams, body: string): void => {
    if (params.get('Action') === 'CreateKeyPair') authorize(body, keys, folder);
    if (params.get('Action') === 'RunInstances') {
      tokens.set(params.get('ClientToken') ?? '', /<instanceId>([^<]*)</.exec(body)?.[1] ?? '');
    }
  };
  /** Has moto do it, and gives the answer with addresses that can be reached. */
  const take = async (params: URLSearchParams, authorization: string): Promise<Forwarded> => {
    withoutSnapshotTags(params);
    withoutTokens(params, tokens);
    const { status, body } = (await isNameTaken(moto, params, authorization))
      ? refusal(400, 'InvalidAMIName.Duplicate')
      : await made.answer(params, () => forward(moto, params, authorization));
    if (status === 200) remember(params, body);
    if (status === 200 && params.get('Action') === 'RegisterImage') {
      await registered.remember(moto, params, body, authorization);
    }
    await cloud.onCall(params);
    const seen = body.replaceAll(/<ipAddress>[^<]*</g, '<ipAddress>127.0.0.1<');
    return { status, body: registered.seen(seen) };
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cloud: AmazonCloud = {
    onCall: async () => undefined,
    mishap: () => undefined,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sshd,
    host,
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
  return cloud;
}

interface Forwarded {
  readonly status: number;
  readonly body: string;
}

/** moto does not know that a call which is repeated with its token makes nothing more. */
class OnceMade {
  readonly #answers = new Map<string, Forwarded>();

  async answer(params: URLSearchParams, ask: () => Promise<Forwarded>): Promise<Forwarded> {
    const token = params.get('ClientToken');
    if (token === null) return ask();
    const key = `${params.get('Action')} ${token}`;
    const answer = this.#answers.get(key) ?? (await ask());
    if (answer.status === 200) this.#answers.set(key, answer);
    return answer;
  }
}

/** moto gives an image that is registered a snapshot of its own making in place of the one that it is registered with. */
class RegisteredSnapshots {
  readonly #real = new Map<string, string>();

  async remember(
    moto: Moto,
    params: URLSearchParams,
    body: string,
    authorization: string,
  ): Promise<void> {
    const [, id = ''] = /<imageId>([^<]*)</.exec(body) ?? [];
    const asked = new URLSearchParams({ Action: 'DescribeImages', 'ImageId.1': id });
    const image = await forward(moto, asked, authorization);
    const [, invented = ''] = /<snapshotId>([^<]*)</.exec(image.body) ?? [];
    const [, real = ''] =
      [...params].find(([name]) => /^BlockDeviceMapping\.\d+\.Ebs\.SnapshotId$/.test(name)) ?? [];
    if (invented !== '' && real !== '') this.#real.set(invented, real);
  }

  /** An answer with the real ones. */
  seen(body: string): string {
    return body.replaceAll(/snap-\w+/g, (id) => this.#real.get(id) ?? id);
  }
}

/** moto lets several images of an account have one name, AWS does not. */
async function isNameTaken(
  moto: Moto,
  params: URLSearchParams,
  authorization: string,
): Promise<boolean> {
  if (!/^(Create|Register)Image$/.test(params.get('Action') ?? '')) return false;
  const asked = {
    Action: 'DescribeImages',
    'Owner.1': 'self',
    'Filter.1.Name': 'name',
    'Filter.1.Value.1': params.get('Name') ?? '',
  };
  const { body } = await forward(moto, new URLSearchParams(asked), authorization);
  return body.includes('<imageId>');
}

/** What the caller hears of a call; nothing if the line is cut. */
async function heard(
  mishap: Mishap | undefined,
  answer: () => Promise<Forwarded>,
): Promise<Forwarded | undefined> {
  if (mishap === 'cut before') return undefined;
  if (mishap === 'throttled') return refusal(503, 'RequestLimitExceeded');
  if (mishap === 'fails') return refusal(500, 'InternalError');
  const told = await answer();
  if (mishap === 'cut after') return undefined;
  return mishap === 'fails after' ? refusal(500, 'InternalError') : told;
}

function refusal(status: number, code: string): Forwarded {
  const error = `<Error><Code>${code}</Code><Message>by the test</Message></Error>`;
  const body = `<Response><Errors>${error}</Errors><RequestID>r</RequestID></Response>`;
  return { status, body };
}

/** The metadata of an instance, version 2. */
function metadata(id: string, { method, url }: IncomingMessage, response: ServerResponse): void {
  if (method === 'PUT') response.end('token');
  else if (url === '/latest/meta-data/instance-id') response.end(id);
  else response.writeHead(404).end();
}

/** IDs and names of all that there is of a build, but for terminated instances. */
export async function leftovers(cloud: AmazonCloud, regions: readonly string[]): Promise<string[]> {
  const all: string[] = [];
  for (const region of regions) {
    const ask = (Action: string, element: string, more = {}) =>
      cloud.ask(region, { Action, ...more }, element);
    const groups = await ask('DescribeSecurityGroups', 'groupName');
    const running = {
      'Filter.1.Name': 'instance-state-name',
      'Filter.1.Value.1': 'running',
      'Filter.1.Value.2': 'stopped',
      'Filter.1.Value.3': 'pending',
      'Filter.1.Value.4': 'stopping',
    };
    all.push(
      ...(await ask('DescribeImages', 'imageId', { 'Owner.1': 'self' })),
      ...(await ask('DescribeKeyPairs', 'keyName')),
      ...groups.filter((name) => name !== 'default'),
      ...(await ask('DescribeInstances', 'instanceId', running)),
      ...(await ask('DescribeVolumes', 'volumeId')),
      ...(await ask('DescribeSnapshots', 'snapshotId', {
        'Owner.1': '123456789012',
        'Filter.1.Name': 'description',
        'Filter.1.Value.1': 'C*ami-*',
      })),
    );
  }
  return [...new Set(all)];
}

/** moto looks only for the region in it. */
function signature(region: string): string {
  return `AWS4-HMAC-SHA256 Credential=key/20260101/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`;
}

async function forward(
  { address }: Moto,
  params: URLSearchParams,
  authorization: string,
): Promise<Forwarded> {
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

/** moto does not find instances by the token that they were asked for with. */
function withoutTokens(params: URLSearchParams, tokens: ReadonlyMap<string, string>): void {
  if (params.get('Filter.1.Name') !== 'client-token') return;
  const token = params.get('Filter.1.Value.1') ?? '';
  for (const name of ['Filter.1.Name', 'Filter.1.Value.1']) params.delete(name);
  params.set('InstanceId.1', tokens.get(token) ?? 'i-00000000000000000');
}

/** What AWS does at the start of an instance: the public key comes into it. */
function authorize(body: string, keys: string, folder: string): void {
  const pem = /<keyMaterial>([^<]*)</.exec(body)?.[1]?.replaceAll('&#13;', '') ?? '';
  const path = join(folder, 'temporary-key');
  writeFileSync(path, pem, { mode: 0o600 });
  appendFileSync(keys, execFileSync('ssh-keygen', ['-y', '-f', path]));
}

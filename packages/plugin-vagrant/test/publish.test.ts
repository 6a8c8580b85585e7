import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Artifact, type Failure, withDefaults } from '@bake/plugin-sdk';
import { complaintsOf, localCertificate, testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pack } from 'tar-stream';
import cloud, { type CloudConfig } from '../src/cloud/component.ts';
import registry, { type RegistryConfig } from '../src/registry/component.ts';
import { type BoxService, startBoxService } from './box-service.ts';

let folder = '';
let box = '';
let service: BoxService;

beforeAll(() => {
  for (const name of ['VAGRANT_CLOUD_TOKEN', 'ATLAS_TOKEN', 'HCP_CLIENT_ID', 'HCP_CLIENT_SECRET'])
    delete process.env[name];
});
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bake-publish-test-'));
  box = join(folder, 'web.box');
  const archive = pack();
  archive.entry({ name: './metadata.json' }, '{"provider":"libvirt","architecture":"amd64"}');
  archive.entry({ name: 'box.img' }, 'x'.repeat(600_000));
  archive.finalize();
  writeFileSync(box, gzipSync(await buffer(archive), { level: 0 }));
  service = await startBoxService();
});
afterEach(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

const artifact = (part: Partial<Artifact> = {}): Artifact => ({
  builderId: 'mitchellh.post-processor.vagrant',
  id: 'libvirt',
  files: [box],
  description: '',
  destroy: async () => {},
  ...part,
});

async function toCloud(set: Partial<CloudConfig> = {}, input = artifact(), signal?: AbortSignal) {
  const config = withDefaults(cloud.config, {
    box_tag: 'team/web',
    version: '1.0',
    access_token: 't0ken',
    vagrant_cloud_url: service.url,
    ...set,
  });
  return run((context) => cloud.process(config, input, context), signal);
}

async function toRegistry(set: Partial<RegistryConfig> = {}, input = artifact()) {
  const config = withDefaults(registry.config, {
    box_tag: 'team/web',
    version: '1.0',
    client_id: 'me',
    client_secret: 's3cret',
    hcp_api_address: service.url,
    hcp_auth_url: service.url,
    ...set,
  });
  return run((context) => registry.process(config, input, context));
}

/** Whether each upload is the whole box. */
const uploaded = (): readonly boolean[] =>
  [...service.uploads.values()].map((upload) => upload.equals(readFileSync(box)));

async function run(
  publish: (context: ReturnType<typeof testContext>) => ReturnType<typeof cloud.process>,
  signal = new AbortController().signal,
) {
  const context = testContext({ signal });
  let outcome: 'succeeded' | 'failed' = 'failed';
  try {
    const result = await publish(context);
    outcome = 'succeeded';
    return { result, context };
  } finally {
    await context.cleanUp(outcome);
    expect(context.journaled).toEqual([]);
  }
}

const failureOf = async (published: Promise<unknown>): Promise<Failure> =>
  published.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Failure) => error,
  );

describe('vagrant-cloud', () => {
  const path = '/box/team/web';
  const provider = `${path}/version/1.0/provider/libvirt/amd64`;
  beforeEach(() => void service.things.set(path, { tag: 'team/web', versions: [] }));

  test('makes version and provider, uploads directly, confirms and releases', async () => {
    const set = {
      version_description: 'New.',
      default_architecture: 'amd64',
      box_checksum: 'sha256:ab',
    };
    const { result, context } = await toCloud(set);
    expect(service.asked).toEqual([
      'GET /authenticate',
      `GET ${path}`,
      `POST ${path}/versions`,
      `POST ${path}/version/1.0/providers`,
      `GET ${provider}/upload/direct`,
      'PUT /storage',
      'PUT /callback',
      `PUT ${path}/version/1.0/release`,
    ]);
    expect(service.things.get(`${path}/version/1.0`)).toEqual({
      version: { version: '1.0', description: 'New.' },
      released: true,
    });
    expect(service.things.get(provider)).toMatchObject({
      provider: {
        name: 'libvirt',
        architecture: 'amd64',
        default_architecture: true,
        checksum_type: 'sha256',
        checksum: 'ab',
      },
    });
    expect(uploaded()).toEqual([true]);
    // Storage gets no token; the service gets it each time.
    expect(service.got.map(({ authorization }) => authorization)).toEqual(
      service.asked.map((what) => (what === 'PUT /storage' ? undefined : 'Bearer t0ken')),
    );
    expect(context.secrets).toEqual(['t0ken']);
    expect(context.ui.reports.at(-1)).toMatchObject({
      done: readFileSync(box).length,
      unit: 'bytes',
    });
    expect(result).toMatchObject({
      keepInput: true,
      artifact: {
        builderId: 'pearkes.post-processor.vagrant-cloud',
        id: '',
        files: [],
        description: "'libvirt': team/web",
      },
    });
  });

  test('through the service, of a box that is elsewhere, and without a release', async () => {
    await toCloud({ no_direct_upload: true, no_release: true });
    expect(service.asked.slice(4)).toEqual([`GET ${provider}/upload`, 'PUT /storage']);
    expect(service.got.at(-1)?.authorization).toBe('Bearer t0ken');
    const other = {
      version: '2.0',
      box_download_url:
        'https://x.example/{{ .Provider }}-{{ .Architecture }}-{{ .ArtifactId }}.box',
    };
    await toCloud(other, artifact({ builderId: 'packer.post-processor.artifice', id: '' }));
    expect(service.things.get(`${path}/version/2.0/provider/libvirt/amd64`)).toMatchObject({
      provider: { url: 'https://x.example/libvirt-amd64-.box' },
    });
    expect(service.uploads.size).toBe(1);
  });

  test('an upload that is cut is done again, to a new address; what answers 503 is asked again', async () => {
    service.fault(/^PUT \/storage/, 'cut');
    service.fault(/^POST .*versions/, 503);
    const { context } = await toCloud();
    expect(service.uploads.size).toBe(1);
    expect(uploaded()).toEqual([true]);
    const places = service.got
      .filter(({ what }) => what.startsWith('PUT /storage'))
      .map(({ what }) => what);
    expect(new Set(places).size).toBe(2);
    expect(context.ui.said.join('\n')).toMatch(/Error uploading box! Trying again: \S/);
  }, 30_000);

  test.each([
    ['the upload', /^PUT \/storage/, [500, 500, 500], 'Failed to upload box asset'],
    ['the confirmation', /^PUT \/callback/, [422], 'Error confirming upload: status 422'],
    ['the release', /release$/, [403], 'Error releasing version: status 403'],
    ['the provider', /providers$/, [422], 'Error creating provider: status 422'],
    ['the version', /versions$/, [401], 'Error creating version: status 401'],
  ] as const)(
    'when %s fails, nothing of it stays',
    async (_, what, answers, message) => {
      service.fault(what, ...answers);
      const failure = await failureOf(toCloud());
      expect(failure.message).toContain(message);
      expect(failure.detail).toBeTruthy();
      expect([...service.things.keys()]).toEqual([path]);
    },
    30_000,
  );

  test('a version that is there stays after a failure; what a cut upload left is taken over', async () => {
    const version = `${path}/version/1.0`;
    service.things.set(path, {
      tag: 'team/web',
      versions: [{ version: '1.0', status: 'unreleased' }],
    });
    service.things.set(version, {});
    service.fault(/^PUT \/callback/, 422);
    await failureOf(toCloud());
    expect([...service.things.keys()]).toEqual([path, version]);
    service.things.set(provider, { left: true });
    await toCloud();
    expect(service.asked).toContain(`PUT ${provider}`);
    expect(service.things.get(version)).toMatchObject({ released: true });
  });

  test('what somebody else made in the meantime stays', async () => {
    service.fault(/^POST .*versions$/, 422);
    service.things.set(`${path}/version/1.0`, { theirs: true });
    await failureOf(toCloud());
    expect([...service.things.keys()]).toEqual([path, `${path}/version/1.0`]);
  });

  test('what is on its way to the service when the build is cancelled goes', async () => {
    let open = (): void => undefined;
    const versions = /^POST .*versions$/;
    service.hold(versions, new Promise((resolve) => (open = resolve)));
    const controller = new AbortController();
    const published = failureOf(toCloud({}, artifact(), controller.signal));
    while (!service.asked.some((what) => versions.test(what))) await wait(10);
    controller.abort(new Error('enough'));
    setTimeout(open, 200);
    expect((await published).message).toBe('enough');
    // It has been seen to by now also if nobody waits for it.
    while (!service.done.some((what) => versions.test(what))) await wait(10);
    expect([...service.things.keys()]).toEqual([path]);
  });

  test('what was made although the service answered with an error of its own goes', async () => {
    service.fault(/^POST .*versions$/, 500);
    service.things.set(`${path}/version/1.0`, {});
    await failureOf(toCloud());
    expect([...service.things.keys()]).toEqual([path]);
  });

  test('what is released is not replaced; a release twice is no failure', async () => {
    service.things.set(path, { tag: 'team/web', versions: [{ version: '1.0', status: 'active' }] });
    service.things.set(provider, {});
    const failure = await failureOf(toCloud());
    expect(failure.message).toBe('Version 1.0 is released and has a box for libvirt on amd64');
    service.things.delete(provider);
    service.fault(/release$/, [422, { errors: ['Version has already been released'] }]);
    const { context } = await toCloud();
    expect(context.ui.said).toContain('Not releasing version, already released');
  });

  test.each([
    [{ builderId: 'transcend.qemu' }, 'Unknown artifact type: this post-processor requires'],
    [{ files: ['a.img'] }, 'Unknown files in artifact, Vagrant box with .box suffix'],
    [{ files: [] }, 'Unknown files in artifact'],
    [{ files: ['/none.box'] }, '"/none.box" is no Vagrant box: no such file or directory'],
  ])('refuses %j', async (part, message) => {
    expect((await failureOf(toCloud({}, artifact(part)))).message).toContain(message);
    expect(service.got).toEqual([]);
  });

  test('what a killed run has left is removed with the token of the environment', async () => {
    const version = `${path}/version/1.0`;
    service.things.set(version, {});
    const left = { service: service.url, path: version };
    const remove = () => cloud.remains?.['published']?.remove(left, testContext());
    service.fault(/^DELETE/, 401);
    await expect(remove()).rejects.toMatchObject({
      message: 'The service did not remove it: status 401',
      detail: expect.stringContaining('VAGRANT_CLOUD_TOKEN'),
    });
    process.env['VAGRANT_CLOUD_TOKEN'] = 'mine';
    await remove();
    await remove();
    delete process.env['VAGRANT_CLOUD_TOKEN'];
    expect([...service.things.keys()]).toEqual([path]);
    expect(service.got.map(({ authorization }) => authorization)).toEqual([
      undefined,
      'Bearer mine',
      'Bearer mine',
    ]);
  });

  test('a service whose certificate nobody knows', async () => {
    await service.stop();
    service = await startBoxService(localCertificate);
    service.things.set(path, { tag: 'team/web', versions: [] });
    const failure = await failureOf(toCloud());
    expect(failure.message).toContain('its certificate is signed by itself');
    await toCloud({ insecure_skip_tls_verify: true });
    expect(uploaded()).toEqual([true]);
  });

  test('another tag, a service that is not there', async () => {
    service.things.set(path, { tag: 'Team/web' });
    expect((await failureOf(toCloud())).message).toBe('Could not verify box: team/web');
    const nowhere = await failureOf(toRegistry({ hcp_auth_url: 'http://127.0.0.1:1' }));
    expect(nowhere.message).toMatch(/^No response from 127.0.0.1:1: nothing answers/);
  }, 30_000);

  test('checks', async () => {
    const complaints = (set: Partial<CloudConfig>) =>
      complaintsOf((complain) =>
        cloud.check?.(
          withDefaults(cloud.config, { box_tag: 'a/b', version: '1', ...set }),
          complain,
        ),
      );
    expect(await complaints({})).toEqual([
      'access_token: access_token must be set if vagrant_cloud_url has not been overridden',
    ]);
    expect(await complaints({ vagrant_cloud_url: 'https://vagrantcloud.com/api/v2/' })).toEqual([
      'access_token: access_token must be set if vagrant_cloud_url has not been overridden',
    ]);
    expect(
      await complaints({
        vagrant_cloud_url: 'http://x',
        box_tag: 'ab',
        version: '',
        box_checksum: 'ab',
      }),
    ).toEqual([
      'box_tag: box_tag must include registry and box name',
      'version: version must be set',
      'box_checksum: box_checksum format invalid (format: CHECKSUM_TYPE:CHECKSUM_VALUE)',
    ]);
  });
});

describe('vagrant-registry', () => {
  const path = '/vagrant/2022-09-30/registry/team/box/web';
  const provider = `${path}/version/1.0/provider/libvirt`;
  const architecture = `${provider}/architecture/amd64`;

  test('makes all that is not there, uploads directly, confirms and releases', async () => {
    const { result, context } = await toRegistry({ box_private: true, box_description: 'A box.' });
    expect(service.asked).toEqual([
      'POST /oauth2/token',
      `GET ${path}`,
      'POST /vagrant/2022-09-30/registry/team/boxes',
      'GET /operation/2020-05-05/organizations/a/projects/b/operations/o/wait',
      `GET ${path}/version/1.0`,
      `POST ${path}/versions`,
      `GET ${provider}`,
      `POST ${path}/version/1.0/providers`,
      `GET ${architecture}`,
      `POST ${provider}/architectures`,
      `GET ${architecture}/direct/upload`,
      'PUT /storage',
      expect.stringMatching(/direct\/complete\/\d+$/),
      `PUT ${path}/version/1.0/release`,
    ]);
    const [login] = service.got;
    expect(login?.body.toString()).toBe(
      'grant_type=client_credentials&client_id=me&client_secret=s3cret&audience=https%3A%2F%2Fapi.hashicorp.cloud',
    );
    expect(service.got[1]?.authorization).toBe('Bearer token-1');
    expect(context.secrets).toEqual(['s3cret', 'token-1']);
    expect(service.things.get(path)).toEqual({
      name: 'web',
      description: 'A box.',
      is_private: true,
    });
    expect(service.things.get(architecture)).toMatchObject({
      architecture_type: 'amd64',
      box_data: { checksum_type: 'NONE' },
    });
    expect(uploaded()).toEqual([true]);
    expect(result?.artifact).toMatchObject({
      builderId: 'hashicorp.post-processor.vagrant-registry',
      description: "'libvirt': team/web",
    });
  });

  test('what a killed run has left is removed with the service principal of the environment', async () => {
    service.things.set(path, {});
    Object.assign(process.env, {
      HCP_CLIENT_ID: 'me',
      HCP_CLIENT_SECRET: 's',
      HCP_AUTH_URL: service.url,
    });
    await registry.remains?.['published']?.remove({ service: service.url, path }, testContext());
    for (const name of ['HCP_CLIENT_ID', 'HCP_CLIENT_SECRET', 'HCP_AUTH_URL'])
      delete process.env[name];
    expect(service.asked).toEqual(['POST /oauth2/token', `DELETE ${path}`]);
    expect([...service.things.keys()]).toEqual([]);
  });

  test('what is there is used: a box for the architecture is replaced, a released version is not released', async () => {
    for (const there of [path, provider, architecture]) service.things.set(there, {});
    service.things.set(`${path}/version/1.0`, { version: { state: 'ACTIVE' } });
    await toRegistry({ no_direct_upload: true, box_checksum: 'sha256:ab', architecture: 'amd64' });
    expect(service.asked.slice(1)).toEqual([
      `GET ${path}`,
      `GET ${path}/version/1.0`,
      `GET ${provider}`,
      `GET ${architecture}`,
      `PUT ${architecture}`,
      `GET ${architecture}/upload`,
      'PUT /storage',
    ]);
    expect(JSON.parse(service.got[5]?.body.toString() ?? '')).toEqual({
      box_data: { checksum_type: 'SHA256', checksum: 'ab' },
    });
  });

  test.each([
    ['the confirmation', /complete/, [400], 'Error confirming upload'],
    ['the release', /release$/, [400], 'Error releasing version'],
    ['the architecture', /architectures$/, [400], 'Error creating architecture'],
    [
      'the box',
      /wait$/,
      [{ operation: { state: 'DONE', error: { message: 'too many' } } }],
      'too many',
    ],
    ['the login', /token$/, [401], 'Error logging in'],
  ] as const)(
    'when %s fails, nothing of it stays',
    async (_, what, answers, message) => {
      service.fault(what, ...answers);
      const failure = await failureOf(toRegistry());
      expect(failure.message).toContain(message);
      expect([...service.things.keys()]).toEqual([]);
    },
    30_000,
  );

  test('checks', async () => {
    const complaints = (set: Partial<RegistryConfig>) =>
      complaintsOf((complain) =>
        registry.check?.(
          withDefaults(registry.config, { box_tag: 'a/b', version: '1', ...set }),
          complain,
        ),
      );
    expect(await complaints({ insecure_skip_tls_verify: true })).toEqual([
      'client_id: client_id must be set',
      'client_secret: client_secret must be set',
      'insecure_skip_tls_verify: insecure_skip_tls_verify cannot be enabled for HCP',
    ]);
    // However its address is written.
    for (const hcp_api_address of ['api.cloud.hashicorp.com', 'https://API.cloud.hashicorp.com/'])
      expect(await complaints({ hcp_api_address })).toHaveLength(2);
    expect(await complaints({ hcp_api_address: 'h:1', insecure_skip_tls_verify: true })).toEqual(
      [],
    );
  });
});

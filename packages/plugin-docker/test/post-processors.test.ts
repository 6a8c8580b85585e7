import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Artifact, type Infer, type PostProcessor, withDefaults } from '@bake/plugin-sdk';
import {
  type DockerRegistry,
  registryLogin,
  startDockerRegistry,
  temporaryFolders,
  testContext,
  whyNoDockerRegistry,
} from '@bake/plugin-sdk/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  jest,
  test,
} from '@jest/globals';
import docker from '../src/builder/component.ts';
import importer from '../src/post-processor/import.ts';
import push from '../src/post-processor/push.ts';
import save from '../src/post-processor/save.ts';
import tag from '../src/post-processor/tag.ts';
import { describeWithDocker } from './engine.ts';
import { config, testBuild } from './test-build.ts';

jest.setTimeout(60_000);

describeWithDocker('post-processors', (engine) => {
  let folder = '';
  let images: readonly string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-docker-test-'));
    images = engine().contents().images;
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    const left = new Set(engine().contents().images);
    for (const image of images) left.delete(image);
    if (left.size > 0) engine().docker('rmi', '--force', ...left);
  });

  async function process<S extends PostProcessor['config']>(
    component: PostProcessor<S>,
    set: Partial<Infer<S>>,
    input: Artifact,
    context = testContext(),
  ) {
    const outcome = component.process(withDefaults(component.config, set), input, context);
    const result = await outcome.finally(() => context.cleanUp());
    expect(context.journaled).toEqual([]);
    if (result === undefined) throw new Error('there is no artifact');
    return { ...result, context };
  }

  async function built(set: Parameters<typeof config>[0]): Promise<Artifact> {
    const { context, test } = testBuild();
    const artifact = (await docker.build(config(set), context)) as Artifact;
    await test.cleanUp();
    return artifact;
  }

  test('docker-tag gives every tag, and is called by the last', async () => {
    const image = await built({ commit: true });
    const result = await process(tag, { repository: 'baked', tags: ['1', '2'], tag: ['3'] }, image);
    expect(result).toMatchObject({ keepInput: true, mustKeepInput: true });
    expect(result.artifact).toMatchObject({
      builderId: 'packer.post-processor.docker-tag',
      id: 'baked:3',
      description: 'Imported Docker image: baked:3 with tags baked:1 baked:2 baked:3',
      state: { generated_data: { ImageSha256: image.id } },
    });
    const tags = engine().docker('inspect', '--format', '{{.RepoTags}}', image.id);
    expect(tags).toBe('[baked:1 baked:2 baked:3]');
  });

  test('docker-tag without tags', async () => {
    const { artifact } = await process(tag, { repository: 'plain' }, await built({ commit: true }));
    expect(artifact).toMatchObject({ id: 'plain', description: 'Imported Docker image: plain' });
    expect(engine().docker('images', '--format', '{{.Tag}}', 'plain')).toBe('latest');
    await artifact.destroy();
    expect(engine().docker('images', '--quiet', 'plain')).toBe('');
  });

  test('docker-save writes what docker load reads', async () => {
    const path = join(folder, 'image.tar');
    const { artifact } = await process(tag, { repository: 'saved' }, await built({ commit: true }));
    const result = await process(save, { path }, artifact);
    expect(result).toMatchObject({ artifact, keepInput: true });
    engine().docker('rmi', 'saved');
    expect(engine().docker('load', '--input', path)).toContain('saved:latest');
  });

  test('docker-save leaves no half file', async () => {
    const image = await built({ commit: true });
    await image.destroy();
    const path = join(folder, 'image.tar');
    await expect(process(save, { path }, image)).rejects.toMatchObject({
      message: expect.stringMatching(/^docker save failed: .*no such/i),
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('docker-import makes an image of an exported file', async () => {
    const exported = await built({ export_path: join(folder, 'out.tar') });
    const set = { repository: 'imported', tag: '7', changes: ['CMD ["/bin/echo", "again"]'] };
    const { artifact, keepInput } = await process(importer, set, exported);
    expect(keepInput).toBe(false);
    expect(artifact).toMatchObject({
      builderId: 'packer.post-processor.docker-import',
      id: 'imported:7',
      description: 'Imported Docker image: imported:7',
    });
    expect(engine().docker('run', '--rm', '--network=none', 'imported:7')).toBe('again');
    const platform = engine().docker('inspect', '--format', '{{.Os}}', 'imported:7');
    expect(platform).toBe('linux');
  });

  test('docker-import leaves no image when it is cancelled while the engine finishes', async () => {
    const exported = await built({ export_path: join(folder, 'out.tar') });
    const program = join(folder, 'docker');
    const [given, done] = [join(folder, 'given'), join(folder, 'done')];
    // As the engine, what it runs goes on when the program is ended.
    const script = `#!/bin/sh
[ "$1" = import ] || exec docker "$@"
cat > ${folder}/in
touch ${given}
setsid sh -c 'sleep 1; docker "$@" < ${folder}/in > ${folder}/id; touch ${done}' sh "$@" &
wait
cat ${folder}/id
`;
    await writeFile(program, script, { mode: 0o755 });
    const controller = new AbortController();
    const { signal } = controller;
    const set = { repository: 'cancelled', docker_path: program };
    const importing = process(importer, set, exported, testContext({ signal }));
    const outcome = expect(importing).rejects.toThrow('enough');
    while (!existsSync(given)) await pause(20);
    controller.abort(new Error('enough'));
    await outcome;
    while (!existsSync(done)) await pause(20);
    expect(engine().contents().images).toEqual(images);
  });

  test('docker-import says that a file is gone', async () => {
    const exported = await built({ export_path: join(folder, 'out.tar') });
    await exported.destroy();
    await expect(process(importer, { repository: 'x' }, exported)).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringContaining('out.tar'),
    });
  });

  const foreign: Artifact = {
    builderId: 'packer.file',
    id: 'x',
    files: ['x'],
    description: '',
    destroy: async () => undefined,
  };

  test.each([
    ['docker-tag', () => process(tag, { repository: 'x' }, foreign), 'Can only tag from'],
    ['docker-push', () => process(push, {}, foreign), 'Can only push'],
    ['docker-save', () => process(save, { path: 'x' }, foreign), 'Can only save'],
    [
      'docker-import',
      () => process(importer, { repository: 'x' }, foreign),
      'Can only import from',
    ],
    [
      'docker-import after commit',
      () =>
        process(
          importer,
          { repository: 'x' },
          { ...foreign, builderId: 'packer.post-processor.docker-import' },
        ),
      'Unknown artifact type: packer.post-processor.docker-import',
    ],
    [
      'docker-push of an image without a name',
      () =>
        process(
          push,
          {},
          {
            ...foreign,
            id: `sha256:${'a'.repeat(64)}`,
            builderId: 'packer.post-processor.docker-import',
          },
        ),
      'no name yet',
    ],
  ])('%s refuses what it cannot work on', async (_, work, message) => {
    await expect(work()).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringContaining(message),
      detail: expect.stringMatching(/^(Put|A name)/),
    });
  });

  const reason = whyNoDockerRegistry();
  const withRegistry = reason === undefined ? describe : describe.skip;

  withRegistry(`docker-push${reason === undefined ? '' : `: ${reason}`}`, () => {
    let open: DockerRegistry;
    let closed: DockerRegistry;
    const { username, password } = registryLogin;

    beforeAll(async () => {
      open = await startDockerRegistry();
      closed = await startDockerRegistry('login');
    });
    afterAll(() => Promise.all([open.stop(), closed.stop()]));

    async function tagged(address: string): Promise<Artifact> {
      const set = { repository: `${address}/baked`, tags: ['1', 'latest'] };
      return (await process(tag, set, await built({ commit: true }))).artifact;
    }

    async function tagsAt(address: string): Promise<readonly string[]> {
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const url = `http://${address}/v2/baked/tags/list`;
      const answer = await fetch(url, { headers: { authorization } });
      const { tags } = (await answer.json()) as { readonly tags: readonly string[] };
      return tags.toSorted();
    }

    test('pushes every tag, and what was pushed can be pulled', async () => {
      const image = await tagged(open.address);
      const { artifact, keepInput, context } = await process(push, {}, image);
      expect(keepInput).toBe(true);
      const name = `${open.address}/baked`;
      expect(artifact).toMatchObject({
        builderId: 'packer.post-processor.docker-import',
        id: `${name}:latest`,
        description: `Imported Docker image: ${name}:latest with tags ${name}:1 ${name}:latest`,
        state: { generated_data: { Digest: expect.stringContaining(`${name}@sha256:`) } },
      });
      expect(context.ui.said.filter((line) => line.startsWith('Pushing'))).toEqual([
        `Pushing: ${name}:latest`,
        `Pushing: ${name}:1`,
      ]);
      expect(await tagsAt(open.address)).toEqual(['1', 'latest']);
      engine().docker('rmi', `${name}:1`, `${name}:latest`);
      expect(engine().docker('run', '--rm', '--network=none', `${name}:1`)).toBe('hi');
    });

    test('without its login it says that one is wanted', async () => {
      const image = await tagged(closed.address);
      await expect(process(push, {}, image)).rejects.toMatchObject({
        message: expect.stringMatching(/^docker push failed: .*no basic auth credentials/),
        detail: expect.stringContaining('"login_username"'),
      });
    });

    test('a registry that does not answer is not taken for the engine', async () => {
      await expect(process(push, {}, await tagged('127.0.0.1:1'))).rejects.toMatchObject({
        message: expect.stringMatching(/^docker push failed: .*connection refused/),
        detail: expect.stringMatching(/registry does not answer/),
      });
    });

    test('a wrong password is told, and leaves nothing', async () => {
      const image = await tagged(closed.address);
      const login = { login: true, login_server: closed.address, login_username: username };
      const temporary = temporaryFolders(/^bake-docker-[\da-f-]{36}$/);
      await expect(
        process(push, { ...login, login_password: 'wrong' }, image),
      ).rejects.toMatchObject({
        message: expect.stringMatching(/^docker login failed/),
        detail: expect.stringContaining('login'),
      });
      expect(await temporary.left()).toEqual([]);
    });

    test('logs in for as long as it takes; the user stays as logged in as before', async () => {
      const home = join(folder, 'home');
      execFileSync('mkdir', [home]);
      const settings = { credsStore: 'not-there', HttpHeaders: { 'X-Kept': 'yes' } };
      await writeFile(join(home, 'config.json'), JSON.stringify(settings));
      globalThis.process.env['DOCKER_CONFIG'] = home;
      try {
        const image = await tagged(closed.address);
        const login = { login: true, login_server: closed.address };
        const set = { ...login, login_username: username, login_password: password };
        const { context } = await process(push, set, image);
        expect(context.secrets).toEqual([password]);
        expect(await tagsAt(closed.address)).toEqual(['1', 'latest']);
        expect(readdirSync(home)).toEqual(['config.json']);
        // The builder pulls with a login of its own.
        engine().docker('rmi', '--force', image.id, `${closed.address}/baked:1`);
        const pulled = await built({
          ...set,
          image: `${closed.address}/baked:1`,
          pull: true,
          discard: true,
        });
        expect(pulled.state?.['generated_data']).toMatchObject({
          SourceImageDigest: expect.stringContaining(`${closed.address}/baked@sha256:`),
        });
      } finally {
        delete globalThis.process.env['DOCKER_CONFIG'];
      }
    });

    test('passwords show in no list of processes', async () => {
      // Between bake and docker stands a program that writes down what it was called with.
      const spy = join(folder, 'spy');
      const seen = join(folder, 'seen');
      await writeFile(
        spy,
        `#!/bin/sh\ntr '\\0' ' ' < /proc/$$/cmdline >> ${seen}\nenv >> ${seen}\nexec docker "$@"\n`,
      );
      await chmod(spy, 0o755);
      const image = await tagged(closed.address);
      const login = { login: true, login_server: closed.address, login_username: username };
      await process(push, { ...login, login_password: password, docker_path: spy }, image);
      const text = execFileSync('cat', [seen], { encoding: 'utf8' });
      expect(text).toContain('--password-stdin');
      expect(text).not.toContain(password);
    });

    test('ecr_login asks the program aws for a password', async () => {
      const bin = join(folder, 'bin');
      execFileSync('mkdir', [bin]);
      const aws = `#!/bin/sh\necho "$@ $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY" > ${folder}/asked\necho ${password}\n`;
      await writeFile(join(bin, 'aws'), aws, { mode: 0o755 });
      const path = globalThis.process.env['PATH'];
      globalThis.process.env['PATH'] = `${bin}:${path}`;
      const server = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
      const stub = join(folder, 'docker');
      await writeFile(
        stub,
        `#!/bin/sh\ncat > ${folder}/typed\necho "$@" > ${folder}/login\nexit 1\n`,
        { mode: 0o755 },
      );
      try {
        const keys = { aws_access_key: 'key', aws_secret_key: 'secret' };
        const set = { ecr_login: true, login_server: server, docker_path: stub, ...keys };
        await expect(process(push, set, await tagged(open.address))).rejects.toMatchObject({
          message: expect.stringContaining('login failed'),
        });
        const read = (name: string) =>
          execFileSync('cat', [join(folder, name)], { encoding: 'utf8' });
        expect(read('asked')).toBe('ecr get-login-password --region eu-west-1 key secret\n');
        expect(read('login')).toBe(`login --username AWS --password-stdin -- ${server}\n`);
        expect(read('typed')).toBe(password);
      } finally {
        globalThis.process.env['PATH'] = path;
      }
    });

    test.each([
      ['a registry of someone else', 'registry.example', /^Not a registry of Amazon/],
      ['no program aws', '1.dkr.ecr.eu-west-1.amazonaws.com', /^Could not start "aws"/],
    ])('ecr_login fails well with %s', async (_, login_server, message) => {
      const path = globalThis.process.env['PATH'];
      const image = await tagged(open.address);
      globalThis.process.env['PATH'] = folder;
      try {
        await expect(process(push, { ecr_login: true, login_server }, image)).rejects.toMatchObject(
          {
            message: expect.stringMatching(message),
          },
        );
      } finally {
        globalThis.process.env['PATH'] = path;
      }
    });
  });

  test('an artifact of artifice can be imported', async () => {
    const exported = await built({ export_path: join(folder, 'out.tar') });
    const artifact = { ...exported, builderId: 'packer.post-processor.artifice' };
    await process(importer, { repository: 'of-artifice' }, artifact);
    expect(existsSync(join(folder, 'out.tar'))).toBe(true);
    expect(engine().docker('images', '--quiet', 'of-artifice')).not.toBe('');
  });
});

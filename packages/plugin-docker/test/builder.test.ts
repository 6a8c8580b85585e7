import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Artifact, Failure, type Machine } from '@bake/plugin-sdk';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import docker, { type DockerConfig } from '../src/builder/component.ts';
import { describeWithDocker, runCommand } from './engine.ts';
import { config, type Provision, testBuild } from './test-build.ts';

jest.setTimeout(60_000);
const never = new AbortController().signal;

describeWithDocker('builder docker', (engine) => {
  let folder = '';
  let images: readonly string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-docker-test-'));
    images = engine().contents().images;
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    expect(engine().contents().containers).toEqual([]);
  });

  async function build(set: Partial<DockerConfig>, provision?: Provision) {
    const { context, test } = testBuild(provision);
    let outcome: 'succeeded' | 'failed' = 'failed';
    try {
      const artifact = (await docker.build(config(set), context)) as Artifact;
      outcome = 'succeeded';
      return { artifact, test };
    } finally {
      await test.cleanUp(outcome);
      expect(test.journaled).toEqual([]);
    }
  }

  async function fails(set: Partial<DockerConfig>, provision?: Provision): Promise<Failure> {
    const { context, test } = testBuild(provision);
    const failure = await docker.build(config(set), context).then(
      () => new Error('it did not fail'),
      (error: unknown) => error,
    );
    await test.cleanUp('failed');
    expect(test.journaled).toEqual([]);
    expect(engine().contents().images).toEqual(images);
    return failure as Failure;
  }

  const bake: Provision = async ({ communicator }) => {
    await communicator.run({ command: 'echo baked > /etc/baked', signal: never });
  };

  function inspect(artifact: Artifact, format: string): string {
    return engine().docker('inspect', '--format', format, artifact.id);
  }

  test('commits an image that starts what its source starts', async () => {
    const { artifact } = await build({ commit: true }, bake);
    expect(artifact).toMatchObject({
      builderId: 'packer.post-processor.docker-import',
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      files: [],
      description: `Imported Docker image: ${artifact.id}`,
    });
    const run = ['run', '--rm', '--network=none', artifact.id];
    expect(engine().docker(...run)).toBe('hi');
    expect(engine().docker(...run, 'cat', '/etc/baked')).toBe('baked');
    await artifact.destroy();
    expect(engine().contents().images).toEqual(images);
  });

  const started = '{{json .Config.Entrypoint}} {{json .Config.Cmd}}';

  test.each([
    ['neither', [], [], '[""] null'],
    ['a command', ['CMD ["a"]'], [], '[""] ["a"]'],
    ['an entrypoint', ['ENTRYPOINT ["e"]'], [], '["e"] null'],
    ['both', ['ENTRYPOINT ["e"]', 'CMD ["a"]'], [], '["e"] ["a"]'],
    [
      'both, and a new command',
      ['ENTRYPOINT ["e"]', 'CMD ["a"]'],
      ['CMD b'],
      '["e"] ["/bin/sh","-c","b"]',
    ],
    [
      'both, and a new entrypoint',
      ['ENTRYPOINT ["e"]', 'CMD ["a"]'],
      ['entrypoint ["n"]'],
      '["n"] ["a"]',
    ],
    [
      'both, and both new',
      ['ENTRYPOINT ["e"]', 'CMD ["a"]'],
      ['ENTRYPOINT ["n"]', 'CMD ["b"]'],
      '["n"] ["b"]',
    ],
  ])('starts as the source does, which has %s', async (_, source, changes, expected) => {
    await engine().importBase('source', source);
    const { artifact } = await build({ image: 'source', commit: true, changes });
    expect(inspect(artifact, started)).toBe(expected);
    await artifact.destroy();
    engine().docker('rmi', 'source');
  });

  test('sets what the commit is to say', async () => {
    const { artifact } = await build({
      commit: true,
      author: 'A <a@example.com>',
      message: 'all of it',
      changes: ['ENV A="b c"', 'LABEL x=y', 'USER app'],
    });
    const format =
      '{{.Author}}|{{.Comment}}|{{json .Config.Env}}|{{json .Config.Labels}}|{{.Config.User}}';
    expect(inspect(artifact, format)).toBe('A <a@example.com>|all of it|["A=b c"]|{"x":"y"}|app');
    await artifact.destroy();
  });

  test('gives the values of build.*', async () => {
    let seen: Readonly<Record<string, unknown>> = {};
    const id = engine().docker('inspect', '--format', '{{.Id}}', 'base');
    const { artifact } = await build({ commit: true }, async (_, generated) => {
      seen = generated;
      expect(engine().contents().containers).toEqual([generated['ID']]);
    });
    expect(seen).toMatchObject({
      SourceImageSha256: id,
      ImageSha256: 'ERR_IMAGE_SHA256_NOT_FOUND',
    });
    expect(artifact.state?.['generated_data']).toMatchObject({ ImageSha256: artifact.id });
    await artifact.destroy();
  });

  test('exports into a file', async () => {
    const path = join(folder, 'new', 'out.tar');
    const { artifact } = await build({ export_path: path }, bake);
    expect(artifact).toMatchObject({
      builderId: 'packer.docker',
      id: 'Container',
      files: [path],
      description: `Exported Docker file: ${path}`,
    });
    expect(execFileSync('tar', ['-xOf', path, 'etc/baked'], { encoding: 'utf8' })).toBe('baked\n');
    await artifact.destroy();
    expect(existsSync(dirname(path))).toBe(false);
  });

  test('leaves neither file nor folder of an export that fails', async () => {
    const path = join(folder, 'new', 'out.tar');
    const failure = await fails({ export_path: path }, async () => {
      const [id = ''] = engine().contents().containers;
      engine().docker('rm', '--force', id);
    });
    expect(failure.message).toMatch(/^docker export failed: .*no such container/i);
    expect(await readdir(folder)).toEqual([]);
  });

  test('discards', async () => {
    const { artifact } = await build({ discard: true }, bake);
    expect(artifact).toMatchObject({ builderId: 'packer.docker', files: [] });
    expect(engine().contents().images).toEqual(images);
  });

  test.each<[string, Partial<DockerConfig>, string, unknown]>([
    [
      'capabilities',
      { cap_add: ['CHOWN'], cap_drop: ['SETPCAP'] },
      '{{.HostConfig.CapAdd}} {{.HostConfig.CapDrop}}',
      // Newer programs write the prefix.
      expect.stringMatching(/^\[(CAP_)?CHOWN\] \[(CAP_)?SETPCAP\]$/),
    ],
    ['tmpfs', { tmpfs: ['/cache'] }, '{{json .HostConfig.Tmpfs}}', '{"/cache":""}'],
    ['volumes', { volumes: { '/etc': '/host' } }, '{{.HostConfig.Binds}}', '[/etc:/host]'],
    [
      'home volumes',
      { volumes: { '~/x': '/x' } },
      '{{.HostConfig.Binds}}',
      `[${process.env['HOME']}/x:/x]`,
    ],
    ['runtime', { runtime: 'runc' }, '{{.HostConfig.Runtime}}', 'runc'],
  ])('runs the container with %s', async (_, set, format, expected) => {
    await build({ discard: true, ...set }, async (_machine, { ID }) => {
      expect(engine().docker('inspect', '--format', format, String(ID))).toEqual(expected);
    });
  });

  test('shares a folder where container_dir says, and nowhere without', async () => {
    const mounts = '{{range .Mounts}}{{.Destination}}{{end}}';
    for (const [container_dir, expected] of [
      ['/share', '/share'],
      [undefined, ''],
    ] as const) {
      await build({ discard: true, container_dir }, async (_machine, { ID }) => {
        expect(engine().docker('inspect', '--format', mounts, String(ID))).toBe(expected);
      });
    }
  });

  test('a name in the run command is the name to remove', async () => {
    const run_command = ['--name', 'mine', ...runCommand];
    await build({ discard: true, run_command }, async () => {
      expect(engine().docker('ps', '--format', '{{.Names}}')).toBe('mine');
    });
  });

  test('a container of that name that is there already is left alone', async () => {
    const theirs = engine().docker(
      'run',
      '-dit',
      '--network=none',
      '--name=taken',
      'base',
      '/bin/sh',
    );
    const failure = await fails({ commit: true, run_command: ['--name=taken', ...runCommand] });
    expect(failure.message).toBe('There is a container "taken" already');
    expect(engine().contents().containers).toEqual([theirs]);
    engine().docker('rm', '--force', theirs);
  });

  test('a run command without -d is told, and nobody else loses a container', async () => {
    engine().docker('create', '--network=none', '--name', 'theirs', 'base');
    const run_command = ['--network=none', '{{.Image}}', '/bin/echo', 'theirs'];
    const failure = await fails({ discard: true, run_command });
    expect(failure.message).toMatch(/^The run command did not start the container bake-web-.* in/);
    expect(failure.detail).toMatch(/Put "-d" into "run_command".*\ntheirs$/s);
    expect(engine().docker('ps', '--all', '--format', '{{.Names}}')).toBe('theirs');
    engine().docker('rm', 'theirs');
  });

  test('commands run as exec_user, and uploads belong to the user of the image', async () => {
    await engine().importBase('users', ['USER app']);
    const image = { image: 'users', discard: true } as const;
    await build({ ...image, exec_user: 'root' }, async ({ communicator }) => {
      await communicator.upload({ data: 'x' }, '/tmp/file', never);
      const command = 'stat -c %u /tmp/file > /tmp/owner; id -u >> /tmp/owner';
      await communicator.run({ command, signal: never });
      expect(await read(communicator, '/tmp/owner')).toBe('1000\n0\n');
    });
    engine().docker('rmi', 'users');
  });

  async function read(communicator: Machine['communicator'], path: string): Promise<string> {
    const sink = new PassThrough();
    const [content] = await Promise.all([buffer(sink), communicator.download(path, sink, never)]);
    return content.toString();
  }

  test('builds its source image of a Dockerfile', async () => {
    const path = join(folder, 'Dockerfile');
    await writeFile(path, 'FROM base\nARG WORD=\nENV SAID=$WORD\nCOPY given /given\n');
    await writeFile(join(folder, 'given'), 'given\n');
    const dockerfile = { ...dockerfileIn(folder), arguments: { WORD: 'spoken' } };
    const start = { image: undefined, build: dockerfile } as const;
    const { artifact } = await build({ ...start, commit: true }, bake);
    expect(inspect(artifact, '{{.Config.Env}}')).toMatch(/SAID=spoken/);
    await artifact.destroy();
    const { test } = await build({ ...start, discard: true });
    expect(test.ui.said.join('\n')).not.toContain('stays');
  });

  test('a Dockerfile with a step that fails leaves no container', async () => {
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\nRUN echo seen && false\n');
    const failure = await fails({ commit: true, image: undefined, build: dockerfileIn(folder) });
    expect(failure.message).toMatch(
      /^docker build failed: The command '.*' returned a .* code: 1$/,
    );
  });

  test('a step that is cancelled leaves no container', async () => {
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\nRUN echo seen; sleep 600\n');
    const controller = new AbortController();
    const { context, test } = testBuild(undefined, controller.signal);
    const set = { commit: true, image: undefined, build: dockerfileIn(folder) };
    const outcome = expect(docker.build(config(set), context)).rejects.toThrow('enough');
    while (!test.ui.outputOf('stdout').includes('seen\n')) await pause(20);
    controller.abort(new Error('enough'));
    await outcome;
    await test.cleanUp('failed');
    expect(engine().contents().containers).toEqual([]);
  });

  test("an image of the Dockerfile that is somebody's stays", async () => {
    const path = join(folder, 'Dockerfile');
    await writeFile(path, 'FROM base\nENV MINE=yes\n');
    engine().docker('build', '--quiet', '--tag', 'mine', folder);
    const set = { image: undefined, build: dockerfileIn(folder), discard: true } as const;
    await build(set);
    expect(engine().docker('images', '--quiet', 'mine')).not.toBe('');
    engine().docker('rmi', 'mine');
    await writeFile(path, 'FROM base\n');
    await build(set);
    expect(engine().contents().images).toEqual(images);
  });

  test('an image of a Dockerfile that is done when the build is cancelled goes', async () => {
    const program = join(folder, 'docker');
    const done = join(folder, 'done');
    // It stays after its work, so that the cancel comes in between.
    const script = `#!/bin/sh\ndocker "$@" || exit\n[ "$1" != build ] || { touch ${done}; exec sleep 60; }\n`;
    await writeFile(program, script, { mode: 0o755 });
    await writeFile(join(folder, 'Dockerfile'), 'FROM base\nENV MADE=now\n');
    const controller = new AbortController();
    const { context, test } = testBuild(undefined, controller.signal);
    const set = { commit: true, docker_path: program, image: undefined };
    const building = docker.build(config({ ...set, build: dockerfileIn(folder) }), context);
    const outcome = expect(building).rejects.toThrow('enough');
    while (!existsSync(done)) await pause(20);
    expect(engine().contents().images).not.toEqual(images);
    controller.abort(new Error('enough'));
    await outcome;
    await test.cleanUp('failed');
    expect(engine().contents().images).toEqual(images);
  });

  test('what BuildKit does is shown, and its error told apart from it', async () => {
    const program = join(folder, 'docker');
    const lines = ['#5 0.3 half way', 'ERROR: failed to solve: exit code: 1', '', 'View: a place'];
    const script = `#!/bin/sh\nprintf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} >&2\nexit 1\n`;
    await writeFile(program, script, { mode: 0o755 });
    const { context, test } = testBuild();
    const set = { commit: true, docker_path: program, image: undefined };
    const building = docker.build(config({ ...set, build: dockerfileIn(folder) }), context);
    await expect(building).rejects.toThrow(`${program} build failed: ERROR: failed to solve: exit`);
    expect(test.ui.outputOf('stderr')).toContain('#5 0.3 half way');
    await test.cleanUp('failed');
  });

  function dockerfileIn(place: string): NonNullable<DockerConfig['build']> {
    const path = join(place, 'Dockerfile');
    return { path, build_dir: place, arguments: undefined, pull: false, compress: false };
  }

  test.each<[string, Partial<DockerConfig>, RegExp, RegExp]>([
    [
      'an image that is not there',
      { image: 'nowhere/none', run_command: ['-d', '--pull=never', '{{.Image}}'] },
      /^docker run failed: .*no such image/i,
      /name of the image/,
    ],
    [
      'a name that is none',
      { image: 'UPPER' },
      /^docker run failed: .*invalid reference format/i,
      /lower-case/,
    ],
    [
      'a shell that is not there',
      { run_command: ['-d', '--network=none', '--entrypoint=/bin/nothing', '{{.Image}}'] },
      /^docker run failed: .*\/bin\/nothing/,
      /by hand/,
    ],
    [
      'a program that is not there',
      { docker_path: '/nowhere/docker' },
      /^Could not start "\/nowhere\/docker"/,
      /exists/,
    ],
    [
      'a change that is none',
      { changes: ['BAKE me'] },
      /^docker commit failed: .*BAKE/i,
      /by hand/,
    ],
    [
      'a Dockerfile that fails',
      {
        image: undefined,
        build: {
          path: '/dev/null',
          build_dir: '/var/empty',
          arguments: undefined,
          pull: false,
          compress: false,
        },
      },
      /^docker build failed/,
      /./,
    ],
  ])('fails well with %s', async (_, set, summary, detail) => {
    const failure = await fails({ commit: true, ...set });
    expect(failure).toMatchObject({
      name: 'Failure',
      message: expect.stringMatching(summary),
      detail: expect.stringMatching(detail),
    });
  });

  test('a failing provisioner leaves nothing', async () => {
    const failure = await fails({ commit: true }, async () => {
      throw new Failure({ summary: 'no' });
    });
    expect(failure.message).toBe('no');
  });

  test('an image that was committed goes away when the build fails later', async () => {
    const { context, test } = testBuild();
    await docker.build(config({ commit: true }), context);
    expect(engine().contents().images.length).toBe(images.length + 1);
    await test.cleanUp('failed');
    expect(engine().contents().images).toEqual(images);
  });

  test.each(['container', 'image'] as const)('what a run left is found again: %s', async (kind) => {
    const { context, test } = testBuild();
    await docker.build(config({ commit: true }), context);
    const noted = test.journaled.find((creation) => creation.kind === kind);
    await docker.remains?.[kind]?.remove(noted?.traces ?? {}, context);
    const { containers, images: now } = engine().contents();
    if (kind === 'container') expect(containers).toEqual([]);
    else expect(now).toEqual(images);
    // It is gone already.
    await docker.remains?.[kind]?.remove(noted?.traces ?? {}, context);
    await test.cleanUp('failed').catch(() => undefined);
    for (const id of engine().contents().containers) engine().docker('rm', '--force', id);
  });

  test('files of a Windows container go through the shared folder', async () => {
    // No Windows here: a shell plays its PowerShell, so this shows the way of files, not the language.
    const path = join(folder, 'Dockerfile');
    await mkdir(join(folder, 'tree'));
    await writeFile(join(folder, 'tree', 'leaf'), 'leaf');
    await writeFile(join(folder, 'powershell'), powershell, { mode: 0o755 });
    await writeFile(path, 'FROM base\nCOPY powershell /bin/powershell\n');
    engine().docker('build', '--tag', 'windows', '--file', path, folder);
    const set = {
      image: 'windows',
      discard: true,
      windows_container: true,
      container_dir: '/packer-files',
    } as const;
    await build(set, async ({ communicator, facts }) => {
      expect(facts.ConnType).toBe('dockerWindowsContainer');
      await communicator.upload({ data: 'text' }, '/tmp/file', never);
      expect(await read(communicator, '/tmp/file')).toBe('text');
      await communicator.uploadDir(join(folder, 'tree'), '/tmp', never);
      expect(await read(communicator, '/tmp/tree/leaf')).toBe('leaf');
      await communicator.downloadDir('/tmp/tree', folder, never);
      await expect(communicator.upload({ data: '' }, '/no/where', never)).rejects.toMatchObject({
        message: expect.stringContaining('/no/where'),
      });
    });
    engine().docker('rmi', 'windows');
  });
});

/** As much of PowerShell as the communicator speaks. */
const powershell = `#!/bin/sh
set -e
New_Item() { mkdir -p "$5"; }
Copy_Item() { case "$2" in */\\*) cp -r "\${2%\\*}." "$4" ;; *) cp -r "$2" "$4" ;; esac; }
script="$(printf %s "$1" | sed "s/^.ErrorActionPreference = 'Stop'; //; s/ | Out-Null//; s/New-Item/New_Item/; s/Copy-Item/Copy_Item/")"
eval "$script"
`;

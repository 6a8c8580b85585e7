import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerEngine, startDockerEngine, whyNoDockerEngine } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Running, runBake, scratch, startBake } from './run-bake.ts';
import { sideBySide } from './side-by-side.ts';

jest.setTimeout(120_000);
const reason = whyNoDockerEngine();
const when = reason === undefined ? describe : describe.skip;

const template = `
source "docker" "web" {
  image       = "base"
  pull        = false
  commit      = true
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}
source "docker" "tar" {
  image       = "base"
  pull        = false
  export_path = "out/tar.tar"
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}
build {
  sources = ["docker.web", "docker.tar"]
  provisioner "shell" {
    inline = ["echo step one", "sleep 0.3"]
  }
  provisioner "file" {
    source      = "big"
    destination = "/tmp/big"
  }
  post-processors {
    post-processor "docker-tag" {
      only       = ["docker.web"]
      repository = "left"
      tags       = ["1"]
    }
    post-processor "docker-save" {
      only = ["docker.web"]
      path = "saved.tar"
    }
  }
}
`;

when(`what docker builds leave behind${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  let engine: DockerEngine;
  let base: readonly string[];

  beforeAll(async () => {
    engine = await startDockerEngine();
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
    base = engine.contents().images;
  });
  afterAll(async () => {
    await engine?.stop();
    folder.remove();
  });

  interface Place {
    readonly path: string;
    readonly tmp: string;
    readonly env: Readonly<Record<string, string>>;
  }

  let count = 0;
  function place(): Place {
    count += 1;
    const path = join(folder.path, `${count}`);
    const [tmp, state] = [join(folder.path, `${count}-tmp`), join(folder.path, `${count}-state`)];
    for (const made of [path, tmp]) mkdirSync(made);
    writeFileSync(join(path, 'main.pkr.hcl'), template);
    writeFileSync(join(path, 'big'), Buffer.alloc(8_000_000, 'x'));
    return { path, tmp, env: { TMPDIR: tmp, BAKE_STATE_DIR: state, DOCKER_HOST: engine.host } };
  }

  function start({ path, env }: Place, ...flags: readonly string[]): Running {
    return startBake(['build', ...flags, 'main.pkr.hcl'], { cwd: path, env });
  }

  /** The image of a build that was cancelled or failed stays from here on: when it is tagged, or only a post-processor fails. */
  const kept = /docker.web \(docker-save\)|Build 'docker.web' errored/;
  /** The image of a build that was killed. */
  const finished = /Image ID[\s\S]*docker.web: Killing the container/;

  /**
   * Whole artifacts of builders that were done by then may be there, as their post-processors alone did not come to an
   * end: files, and the image that the output tells of. Gives that.
   */
  function expectNothingInFolders({ path, tmp }: Place, output: string, done = kept): string[] {
    expect(readdirSync(tmp)).toEqual([]);
    const allowed = ['big', 'main.pkr.hcl', 'out', 'out/tar.tar', 'saved.tar'];
    const files = readdirSync(path, { recursive: true }).map(String);
    expect(files.filter((name) => !allowed.includes(name))).toEqual([]);
    if (files.includes('out')) expect(readdirSync(join(path, 'out'))).toEqual(['tar.tar']);
    return done.test(output) ? [/Image ID: (sha256:\w+)/.exec(output)?.[1] ?? ''] : [];
  }

  function expectNothingInEngine(made: readonly string[]): void {
    const { containers, images } = engine.contents();
    expect({ containers, images: images.filter((id) => !made.includes(id)) }).toEqual({
      containers: [],
      images: base,
    });
  }

  function expectNothingLeft(here: Place, output: string): void {
    expectNothingInEngine(expectNothingInFolders(here, output));
  }

  afterEach(() => {
    const { containers, images } = engine.contents();
    const extra = images.filter((id) => !base.includes(id));
    if (containers.length > 0) engine.docker('rm', '--force', ...containers);
    if (extra.length > 0) engine.docker('rmi', '--force', ...extra);
  });

  const moments = [
    'Starting docker container',
    'Run command',
    'Container ID',
    'step one',
    'Uploading big',
    'Exporting the container',
    'Committing the container',
    'Killing the container',
    'Tagging image',
    'Saving image',
  ];

  test('Ctrl-C at any moment leaves nothing', async () => {
    const made: string[] = [];
    await sideBySide(moments, async (moment) => {
      const here = place();
      const run = start(here);
      await run.sees(moment);
      run.process.kill('SIGINT');
      const { code, stdout, stderr } = await run.finished;
      expect(stdout).toContain('Cleanly cancelled builds after being interrupted.');
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      made.push(...expectNothingInFolders(here, stdout));
      const cleanup = await runBake(['cleanup'], { env: here.env });
      expect(cleanup.stdout).toBe('Nothing was left behind.\n');
    });
    expectNothingInEngine(made);
  });

  test('kill -9 at any moment, and bake cleanup removes the rest', async () => {
    const made: string[] = [];
    await sideBySide(moments, async (moment) => {
      const here = place();
      const run = start(here);
      await run.sees(moment);
      run.process.kill('SIGKILL');
      const { stdout } = await run.finished;
      const cleanup = await runBake(['cleanup'], { env: here.env });
      expect(cleanup).toMatchObject({ code: 0, stderr: '' });
      made.push(...expectNothingInFolders(here, stdout, finished));
    });
    expectNothingInEngine(made);
  });

  test('what fails leaves nothing', async () => {
    const made: string[] = [];
    const faults = [
      ['echo step one', 'exit 3', /Script exited with non-zero exit status: 3/],
      ['"/tmp/big"', '"/no/where/big"', /Cannot upload to \/no\/where\/big/],
      ['"base"', '"127.0.0.1:1/none:1"', /docker run failed: /],
      ['saved.tar', 'no/where/saved.tar', /Post-processor failed/],
    ] as const;
    await sideBySide(faults, async ([part, fault, says]) => {
      const here = place();
      writeFileSync(join(here.path, 'main.pkr.hcl'), template.replaceAll(part, fault));
      const { code, stdout } = await start(here).finished;
      expect(stdout).toMatch(says);
      expect(stdout).not.toMatch(/^\s+at /m);
      expect(code).toBe(1);
      // As always, an artifact of the builder stays when only a post-processor fails.
      made.push(...expectNothingInFolders(here, stdout));
    });
    expectNothingInEngine(made);
  });

  test('an engine that stops fails the build well; what was in it goes when it is back', async () => {
    const here = place();
    const slow = template.replace('sleep 0.3', 'sleep 60');
    writeFileSync(join(here.path, 'main.pkr.hcl'), slow);
    const run = start(here);
    await run.sees('step one');
    await engine.kill();
    const { code, stdout } = await run.finished;
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(stdout).toContain('The engine does not answer. Start it');
    await engine.revive();
    expect(engine.contents().containers.length).toBe(2);
    expect(await runBake(['cleanup'], { env: here.env })).toMatchObject({ code: 0, stderr: '' });
    expectNothingLeft(here, stdout);
  });

  test('an engine that is not there is told before anything is made', async () => {
    const here = place();
    const env = { ...here.env, DOCKER_HOST: `unix://${here.tmp}/no-socket` };
    const { code, stdout } = await startBake(['build', '.'], { cwd: here.path, env }).finished;
    expect(code).toBe(1);
    expect(stdout).toContain('The engine does not answer. Start it');
    expect((await runBake(['cleanup'], { env })).stdout).toBe('Nothing was left behind.\n');
  });
});

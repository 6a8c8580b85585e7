import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type DockerEngine, startDockerEngine, whyNoDockerEngine } from '@bake/plugin-sdk/testing';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { type Running, runBake, scratch, startBake } from './run-bake.ts';

jest.setTimeout(240_000);
const reason = whyNoDockerEngine();
const when = reason === undefined ? describe : describe.skip;

const runCommand =
  'run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]';

const template = `
variable "secret" {
  default   = "first-secret"
  sensitive = true
}
variable "last" { default = "echo five >> /etc/steps" }
source "docker" "web" {
  image   = "base"
  pull    = false
  commit  = true
  author  = "A. Author"
  changes = ["ENV BAKED=1", "USER app"]
  ${runCommand}
}
build {
  sources = ["docker.web"]
  provisioner "shell" {
    script = "script"
  }
  provisioner "file" {
    source      = "tree"
    destination = "/opt"
  }
  provisioner "shell" {
    env    = { SECRET = var.secret }
    inline = ["echo $SECRET > /etc/secret", "chmod 600 /etc/secret", "rm /opt/tree/gone"]
  }
  provisioner "shell" {
    inline = ["echo \${build.SourceImageSha256} > /etc/source", "chown -R app:staff /opt/tree"]
  }
  provisioner "shell" {
    inline = [var.last]
  }
  post-processor "docker-tag" {
    repository = "made"
    tags       = ["1"]
  }
}
`;

when(`checkpoints of docker builds${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  let engine: DockerEngine;

  beforeAll(async () => {
    engine = await startDockerEngine();
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    folder.remove();
  }, 60_000);
  afterEach(() => {
    expect(engine.contents().containers).toEqual([]);
    const tags = checkpoints().filter(Boolean);
    if (tags.length > 0) engine.docker('rmi', ...tags.map((tag) => `bake-checkpoint:${tag}`));
    const base = engine.docker('inspect', '--format', '{{.Id}}', 'base');
    const extra = engine.contents().images.filter((id) => id !== base);
    if (extra.length > 0) engine.docker('rmi', '--force', ...new Set(extra));
  });

  interface Place {
    readonly path: string;
    readonly cache: string;
    readonly env: Readonly<Record<string, string>>;
  }

  let count = 0;
  function place(text = template): Place {
    count += 1;
    const path = join(folder.path, `${count}`);
    const [cache, state] = [`${path}-cache`, `${path}-state`];
    mkdirSync(join(path, 'tree', 'deep'), { recursive: true });
    writeFileSync(join(path, 'main.pkr.hcl'), text);
    writeFileSync(join(path, 'script'), '#!/bin/sh\nmkdir -p /opt\necho one > /etc/steps\n');
    writeFileSync(join(path, 'tree', 'deep', 'leaf'), 'leaf', { mode: 0o640 });
    writeFileSync(join(path, 'tree', 'gone'), 'gone');
    symlinkSync('deep/leaf', join(path, 'tree', 'link'));
    const env = { BAKE_CACHE_DIR: cache, BAKE_STATE_DIR: state, DOCKER_HOST: engine.host };
    return { path, cache, env };
  }

  function start({ path, env }: Place, ...flags: readonly string[]): Running {
    return startBake(['build', ...flags, '.'], { cwd: path, env });
  }

  /** Builds, which must go well; gives how many provisioners need not run, and what was printed. */
  async function build(here: Place, ...flags: readonly string[]) {
    const { code, stdout, stderr } = await start(here, '-cache', ...flags).finished;
    expect(code === 0 ? stderr : `${stdout}${stderr}`).toBe('');
    const done = /Going on after provisioner (\d)/.exec(stdout)?.[1];
    return { done: stdout.includes('Nothing is left') ? 5 : Number(done ?? 0), stdout };
  }

  /** All that an image holds: files with their owners, modes and contents, and what it says of itself. */
  function content(image: string): string {
    const tree = join(folder.path, `${count}-content`);
    mkdirSync(tree);
    const id = engine.docker('create', '--network=none', image, '/bin/true');
    const script = `docker export ${id} | tar -x && find . -type f -exec md5sum {} + | sort && find . -printf '%p %y %m %U:%G %l\\n' | sort`;
    const files = execFileSync('sh', ['-c', script], {
      cwd: tree,
      env: engine.env,
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    engine.docker('rm', id);
    rmSync(tree, { recursive: true });
    const format =
      '{{json .Config.Entrypoint}} {{json .Config.Cmd}} {{json .Config.Env}} {{json .Config.Labels}} {{.Config.User}} {{.Config.WorkingDir}} {{.Author}}';
    return `${engine.docker('inspect', '--format', format, image)}\n${files}`;
  }

  /** The same build without the cache. */
  async function uncached(here: Place, ...flags: readonly string[]): Promise<string> {
    const { code } = await start(here, '-no-cache', '-cache', ...flags).finished;
    expect(code).toBe(0);
    return content('made:1');
  }

  function checkpoints(): readonly string[] {
    return engine.docker('images', '--format', '{{.Tag}}', 'bake-checkpoint').split('\n');
  }

  test('a build without -cache makes none', async () => {
    const here = place();
    expect((await start(here).finished).code).toBe(0);
    expect(checkpoints()).toEqual(['']);
    expect(existsSync(here.cache)).toBe(false);
  });

  test('an unchanged build starts no container and gives the same image', async () => {
    const here = place();
    expect((await build(here)).done).toBe(0);
    expect(checkpoints().length).toBe(5);
    const again = await build(here);
    expect(again.done).toBe(5);
    expect(again.stdout).not.toContain('docker run');
    expect(again.stdout).not.toContain('Provisioning');
    const made = content('made:1');
    expect(made).toContain('BAKED=1');
    expect(made).toBe(await uncached(here));
  });

  test.each<[string, number, (here: Place) => readonly string[], RegExp]>([
    ['the last provisioner', 4, () => ['-var', 'last=echo 5'], /option "inline" has changed/],
    [
      'a file in a folder',
      1,
      ({ path }) => {
        appendFileSync(join(path, 'tree', 'deep', 'leaf'), '!');
        return [];
      },
      /file "tree" has changed/,
    ],
    ['a secret', 2, () => ['-var', 'secret=second-secret'], /option "env" has changed/],
    [
      'how the container is run',
      0,
      ({ path }) => {
        const text = template.replace('["-d"', '["-d", "--env=MORE=1"');
        writeFileSync(join(path, 'main.pkr.hcl'), text);
        return [];
      },
      /option "run_command" has changed/,
    ],
    [
      'what only the image is to say',
      5,
      ({ path }) => {
        const text = template.replace('"ENV BAKED=1"', '"ENV BAKED=2"');
        writeFileSync(join(path, 'main.pkr.hcl'), text);
        return [];
      },
      /Nothing is left to provision/,
    ],
  ])('goes on where it matters after a change of %s', async (_, done, change, says) => {
    const here = place();
    await build(here);
    const flags = change(here);
    const changed = await build(here, ...flags);
    expect(changed.done).toBe(done);
    expect(changed.stdout).toMatch(says);
    expect(content('made:1')).toBe(await uncached(here, ...flags));
  });

  test('a new source image is another start', async () => {
    const here = place();
    await build(here);
    await engine.importBase('base', ['CMD ["/bin/sh"]', 'ENV NEW=1']);
    const { done, stdout } = await build(here);
    expect(done).toBe(0);
    expect(stdout).toContain('option "image" has changed');
    expect(content('made:1')).toContain('NEW=1');
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
  });

  test('no secret is in the cache', async () => {
    const here = place();
    await build(here);
    const folderOf = join(here.cache, 'checkpoints');
    const texts = readdirSync(folderOf).map((name) => readFileSync(join(folderOf, name), 'utf8'));
    expect(texts.length).toBe(5);
    expect(texts.join('')).not.toContain('first-secret');
  });

  test('a checkpoint that was removed by hand is not missed', async () => {
    const here = place();
    await build(here);
    const [last, ...others] = checkpoints();
    engine.docker('rmi', `bake-checkpoint:${last}`);
    const { done } = await build(here);
    expect(done).toBeLessThan(5);
    // Another image under its name is not it either.
    for (const id of others) engine.docker('tag', 'base', `bake-checkpoint:${id}`);
    expect((await build(here)).done).not.toBe(4);
    expect(content('made:1')).toBe(await uncached(here));
  });

  test.each([
    [
      'a volume',
      template.replace('pull    = false', 'pull = false\n  tmpfs = ["/cache"]'),
      /what is in the volume \/cache is in no image/,
    ],
    [
      'a process that goes on',
      template.replace('inline = [var.last]', 'inline = ["sleep 1000 > /dev/null 2>&1 &"]'),
      /No checkpoint after provisioner 5 of 5 \(shell\) nor later: a process that a provisioner started still runs/,
    ],
  ])('%s cannot be kept', async (_, text, says) => {
    const { stdout } = await build(place(text));
    expect(stdout).toMatch(says);
  });

  test('export and discard go on from checkpoints, too', async () => {
    for (const what of ['export_path = "out.tar"', 'discard = true']) {
      const text = template
        .replace('commit  = true', what)
        .replace(/ {2}post-processor [^}]*\}\n/, '');
      const here = place(text);
      await build(here);
      expect((await build(here)).done).toBe(5);
      if (what.startsWith('discard')) continue;
      const list = execFileSync('tar', ['-xOf', join(here.path, 'out.tar'), 'etc/steps']);
      expect(list.toString()).toBe('one\nfive\n');
    }
  });

  test('a provisioner that fails keeps what was before it', async () => {
    const here = place();
    const failed = await start(here, '-cache', '-var', 'last=exit 3').finished;
    expect(failed.code).toBe(1);
    expect((await build(here)).done).toBe(4);
    expect(content('made:1')).toBe(await uncached(here));
  });

  test('two builds at once, of two processes, do not disturb each other', async () => {
    const here = place();
    const other = { ...place(), cache: here.cache, env: here.env };
    const text = template.replace('"made"', '"other"');
    writeFileSync(join(other.path, 'main.pkr.hcl'), text);
    await Promise.all([build(here), build(other)]);
    expect(content('made:1')).toBe(content('other:1'));
    const [one, two] = await Promise.all([build(here), build(other)]);
    expect([one.done, two.done]).toEqual([5, 5]);
  });

  test.each([
    'Container ID',
    'Uploading tree',
    'Provisioning with shell script: inline',
    'Committing the container',
    'Killing the container',
  ])('kill -9 at "%s" harms nothing', async (moment) => {
    const here = place();
    const slow = start(here, '-cache');
    await slow.sees(moment);
    slow.process.kill('SIGKILL');
    await slow.finished;
    const cleaned = await runBake(['cleanup'], { env: here.env });
    expect(cleaned.code).toBe(0);
    const known = (await runBake(['cache', 'list', '-json'], { env: here.env })).stdout;
    const listed = known.split('\n').filter((line) => line !== '');
    // What is there is known, and what is known is there.
    const ids = listed.map((line) => (JSON.parse(line) as { readonly id: string }).id);
    expect(checkpoints().filter(Boolean).toSorted()).toEqual(ids.toSorted());
    const { done } = await build(here);
    expect(done).toBe(ids.length);
    expect(content('made:1')).toBe(await uncached(here));
  });

  test('Ctrl-C leaves no half checkpoint', async () => {
    const here = place();
    const run = start(here, '-cache');
    await run.sees('Uploading tree');
    run.process.kill('SIGINT');
    expect((await run.finished).code).toBe(1);
    const { stdout } = await runBake(['cache', 'list', '-json'], { env: here.env });
    expect(checkpoints().filter(Boolean).length).toBe(stdout.split('\n').filter(Boolean).length);
    expect((await runBake(['cleanup'], { env: here.env })).stdout).toBe(
      'Nothing was left behind.\n',
    );
  });

  test('list, explain and prune', async () => {
    const here = place();
    await build(here);
    const bake = (...args: readonly string[]) => runBake(args, { cwd: here.path, env: here.env });
    const list = await bake('cache', 'list');
    expect(list.stdout).toMatch(/docker.web, provisioner 5 of 5 \(shell\), .*\n5 checkpoints, /s);
    const explain = await bake('cache', 'explain', '-var', 'secret=another-secret', '.');
    expect(explain.stdout).toMatch(
      /^docker.web:\n {2}1. shell is in the checkpoint .*\n {2}2. file is .*\n {2}3. shell runs: option "env" has changed\n {2}4. shell runs: one before it runs\n {2}5. .*\n$/,
    );
    expect(explain.stdout).not.toContain('another-secret');
    const old = await bake('cache', 'prune', '-age', '1h');
    expect(old.stdout).toMatch(/^5 checkpoints, /);
    const all = await bake('cache', 'prune', '-all');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/There are no checkpoints.\n$/);
    expect(checkpoints()).toEqual(['']);
    expect((await build(here, '-cache-limit', '0')).done).toBe(0);
    // What a build uses stays for it; the next one takes it away.
    expect(checkpoints().length).toBe(5);
  });

  test.each([
    [['cache'], /Say what to do: list, prune, explain/],
    [['cache', 'empty'], /"empty" is none of list, prune, explain/],
    [['cache', 'prune', '-size', 'much'], /-size needs a size such as 500MB or 20GB, not "much"/],
    [['cache', 'prune', '-age', 'old'], /-age needs a duration such as 36h or 14d, not "old"/],
    [['build', '-cache', '-cache-limit=x', '.'], /-cache-limit needs a size/],
  ])('%j is told to be wrong', async (args, says) => {
    const { env, path } = place();
    const { code, stdout, stderr } = await runBake(args, { cwd: path, env });
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(says);
  });
});

import { execFileSync } from 'node:child_process';
import {
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
import { sideBySide } from './side-by-side.ts';

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
variable "name" { default = "made" }
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
    repository = var.name
    tags       = ["1"]
  }
}
`;

/** Builds take long, so that most tests go on in one place with what the tests before them left in its cache. */
when(`checkpoints of docker builds${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  let engine: DockerEngine;
  let here: Place;
  /** What the image of the template holds when it is built without the cache. */
  let plain: string;

  beforeAll(async () => {
    engine = await startDockerEngine();
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
    here = place();
  }, 60_000);
  afterAll(async () => {
    await engine?.stop();
    folder.remove();
  }, 60_000);
  afterEach(() => expect(engine.contents().containers).toEqual([]));

  interface Place {
    /** Of the place, and of its image. */
    readonly name: string;
    readonly path: string;
    readonly cache: string;
    readonly env: Readonly<Record<string, string>>;
  }

  let count = 0;
  function place(): Place {
    count += 1;
    const name = `made-${count}`;
    const path = join(folder.path, name);
    const [cache, state] = [`${path}-cache`, `${path}-state`];
    mkdirSync(join(path, 'tree', 'deep'), { recursive: true });
    writeFileSync(join(path, 'main.pkr.hcl'), template);
    writeFileSync(join(path, 'script'), '#!/bin/sh\nmkdir -p /opt\necho one > /etc/steps\n');
    writeFileSync(join(path, 'tree', 'deep', 'leaf'), 'leaf', { mode: 0o640 });
    writeFileSync(join(path, 'tree', 'gone'), 'gone');
    symlinkSync('deep/leaf', join(path, 'tree', 'link'));
    const env = { BAKE_CACHE_DIR: cache, BAKE_STATE_DIR: state, DOCKER_HOST: engine.host };
    return { name, path, cache, env };
  }

  function start({ path, env, name }: Place, ...flags: readonly string[]): Running {
    return startBake(['build', '-var', `name=${name}`, ...flags, '.'], { cwd: path, env });
  }

  /** Builds, which must go well; gives how many provisioners need not run, and what was printed. */
  async function build(from: Place, ...flags: readonly string[]) {
    const { code, stdout, stderr } = await start(from, '-cache', ...flags).finished;
    expect(code === 0 ? stderr : `${stdout}${stderr}`).toBe('');
    const done = /Going on after provisioner (\d)/.exec(stdout)?.[1];
    return { done: stdout.includes('Nothing is left') ? 5 : Number(done ?? 0), stdout };
  }

  /** All that an image holds: files with their owners, modes and contents, and what it says of itself. */
  function content(image: string): string {
    const tree = join(folder.path, `content-${image}`);
    mkdirSync(tree);
    const id = engine.docker('create', '--network=none', `${image}:1`, '/bin/true');
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
    return `${engine.docker('inspect', '--format', format, `${image}:1`)}\n${files}`;
  }

  /** What the same build gives without the cache; `-no-cache` wins. */
  async function uncached(from: Place, ...flags: readonly string[]): Promise<string> {
    const { code } = await start(from, '-no-cache', '-cache', ...flags).finished;
    expect(code).toBe(0);
    return content(from.name);
  }

  function checkpoints(): readonly string[] {
    const tags = engine.docker('images', '--format', '{{.Tag}}', 'bake-checkpoint');
    // Docker lists those of the same second in any order.
    return tags.split('\n').filter(Boolean).toSorted();
  }

  /** IDs of the checkpoints that the cache knows. */
  async function listed({ env }: Place): Promise<readonly string[]> {
    const { stdout } = await runBake(['cache', 'list', '-json'], { env });
    const lines = stdout.split('\n').filter(Boolean);
    return lines.map((line) => (JSON.parse(line) as { readonly id: string }).id);
  }

  test('a build without -cache makes none', async () => {
    expect((await start(here).finished).code).toBe(0);
    expect(checkpoints()).toEqual([]);
    expect(existsSync(here.cache)).toBe(false);
    plain = content(here.name);
    expect(plain).toContain('BAKED=1');
  });

  test('a provisioner that fails keeps what was before it', async () => {
    const failed = await start(here, '-cache', '-var', 'last=exit 3').finished;
    expect(failed.code).toBe(1);
    expect(checkpoints().length).toBe(4);
    expect((await build(here)).done).toBe(4);
    expect(content(here.name)).toBe(plain);
  });

  test('an unchanged build starts no container and gives the same image', async () => {
    const again = await build(here);
    expect(again.done).toBe(5);
    expect(again.stdout).not.toContain('docker run');
    expect(again.stdout).not.toContain('Provisioning');
    expect(content(here.name)).toBe(plain);
  });

  test('no secret is in the cache', () => {
    const folderOf = join(here.cache, 'checkpoints');
    const texts = readdirSync(folderOf).map((name) => readFileSync(join(folderOf, name), 'utf8'));
    expect(texts.length).toBe(5);
    expect(texts.join('')).not.toContain('first-secret');
  });

  /** Writes a file of the place; gives how to take that back. */
  function write(name: string, change: (text: string) => string): () => void {
    const path = join(here.path, name);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, change(text));
    return () => writeFileSync(path, text);
  }

  const inTemplate = (text: string, other: string) => () =>
    write('main.pkr.hcl', (all) => all.replace(text, other));

  test.each<[string, number, readonly string[], () => () => void, RegExp]>([
    [
      'the last provisioner',
      4,
      ['-var', 'last=echo 5'],
      () => () => {},
      /option "inline" has changed/,
    ],
    [
      'a file in a folder',
      1,
      [],
      () => write('tree/deep/leaf', (text) => `${text}!`),
      /file "tree" has changed/,
    ],
    ['a secret', 2, ['-var', 'secret=second'], () => () => {}, /option "env" has changed/],
    [
      'how the container is run',
      0,
      [],
      inTemplate('["-d"', '["-d", "--env=MORE=1"'),
      /option "run_command" has changed/,
    ],
    [
      'what only the image is to say',
      5,
      [],
      inTemplate('"ENV BAKED=1"', '"ENV BAKED=2"'),
      /Nothing is left to provision/,
    ],
  ])('goes on where it matters after a change of %s', async (_, done, flags, change, says) => {
    const undo = change();
    const changed = await build(here, ...flags);
    expect(changed.done).toBe(done);
    expect(changed.stdout).toMatch(says);
    const made = content(here.name);
    expect(made).not.toBe(plain);
    expect(made).toBe(await uncached(here, ...flags));
    undo();
  });

  test('what was changed and taken back is found again', async () => {
    expect((await build(here)).done).toBe(5);
    expect(content(here.name)).toBe(plain);
  });

  test('a checkpoint that was removed by hand is not missed', async () => {
    // The one that was last used is that after the last provisioner.
    const [last] = await listed(here);
    engine.docker('rmi', `bake-checkpoint:${last}`);
    expect((await build(here)).done).toBe(4);
    // Another image under its name is not it either.
    for (const id of await listed(here)) engine.docker('tag', 'base', `bake-checkpoint:${id}`);
    expect((await build(here)).done).toBe(0);
    expect(content(here.name)).toBe(plain);
  });

  test('export and discard go on from checkpoints, too', async () => {
    for (const what of ['export_path = "out.tar"', 'discard = true']) {
      const undo = write('main.pkr.hcl', (text) =>
        text.replace('commit  = true', what).replace(/ {2}post-processor [^}]*\}\n/, ''),
      );
      expect((await build(here)).done).toBe(5);
      undo();
    }
    const list = execFileSync('tar', ['-xOf', join(here.path, 'out.tar'), 'etc/steps']);
    expect(list.toString()).toBe('one\nfive\n');
  });

  test.each([
    [
      'a volume',
      0,
      inTemplate('pull    = false', 'pull = false\n  tmpfs = ["/cache"]'),
      /what is in the volume \/cache is in no image/,
    ],
    [
      'a process that goes on',
      4,
      inTemplate('inline = [var.last]', 'inline = ["sleep 1000 > /dev/null 2>&1 &"]'),
      /No checkpoint after provisioner 5 of 5 \(shell\) nor later: a process that a provisioner started still runs/,
    ],
  ])('%s cannot be kept', async (_, done, change, says) => {
    const before = checkpoints();
    const undo = change();
    const built = await build(here);
    undo();
    expect(built.stdout).toMatch(says);
    expect(built.done).toBe(done);
    expect(checkpoints()).toEqual(before);
  });

  test('a new source image is another start', async () => {
    engine.docker('tag', 'base', 'old');
    await engine.importBase('base', ['CMD ["/bin/sh"]', 'ENV NEW=1']);
    const { done, stdout } = await build(here);
    expect(done).toBe(0);
    expect(stdout).toContain('option "image" has changed');
    expect(content(here.name)).toContain('NEW=1');
  });

  test('list, explain and prune', async () => {
    const bake = (...args: readonly string[]) => runBake(args, { cwd: here.path, env: here.env });
    const total = checkpoints().length;
    const list = await bake('cache', 'list');
    expect(list.stdout).toMatch(/docker.web, provisioner 5 of 5 \(shell\), /);
    expect(list.stdout).toContain(`\n${total} checkpoints, `);
    const explain = await bake('cache', 'explain', '-var', 'secret=another-secret', '.');
    expect(explain.stdout).toMatch(
      /^docker.web:\n {2}1. shell is in the checkpoint .*\n {2}2. file is .*\n {2}3. shell runs: option "env" has changed\n {2}4. shell runs: one before it runs\n {2}5. .*\n$/,
    );
    expect(explain.stdout).not.toContain('another-secret');
    const old = await bake('cache', 'prune', '-age', '1h');
    expect(old.stdout).toContain(`${total} checkpoints, `);
    expect((await build(here, '-cache-limit', '0')).done).toBe(5);
    // What a build uses stays for it, all else goes.
    expect(checkpoints().length).toBe(1);
    const all = await bake('cache', 'prune', '-all');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/There are no checkpoints.\n$/);
    expect(checkpoints()).toEqual([]);
    engine.docker('tag', 'old', 'base');
  });

  test('two builds at once, of two processes, do not disturb each other', async () => {
    const other = { ...place(), cache: here.cache, env: here.env };
    await Promise.all([build(here), build(other)]);
    expect(content(here.name)).toBe(plain);
    expect(content(other.name)).toBe(plain);
    const [one, two] = await Promise.all([build(here), build(other)]);
    expect([one.done, two.done]).toEqual([5, 5]);
  });

  test('neither kill -9 nor Ctrl-C leaves half a checkpoint', async () => {
    await runBake(['cache', 'prune', '-all'], { env: here.env });
    const places = new Map<string, Place>();
    const moments = [
      'Container ID',
      'Uploading tree',
      'Provisioning with shell script: inline',
      'Committing the container',
      'Killing the container',
    ];
    const kills = moments.map((moment) => [moment, 'SIGKILL'] as const);
    await sideBySide(
      [...kills, ['Uploading tree', 'SIGINT'] as const],
      async ([moment, signal]) => {
        const slow = place();
        places.set(`${signal} ${moment}`, slow);
        const run = start(slow, '-cache');
        await run.sees(moment);
        run.process.kill(signal);
        await run.finished;
        const { code, stdout } = await runBake(['cleanup'], { env: slow.env });
        expect(code).toBe(0);
        if (signal === 'SIGINT') expect(stdout).toBe('Nothing was left behind.\n');
      },
    );
    // What is there is known, and what is known is there.
    const known = await Promise.all([...places.values()].map(listed));
    expect(checkpoints()).toEqual(known.flat().toSorted());
    expect(engine.contents().containers).toEqual([]);
    await sideBySide([...places.values()], async (slow) => {
      const before = (await listed(slow)).length;
      expect((await build(slow)).done).toBe(before);
      expect(content(slow.name)).toBe(plain);
    });
  });

  test.each([
    [['cache'], /Say what to do: list, prune, explain/],
    [['cache', 'empty'], /"empty" is none of list, prune, explain/],
    [['cache', 'prune', '-size', 'much'], /-size needs a size such as 500MB or 20GB, not "much"/],
    [['cache', 'prune', '-age', 'old'], /-age needs a duration such as 36h or 14d, not "old"/],
    [['build', '-cache', '-cache-limit=x', '.'], /-cache-limit needs a size/],
  ])('%j is told to be wrong', async (args, says) => {
    const { env, path } = here;
    const { code, stdout, stderr } = await runBake(args, { cwd: path, env });
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(says);
  });
});

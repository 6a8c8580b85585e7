import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { debianDisk, filesOnDisk, whyNoDebianDisk } from './debian-disk.ts';
import {
  type Finished,
  type Running,
  runBake,
  scratch,
  startBake,
  startProgram,
} from './run-bake.ts';

jest.setTimeout(900_000);
const reason = whyNoDebianDisk();
const when = reason === undefined ? describe : describe.skip;
const hasPacker = spawnSync('packer', ['version']).status === 0;
const peer = hasPacker ? 'packer' : 'bake without checkpoints (there is no packer on PATH)';

const folder = scratch();
afterAll(() => folder.remove());

test('qemu-debian is a valid template', async () => {
  const cwd = folder.example('qemu-debian');
  const { code, stderr } = await runBake(['validate', '.'], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/**
 * A boot takes long, so that there are but three: of bake with checkpoints, which is killed and goes on, of what it made, and of a
 * peer that builds a changed template without any.
 */
when(`a disk of Debian${reason === undefined ? '' : `: ${reason}`}`, () => {
  let base = '';
  let cwd = '';
  let explained: Finished;
  let cleaned: Finished;
  let made: Finished;
  let files: Files;
  /** Digest of the disk that these are on. */
  let whole = '';
  let check: Promise<Finished>;
  let theirs: Promise<Finished>;

  type Files = Record<string, string>;
  const env = {
    BAKE_CACHE_DIR: join(folder.path, 'cache'),
    BAKE_STATE_DIR: join(folder.path, 'state'),
  };
  const kept = join(folder.path, 'cache', 'qemu');
  const withPeer = join(folder.path, 'peer');
  const disk = (of: string): string => join(of, 'output-debian', 'debian.qcow2');
  /** All but the machine's own record of when it was started and who logged in. */
  const content = (of: string): Files => {
    const { './var/log/wtmp': _, ...all } = filesOnDisk(disk(of), folder.path);
    return all;
  };
  const digestOf = (path: string): string =>
    createHash('sha256').update(readFileSync(path)).digest('hex');
  const options = (): readonly string[] => ['-var', `image=${base}`, '-var', 'accelerator=tcg'];
  const start = (): Running =>
    startBake(['build', '-cache', '-force', ...options(), '.'], { cwd, env });
  const build = (): Promise<Finished> => start().finished;
  const explain = (): Promise<Finished> =>
    runBake(['cache', 'explain', ...options(), '.'], { cwd, env });

  beforeAll(async () => {
    base = debianDisk();
    cwd = folder.example('qemu-debian');
    cpSync(cwd, withPeer, { recursive: true });
    change(withPeer);
    await killAtSecondCheckpoint();
    explained = await explain();
    cleaned = await runBake(['cleanup'], { env });
    made = await build();
    expect(made).toMatchObject({ code: 0, stderr: '' });
    files = content(cwd);
    whole = digestOf(disk(cwd));
    check = boot(disk(cwd));
    theirs = buildWithPeer();
  });
  afterAll(() => Promise.allSettled([check, theirs]));

  /** Kills bake when it begins with the checkpoint after the second provisioner, and leaves of that what a copy that was cut off does. */
  async function killAtSecondCheckpoint(): Promise<void> {
    const run = start();
    const ended = run.finished.then(({ stdout }) => {
      throw new Error(`ended before:\n${stdout}`);
    });
    const folders = (): readonly string[] => (existsSync(kept) ? readdirSync(kept) : []);
    const [first] = await Promise.race([ended, until(folders, 1)]);
    const [half] = (await Promise.race([ended, until(folders, 2)])).filter((id) => id !== first);
    run.process.kill('SIGKILL');
    ended.catch(() => undefined);
    await run.finished;
    const [whole, part] = [first, half].map((id) => join(kept, String(id), 'debian.qcow2'));
    cpSync(String(whole), String(part));
    truncateSync(String(part), 10_000_000);
  }

  async function until<T>(list: () => readonly T[], count: number): Promise<readonly T[]> {
    for (;;) {
      const found = list();
      if (found.length >= count) return found;
      await sleep(20);
    }
  }

  /** Lets the second of two provisioners do one thing more, and tell the time. */
  function change(where: string): void {
    const path = join(where, 'main.pkr.hcl');
    // Packer 1.6.6 knows no required_plugins.
    const text = readFileSync(path, 'utf8').replace(/^packer \{[\s\S]*?^\}\n/m, '');
    const more = 'inline = [\n "echo changed > /etc/changed", "date +now=%s",';
    expect(text).toContain('inline = [');
    writeFileSync(path, text.replace('inline = [', more));
  }

  function buildWithPeer(): Promise<Finished> {
    const args = ['build', ...options(), '.'];
    if (!hasPacker) return runBake(args, { cwd: withPeer });
    return startProgram('packer', args, { cwd: withPeer, env: { CHECKPOINT_DISABLE: '1' } })
      .finished;
  }

  /** On top of the disk, which stays as it is. */
  function boot(image: string): Promise<Finished> {
    const cwd = join(folder.path, 'boot');
    mkdirSync(cwd);
    const copy = join(cwd, 'made.qcow2');
    cpSync(image, copy);
    writeFileSync(
      join(cwd, 'main.pkr.hcl'),
      `source "qemu" "check" {
        accelerator      = "tcg"
        headless         = true
        disk_image       = true
        use_backing_file = true
        skip_resize_disk = true
        iso_url          = "${copy}"
        iso_checksum     = "none"
        ssh_username     = "packer"
        ssh_password     = "packer"
        shutdown_command = "sudo poweroff"
      }
      build {
        sources = ["qemu.check"]
        provisioner "shell" {
          inline = ["hello", "cat /etc/motd", "stat -c '%U %a' /etc/motd"]
        }
      }`,
    );
    return runBake(['build', '.'], { cwd });
  }

  test('goes on from the checkpoint that was whole when bake was killed with kill -9', async () => {
    expect(explained.stdout).toMatch(
      /1\. file is in the checkpoint .*\n {2}2\. shell runs: there is no checkpoint of it yet/,
    );
    expect(cleaned).toMatchObject({ code: 0, stderr: '' });
    expect(cleaned.stdout).toContain('unfinished checkpoint');
    expect(made.stdout).toContain('Going on after provisioner 1 of 2');
  });

  test('unchanged, is taken from the cache', async () => {
    expect(made.stdout).toContain('VM files in directory: output-debian');
    const { stdout, stderr } = await build();
    expect(stderr).toBe('');
    expect(readdirSync(kept).length).toBe(2);
    expect(stdout).toContain('Nothing is left to provision');
    expect(stdout).not.toContain('Starting VM');
    expect(digestOf(disk(cwd))).toBe(whole);
  });

  test(`changed, goes on from a checkpoint, and has the files that ${peer} puts on it`, async () => {
    change(cwd);
    const start = Date.now() / 1000;
    const { stdout, stderr } = await build();
    expect(stderr).toBe('');
    // What the first provisioner wrote is in the machine's memory alone, which has to go on for the second to find it.
    expect(stdout).toContain('Going on after provisioner 1 of 2');
    expect(Number(/now=(\d+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(Math.floor(start));
    const ours = content(cwd);
    const peers = await theirs;
    expect(peers).toMatchObject({ code: 0 });
    expect(ours).toEqual(content(withPeer));
    expect(ours).toEqual({ ...files, './etc/changed': ours['./etc/changed'] });
    expect(ours['./usr/local/bin/hello']).toMatch(/^755 0:0 /);
  });

  test('is not taken from damaged checkpoints, which go away', async () => {
    const list = await runBake(['cache', 'list', '-json'], { env });
    for (const line of list.stdout.split('\n').filter(Boolean)) {
      const { traces } = JSON.parse(line) as { readonly traces: { readonly folder: string } };
      truncateSync(join(traces.folder, 'debian.qcow2'), 1000);
    }
    expect((await explain()).stdout).toContain(
      '1. file runs: its checkpoint is not there any more',
    );
    const pruned = await runBake(['cache', 'prune', '-all'], { env });
    expect(pruned.code).toBe(0);
    expect(pruned.stdout).toContain('There are no checkpoints.');
  });

  test('boots, and has what was put on it', async () => {
    const { code, stdout, stderr } = await check;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const line of ['hello from debian', 'Baked, not configured.', 'root 644']) {
      expect(stdout).toContain(`qemu.check: ${line}`);
    }
  });
});

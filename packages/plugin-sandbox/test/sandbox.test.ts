import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult, Machine } from '@bake/plugin-sdk';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import sandbox, { type SandboxConfig } from '../src/component.ts';
import { copyTree } from '../src/copy-tree.ts';
import { type Provision, testBuild } from './test-build.ts';

const never = new AbortController().signal;
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
/** A command that no one else runs. */
const nap = `sleep ${1_000_000 + process.pid}`;
let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'bake-sandbox-test-')));
});
afterEach(() => rm(folder, { recursive: true }));

function config(set: Partial<SandboxConfig> = {}): SandboxConfig {
  return {
    base_dir: undefined,
    base_archive: undefined,
    chroot: undefined,
    output: join(folder, 'out', 'web.tar.gz'),
    ...set,
  };
}

async function build(set: Partial<SandboxConfig>, provision: Provision = async () => undefined) {
  const { context, test, steps } = testBuild(provision);
  const artifact = await sandbox.build(config(set), context);
  await test.cleanUp();
  return { artifact, steps, test };
}

async function run(machine: Machine, command: string): Promise<CommandResult & { stdout: string }> {
  const chunks: Uint8Array[] = [];
  const onStdout = (chunk: Uint8Array): void => void chunks.push(chunk);
  const result = await machine.communicator.run({ command, onStdout, signal: never });
  return { ...result, stdout: Buffer.concat(chunks).toString() };
}

/** What GNU tar says of the archive. */
function listing(...options: string[]): string[] {
  const args = ['-tzf', join(folder, 'out', 'web.tar.gz'), ...options];
  return execFileSync('tar', args, { env: { ...process.env, TZ: 'UTC' } })
    .toString()
    .trim()
    .split('\n');
}

/** Whether the tree of a build is there; by its name, as other tests may run sandboxes, too. */
function isTreeLeft(generated: Readonly<Record<string, unknown>>): boolean {
  return existsSync(join(tmpdir(), String(generated['ID'])));
}

async function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy() === undefined));
    socket.once('error', () => resolve(true));
  });
}

/** A small root file system: busybox does for all programs. */
async function makeRootFs(root: string): Promise<void> {
  await mkdir(join(root, 'bin'), { recursive: true });
  const libraries = execFileSync('ldd', ['/bin/sh']).toString().match(/\/\S+/g) ?? [];
  for (const file of ['/bin/sh', ...libraries]) {
    await mkdir(join(root, file, '..'), { recursive: true });
    execFileSync('cp', ['-L', file, join(root, file)]);
  }
}

test('build packs what provisioners made', async () => {
  const { artifact, steps, test } = await build({}, async (machine, generated) => {
    expect(machine.scriptFolder).toBe('.');
    expect(generated['ID']).toMatch(/^bake-sandbox-/);
    await machine.communicator.upload(
      { data: 'echo made > made; exit 3', mode: 0o755 },
      './go',
      never,
    );
    expect((await run(machine, 'sh ./go')).exitCode).toBe(3);
    await machine.communicator.upload({ data: 'up' }, '/uploaded', never);
  });
  expect(steps).toEqual(['prepare-tree', 'start-machine', 'pack']);
  expect(listing()).toEqual(['go', 'made', 'uploaded']);
  expect(artifact).toMatchObject({
    builderId: 'bake.sandbox',
    id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    files: [join(folder, 'out', 'web.tar.gz')],
    description: `Sandbox tree: ${join(folder, 'out', 'web.tar.gz')}`,
  });
  const [digest] = execFileSync('sha256sum', [join(folder, 'out', 'web.tar.gz')])
    .toString()
    .split(' ');
  expect(artifact?.id).toBe(`sha256:${digest}`);
  expect(test.pending).toEqual([]);
});

test('build names the output after the source', async () => {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const { artifact } = await build({ output: undefined });
    expect(artifact?.files).toEqual([join('output-web', 'web.tar.gz')]);
    expect(existsSync(join(folder, 'output-web', 'web.tar.gz'))).toBe(true);
  } finally {
    process.chdir(before);
  }
});

const moment = new Date('2021-03-04T05:06:07Z');

async function makeBase(): Promise<string> {
  const base = join(folder, 'base');
  await mkdir(join(base, 'etc', 'empty folder'), { recursive: true });
  await writeFile(join(base, 'etc', 'motd'), 'welcome\n');
  await writeFile(join(base, 'secret'), 'x');
  await link(join(base, 'secret'), join(base, 'secret too'));
  await symlink('etc/motd', join(base, 'link'));
  await symlink('/nowhere', join(base, 'dangling'));
  await writeFile(join(base, `${'long-'.repeat(30)}ä`), '');
  await chmod(join(base, 'secret'), 0o600);
  await chmod(join(base, 'etc', 'motd'), 0o644);
  await chmod(join(base, 'etc', 'empty folder'), 0o1777);
  await chmod(join(base, 'etc'), 0o750);
  for (const name of ['secret', 'etc/motd', 'etc/empty folder', 'etc']) {
    await utimes(join(base, name), moment, moment);
  }
  return base;
}

const baseListing = [
  'lrwxrwxrwx dangling -> /nowhere',
  'drwxr-x--- etc/',
  'drwxrwxrwt etc/empty folder/',
  '-rw-r--r-- etc/motd',
  'lrwxrwxrwx link -> etc/motd',
  `-rw-r--r-- ${'long-'.repeat(30)}ä`,
  '-rw------- secret',
  'hrw------- secret too link to secret',
];

/** Mode and name of each entry, after checking that root owns it. */
function modesAndNames(): string[] {
  const lines = listing('-v', '--numeric-owner', '--quoting-style=literal', '--full-time');
  return lines.map((line) => {
    const match = /^(\S+) 0\/0 +\d+ \S+ \S+ (.*)$/.exec(line);
    return `${match?.[1]} ${match?.[2]}`;
  });
}

test.each([
  { how: 'base_dir', archive: undefined },
  { how: 'base_archive, a tar', archive: ['-cf', 'base.tar'] },
  { how: 'base_archive, a tar.gz', archive: ['-czf', 'base.tar.gz'] },
])('build starts from $how and keeps modes, links and times', async ({ archive }) => {
  const base = await makeBase();
  if (archive !== undefined) {
    execFileSync('tar', [...archive, '-C', base, '--numeric-owner', '.'], { cwd: folder });
  }
  const set =
    archive === undefined ? { base_dir: base } : { base_archive: join(folder, archive[1] ?? '') };
  await build(set);
  expect(modesAndNames()).toEqual(baseListing);
  const times = listing('-v', '--full-time', 'etc/motd', 'etc/empty folder/', 'secret');
  for (const line of times) expect(line).toContain('2021-03-04 05:06:07');
});

test('build packs the same tree to the same bytes', async () => {
  const base = await makeBase();
  const first = await build({ base_dir: base });
  await first.artifact?.destroy();
  const second = await build({ base_dir: base });
  expect(second.artifact?.id).toBe(first.artifact?.id);
});

test('build copies a base that the copy lies in, but not the copy', async () => {
  await mkdir(join(folder, 'copy'));
  await writeFile(join(folder, 'file'), '');
  await copyTree(folder, join(folder, 'copy'), never);
  expect(await readdir(join(folder, 'copy'))).toEqual(['file']);
});

test('build leaves the base as it was', async () => {
  const base = await makeBase();
  await build({ base_dir: base }, async (machine) => {
    await run(machine, 'echo more >> etc/motd; rm secret');
  });
  expect(await readFile(join(base, 'etc', 'motd'), 'utf8')).toBe('welcome\n');
  expect((await stat(join(base, 'secret'))).nlink).toBe(2);
});

test('build refuses to replace an output without -force', async () => {
  await mkdir(join(folder, 'out'));
  await writeFile(join(folder, 'out', 'web.tar.gz'), 'old');
  const { context, steps } = testBuild(async () => undefined);
  await expect(sandbox.build(config(), context)).rejects.toMatchObject({
    name: 'Failure',
    message: expect.stringContaining('The output exists already'),
    detail: expect.stringContaining('-force'),
  });
  expect(steps).toEqual([]);
  const forced = testBuild(async () => undefined, { force: true });
  await sandbox.build(config(), forced.context);
  await forced.test.cleanUp();
  expect(await readFile(join(folder, 'out', 'web.tar.gz'), 'latin1')).not.toBe('old');
});

test('destroy removes all folders that were made for the archive', async () => {
  const { artifact } = await build({ output: join(folder, 'deep', 'er', 'web.tar.gz') });
  await artifact?.destroy();
  expect(await readdir(folder)).toEqual([]);
});

test('destroy removes the archive, and the folder only if it was made for it', async () => {
  const first = await build({});
  await first.artifact?.destroy();
  expect(existsSync(join(folder, 'out'))).toBe(false);
  await mkdir(join(folder, 'out'));
  const second = await build({});
  await second.artifact?.destroy();
  expect(await readdir(join(folder, 'out'))).toEqual([]);
});

test.each([
  {
    how: 'a provisioner fails',
    provision: async () => {
      throw new Error('no');
    },
  },
  {
    how: 'a daemon is left behind',
    provision: async (machine: Machine) => {
      await run(machine, `setsid ${nap} > /dev/null 2>&1 & nohup ${nap} > /dev/null 2>&1 &`);
      throw new Error('no');
    },
  },
])('nothing is left when $how', async ({ provision }) => {
  let port = 0;
  let values: Readonly<Record<string, unknown>> = {};
  const { context, test } = testBuild(async (machine, generated) => {
    port = machine.facts.Port;
    values = generated;
    expect(isTreeLeft(values)).toBe(true);
    await provision(machine);
  });
  await expect(sandbox.build(config(), context)).rejects.toThrow('no');
  await test.cleanUp('failed');
  expect(isTreeLeft(values)).toBe(false);
  expect(await isPortFree(port)).toBe(true);
  expect(existsSync(join(folder, 'out'))).toBe(false);
  expect(sleepers()).toEqual([]);
});

function sleepers(): string[] {
  const all = execFileSync('ps', ['-eo', 'args=']).toString().split('\n');
  return all.filter((args) => args.trim() === nap);
}

test('nothing is left when the build is cancelled while it packs', async () => {
  let values: Readonly<Record<string, unknown>> = {};
  const cancel = new AbortController();
  const base = join(folder, 'base');
  await mkdir(base);
  for (let n = 0; n < 20; n += 1) await writeFile(join(base, `${n}`), Buffer.alloc(1_000_000, n));
  const { context, test } = testBuild(
    async (_machine, generated) => {
      values = generated;
    },
    {},
    cancel.signal,
  );
  const work = sandbox.build(config({ base_dir: base }), context);
  work.catch(() => undefined);
  while (!existsSync(join(folder, 'out'))) await new Promise((resolve) => setImmediate(resolve));
  cancel.abort(new Error('cancelled'));
  await expect(work).rejects.toThrow('cancelled');
  await test.cleanUp('failed');
  expect(isTreeLeft(values)).toBe(false);
  expect(existsSync(join(folder, 'out'))).toBe(false);
});

const chrootTest = isRoot ? test : test.skip;
if (!isRoot) console.warn('SKIPPED: sandbox in a chroot: it needs root on Linux');

chrootTest('build runs commands inside of a root file system, and keeps owners', async () => {
  const base = join(folder, 'base');
  await makeRootFs(base);
  await mkdir(join(base, 'tmp'));
  execFileSync('chown', ['12:34', join(base, 'tmp')]);
  await build({ base_dir: base }, async (machine) => {
    expect(machine.scriptFolder).toBeUndefined();
    await machine.communicator.upload({ data: 'echo here > /made', mode: 0o755 }, '/tmp/go', never);
    const result = await run(machine, 'cd / && echo * && sh /tmp/go');
    expect(result.exitCode).toBe(0);
    expect(result.stdout.split(/\s+/)).toEqual(expect.arrayContaining(['bin', 'tmp']));
    expect(result.stdout).not.toContain('proc');
  });
  const lines = listing('-v', '--numeric-owner');
  expect(lines.find((line) => line.endsWith(' tmp/'))).toContain(' 12/34 ');
  expect(lines.find((line) => line.endsWith(' made'))).toContain(' 0/0 ');
});

chrootTest('build with chroot = false has the host to work with', async () => {
  const base = join(folder, 'base');
  await makeRootFs(base);
  await build({ base_dir: base, chroot: false }, async (machine) => {
    expect((await run(machine, 'test -d /proc/1')).exitCode).toBe(0);
  });
});

chrootTest('build says that a chroot needs a shell', async () => {
  const { context, test } = testBuild(async () => undefined);
  const work = sandbox.build(config({ chroot: true }), context);
  await expect(work).rejects.toThrow('The tree has no /bin/sh');
  await test.cleanUp('failed');
});

test.each([
  { what: 'is no archive', make: (file: string) => writeFile(file, 'hello'.repeat(1000)) },
  { what: 'is cut off', make: (file: string) => cutArchive(file) },
])('build says that a base_archive $what', async ({ make }) => {
  const archive = join(folder, 'base.tar');
  await make(archive);
  const { context, test } = testBuild(async () => undefined);
  const work = sandbox.build(config({ base_archive: archive }), context);
  await expect(work).rejects.toMatchObject({
    name: 'Failure',
    message: `Cannot unpack ${archive}`,
    detail: expect.stringContaining('tar and tar.gz'),
  });
  await test.cleanUp('failed');
});

async function cutArchive(file: string): Promise<void> {
  await writeFile(join(folder, 'content'), Buffer.alloc(100_000, 7));
  execFileSync('tar', ['-cf', file, '-C', folder, 'content']);
  const whole = await readFile(file);
  await writeFile(file, whole.subarray(0, 50_000));
}

test.each([
  { how: 'by dots', args: ['--transform', 's,^,../,'] },
  { how: 'by a link', args: ['trap'] },
])('build does not unpack what would land outside $how', async ({ args }) => {
  const work = join(folder, 'evil');
  await mkdir(join(work, 'trap-target'), { recursive: true });
  await symlink(folder, join(work, 'trap'));
  await writeFile(join(work, 'file'), 'evil');
  const archive = join(folder, 'evil.tar');
  execFileSync('tar', ['-P', '-cf', archive, '-C', work, ...args, 'file']);
  if (args[0] === 'trap') {
    execFileSync('tar', [
      '-P',
      '-rf',
      archive,
      '-C',
      work,
      '--transform',
      's,^file,trap/caught,',
      'file',
    ]);
  }
  const { context, test } = testBuild(async () => undefined);
  await expect(sandbox.build(config({ base_archive: archive }), context)).rejects.toThrow(
    'leads out of it',
  );
  await test.cleanUp('failed');
  await expect(lstat(join(folder, 'caught'))).rejects.toThrow('ENOENT');
});

async function complaints(set: Partial<SandboxConfig>): Promise<string[]> {
  const found: string[] = [];
  await sandbox.check?.(config(set), (option, { summary }) => found.push(`${option}: ${summary}`));
  return found;
}

test('check is content with nothing', async () => {
  expect(await complaints({})).toEqual([]);
});

test('check wants bases that exist, of the right kind, and one at most', async () => {
  expect(await complaints({ base_dir: join(folder, 'no'), base_archive: folder })).toEqual([
    'base_archive: Two bases for one machine',
    'base_dir: No such folder',
    'base_archive: Not a file',
  ]);
});

import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterEach, expect, test } from '@jest/globals';
import { type Running, type Scratch, scratch, startBake } from './run-bake.ts';

const folders: Scratch[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

/** A build that takes long at every step, so that a signal finds it there. */
const slowBuild = `
source "sandbox" "a" {}
build {
  sources = ["source.sandbox.a"]
  provisioner "shell" {
    inline = ["echo step one"]
  }
  provisioner "file" {
    source      = "big"
    destination = "big"
  }
  provisioner "shell-local" {
    inline = ["echo step two", "sleep 1"]
  }
  provisioner "shell" {
    inline = ["echo step three", "sleep 300 >/dev/null 2>&1 &", "sleep 1"]
  }
  post-processors {
    post-processor "compress" {
      output            = "out/a.tar.gz"
      compression_level = 9
    }
    post-processor "shell-local" {
      inline = ["echo step four", "sleep 1"]
    }
    post-processor "checksum" {
      output = "out/a.{{.ChecksumType}}"
    }
  }
}`;

interface Workplace {
  readonly path: string;
  /** Where bake is told to put temporary files. */
  readonly tmp: string;
}

function workplace(template: string, bigBytes = 40_000_000): Workplace {
  const folder = scratch();
  folders.push(folder);
  const tmp = join(folder.path, 'tmp');
  mkdirSync(tmp);
  writeFileSync(join(folder.path, 'main.pkr.hcl'), template);
  writeFileSync(join(folder.path, 'big'), Buffer.alloc(bigBytes, 'bake'));
  return { path: folder.path, tmp };
}

function start({ path, tmp }: Workplace, ...flags: readonly string[]): Running {
  return startBake(['build', ...flags, 'main.pkr.hcl'], { cwd: path, env: { TMPDIR: tmp } });
}

/** Processes that work in a folder, or have it in their arguments or environment. Linux only. */
function processesIn(folder: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const read = (file: string): string => readFileSync(join('/proc', pid, file), 'utf8');
      const traces = [readlinkSync(join('/proc', pid, 'cwd')), read('cmdline'), read('environ')];
      return traces.some((trace) => trace.includes(folder)) ? [`${pid} ${traces[1]}`] : [];
    } catch {
      // It has ended meanwhile, or is not ours to look at.
      return [];
    }
  });
}

/** What a run may leave in its folder: its input, and whole artifacts of stages that were done. */
const allowed = ['a.tar.gz', 'big', 'main.pkr.hcl', 'out', 'output-a', 'tmp'];

async function expectNothingLeft({ path, tmp }: Workplace): Promise<void> {
  // A killed process takes a moment to go.
  for (let tries = 0; tries < 20 && processesIn(path).length > 0; tries += 1) await sleep(50);
  expect(processesIn(path)).toEqual([]);
  expect(readdirSync(tmp)).toEqual([]);
  const files = readdirSync(path, { recursive: true }).map((name) => `${name}`.split('/').at(-1));
  expect(files.filter((name) => !allowed.includes(name ?? '')).filter(isNotChecksum)).toEqual([]);
}

function isNotChecksum(name: string | undefined): boolean {
  return name !== 'a.md5';
}

test.each<{ at: string; signal: NodeJS.Signals }>([
  { at: 'Machine is up', signal: 'SIGINT' },
  { at: 'Waiting for SSH', signal: 'SIGTERM' },
  { at: 'Connected to SSH', signal: 'SIGHUP' },
  { at: 'Provisioning with shell script', signal: 'SIGINT' },
  { at: 'step one', signal: 'SIGTERM' },
  { at: 'Uploading big', signal: 'SIGINT' },
  { at: 'Running local shell script', signal: 'SIGINT' },
  { at: 'step two', signal: 'SIGTERM' },
  { at: 'step three', signal: 'SIGINT' },
  { at: 'Packing the tree', signal: 'SIGTERM' },
  { at: '(type compress)', signal: 'SIGINT' },
  { at: 'step four', signal: 'SIGHUP' },
])(
  '$signal at "$at" cancels and leaves nothing',
  async ({ at, signal }) => {
    const place = workplace(slowBuild);
    const run = start(place);
    await run.sees(at);
    run.process.kill(signal);
    const { code, stdout, stderr } = await run.finished;
    expect(stdout).toContain('Cancelling build after receiving');
    expect(stdout).toContain('Cleanly cancelled builds after being interrupted.');
    expect(stderr).toBe('');
    expect(code).toBe(1);
    await expectNothingLeft(place);
  },
  30_000,
);

const failing = (component: string): string => `
source "sandbox" "a" {}
build {
  sources = ["source.sandbox.a"]
  ${component}
}`;

test.each([
  {
    name: 'a script that fails',
    build: failing('provisioner "shell" { inline = ["sleep 300 >/dev/null 2>&1 &", "exit 3"] }'),
    says: 'Script exited with non-zero exit status: 3. Allowed exit codes are: [0]',
  },
  {
    name: 'a local script that fails',
    build: failing('provisioner "shell-local" { inline = ["exit 4"] }'),
    says: 'Script exited with non-zero exit status: 4. Allowed exit codes are: [0]',
  },
  {
    name: 'an upload that fails',
    build: failing(
      'provisioner "file" {\n source = "big"\n destination = "no/such/folder/big"\n }',
    ),
    says: 'no/such/folder',
  },
  {
    name: 'a download that fails',
    build: failing(
      'provisioner "file" {\n direction = "download"\n source = "nothing"\n destination = "here"\n }',
    ),
    says: 'nothing',
  },
  {
    name: 'a script that kills its own shell',
    build: failing('provisioner "shell" { inline = ["kill -9 $$"] }'),
    says: "Build 'sandbox.a' errored",
  },
])(
  '$name fails the build and leaves nothing',
  async ({ build, says }) => {
    const place = workplace(build, 1000);
    const { code, stdout } = await start(place).finished;
    expect(stdout).toContain(says);
    expect(stdout).not.toMatch(/^\s+at /m);
    expect(code).toBe(1);
    await expectNothingLeft(place);
  },
  30_000,
);

test('a post-processor that fails leaves the artifact of the builder and nothing else', async () => {
  const place = workplace(failing('post-processor "shell-local" { inline = ["exit 5"] }'), 1000);
  const { code, stdout } = await start(place).finished;
  expect(stdout).toContain('Post-processor failed: Script exited with non-zero exit status: 5');
  expect(code).toBe(1);
  expect(readdirSync(join(place.path, 'output-a'))).toEqual(['a.tar.gz']);
  await expectNothingLeft(place);
});

const reason = whyNoSshd();
const whenSshd = reason === undefined ? test : test.skip;

whenSshd(
  `a connection that drops fails the build and leaves nothing${reason ? ` (${reason})` : ''}`,
  async () => {
    const sshd = await startSshd();
    try {
      const { host, port, username, privateKey } = sshd.target;
      const place = workplace('', 1000);
      const key = join(place.path, 'big');
      writeFileSync(key, privateKey ?? '', { mode: 0o600 });
      const folder = sshd.remote('scripts');
      mkdirSync(folder);
      writeFileSync(
        join(place.path, 'main.pkr.hcl'),
        `
source "null" "a" {
  ssh_host             = "${host}"
  ssh_port             = ${port}
  ssh_username         = "${username}"
  ssh_private_key_file = "${key}"
}
build {
  sources = ["null.a"]
  provisioner "shell" {
    remote_folder = "${folder}"
    inline        = ["echo running", "while :; do echo tick; sleep 0.1; done"]
  }
}`,
      );
      const run = start(place);
      await run.sees('running');
      sshd.killSessions();
      const { code, stdout } = await run.finished;
      expect(stdout).toContain('Script disconnected unexpectedly');
      expect(code).toBe(1);
      expect(readdirSync(folder)).toEqual([]);
      await expectNothingLeft(place);
    } finally {
      await sshd.stop();
    }
  },
  30_000,
);

test('a second signal ends it at once and says what is left behind', async () => {
  const place = workplace(
    failing('provisioner "shell" { inline = ["trap \'\' TERM", "echo deaf", "sleep 20"] }'),
    10,
  );
  const run = start(place);
  await run.sees('deaf');
  run.process.kill('SIGINT');
  await run.sees('Cancelling build after receiving interrupt');
  run.process.kill('SIGINT');
  const { code, stdout, stderr } = await run.finished;
  expect(code).toBe(1);
  expect(stderr).toBe('');
  const left = stdout.split('\n').filter((line) => line.includes('Left undone: '));
  expect(left.length).toBeGreaterThan(1);
  expect(left.every((line) => /^==> sandbox\.a: Left undone: \S/.test(line))).toBe(true);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(
    'Run "bake cleanup" to remove what is left behind.',
  );
  expect(stdout).not.toContain('Wait completed');
}, 30_000);

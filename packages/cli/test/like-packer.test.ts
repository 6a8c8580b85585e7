import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sshd, startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

/** Packer needs a few lines of its own: Debian's 1.6.6 reads ed25519 and RSA keys in PEM. */
function whyNot(): string | undefined {
  if (spawnSync('packer', ['version']).status !== 0) return 'there is no packer on PATH';
  return whyNoSshd();
}

const reason = whyNot();
const when = reason === undefined ? test : test.skip;
const title = (text: string): string => (reason === undefined ? text : `${text} (${reason})`);

const folder = scratch();
let sshd: Sshd | undefined;

beforeAll(async () => {
  if (reason === undefined) sshd = await startSshd();
});
afterAll(async () => {
  await sshd?.stop();
  folder.remove();
});

/** The quickstart with `null` machines at the sshd instead of sandboxes. */
function quickstartOnNull(name: string, peer: Sshd): string {
  const { host, port, username, privateKey } = peer.target;
  const copy = join(folder.path, name);
  execFileSync('mkdir', ['-p', copy]);
  execFileSync('cp', ['-r', `${folder.example('quickstart')}/.`, copy]);
  const template = join(copy, 'quickstart.pkr.hcl');
  const key = join(copy, 'key');
  writeFileSync(key, privateKey ?? '', { mode: 0o600 });
  const body = `{
  communicator         = "ssh"
  ssh_host             = "${host}"
  ssh_port             = ${port}
  ssh_username         = "${username}"
  ssh_private_key_file = "${key}"
}`;
  const text = readFileSync(template, 'utf8')
    .replaceAll(/source "sandbox" ("\w+") \{\}/g, `source "null" $1 ${body}`)
    .replaceAll('source.sandbox', 'source.null');
  writeFileSync(template, text);
  return copy;
}

/** Every file below a folder with its mode and a hash of its content. */
function tree(root: string, below = ''): readonly string[] {
  return readdirSync(join(root, below)).flatMap((name) => {
    const path = join(below, name);
    const stats = statSync(join(root, path));
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isDirectory()) return [`${mode} ${path}/`, ...tree(root, path)];
    const content = createHash('sha256').update(readFileSync(join(root, path)));
    return [`${mode} ${path} ${content.digest('hex')}`];
  });
}

interface Manifest {
  readonly builds: readonly Readonly<Record<string, unknown>>[];
}

/** A manifest without what differs from run to run. */
function manifestOf(path: string): unknown {
  const { builds } = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  return builds.map(({ build_time: _, packer_run_uuid: __, ...rest }) => rest);
}

when(
  title('bake and packer make the same of the quickstart on a real sshd'),
  async () => {
    const peer = sshd as Sshd;
    const made = new Map<string, { machine: readonly string[]; copy: string; stdout: string }>();
    for (const tool of ['packer', 'bake']) {
      const copy = quickstartOnNull(tool, peer);
      // Both work on the same path of the machine, one after the other.
      const target = peer.remote('app');
      execFileSync('rm', ['-rf', target]);
      const args = ['build', '-parallel-builds=1', '-var', `folder=${target}`, '.'];
      const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
      const { status, stdout } =
        tool === 'packer'
          ? spawnSync('packer', args, { cwd: copy, env, encoding: 'utf8' })
          : await runBake(args, { cwd: copy }).then((one) => ({ ...one, status: one.code }));
      expect({ tool, status, stdout: status === 0 ? '' : stdout }).toEqual({
        tool,
        status: 0,
        stdout: '',
      });
      made.set(tool, { machine: tree(target), copy, stdout });
    }
    const [theirs, ours] = [made.get('packer'), made.get('bake')];
    expect(ours?.machine).toEqual(theirs?.machine);
    expect(ours?.machine.length).toBe(4);
    for (const name of ['web', 'worker']) {
      const outputs = [ours, theirs].map((one) => join(one?.copy ?? '', `output-${name}`));
      const [mine, yours] = outputs.map((output) => ({
        files: readdirSync(output).toSorted(),
        checksum: readFileSync(join(output, `${name}.sha256`), 'utf8'),
        manifest: manifestOf(join(output, 'manifest.json')),
      }));
      expect(mine).toEqual(yours);
    }
    const summary = (text: string | undefined): readonly string[] =>
      (text ?? '').split('\n').filter((line) => line.startsWith('--> '));
    expect(summary(ours?.stdout).toSorted()).toEqual(summary(theirs?.stdout).toSorted());
  },
  60_000,
);

when(
  title('bake and packer pack the same files'),
  async () => {
    const text = `
source "file" "a" {
  content = "hello\\n"
  target  = "made/a.txt"
}
build {
  sources = ["source.file.a"]
  post-processor "shell-local" {
    inline = ["echo one > made/one.txt", "printf two > made/two.txt"]
  }
  post-processors {
    post-processor "artifice" {
      files = ["made/*.txt"]
    }
    post-processor "compress" {
      output              = "packed/{{.BuildName}}.tar.gz"
      keep_input_artifact = true
    }
    post-processor "checksum" {
      checksum_types = ["md5", "sha1", "sha256", "sha512"]
      output         = "packed/{{.BuildName}}.{{.ChecksumType}}"
    }
    post-processor "manifest" {
      strip_path  = true
      custom_data = { by = "test" }
    }
  }
}
`;
    const results = ['packer', 'bake'].map(async (tool) => {
      const cwd = join(folder.path, `pack-${tool}`);
      mkdirSync(cwd);
      writeFileSync(join(cwd, 'main.pkr.hcl'), text);
      const env = { ...process.env, CHECKPOINT_DISABLE: '1' };
      const { status, stdout } =
        tool === 'packer'
          ? spawnSync('packer', ['build', '.'], { cwd, env, encoding: 'utf8' })
          : await runBake(['build', '.'], { cwd }).then((one) => ({ ...one, status: one.code }));
      if (status !== 0) throw new Error(`${tool}: ${stdout}`);
      const list = execFileSync('tar', ['-tvzf', 'packed/a.tar.gz'], { cwd, encoding: 'utf8' });
      const names = list
        .trim()
        .split('\n')
        .map((line) => line.split(/\s+/).at(-1));
      const content = execFileSync('tar', ['-xOzf', 'packed/a.tar.gz'], { cwd, encoding: 'utf8' });
      const kept = readdirSync(join(cwd, 'made')).toSorted();
      const packed = readdirSync(join(cwd, 'packed')).toSorted();
      const manifest = manifestOf(join(cwd, 'packer-manifest.json'));
      return {
        names: names.toSorted(),
        content: content.length,
        kept,
        packed,
        shape: shapeOf(manifest),
      };
    });
    const [theirs, ours] = await Promise.all(results);
    expect(ours).toEqual(theirs);
    expect(existsSync(join(folder.path, 'pack-bake', 'packed', 'a.tar.gz'))).toBe(true);
  },
  60_000,
);

/** The manifest with sizes of compressed files left out: no two compressors agree on them. */
function shapeOf(manifest: unknown): unknown {
  return JSON.parse(
    JSON.stringify(manifest, (key, value: unknown) => (key === 'size' ? undefined : value)),
  );
}

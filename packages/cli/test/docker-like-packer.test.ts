import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DockerEngine, startDockerEngine, whyNoDockerEngine } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

function whyNot(): string | undefined {
  if (spawnSync('packer', ['version']).status !== 0) return 'there is no packer on PATH';
  return whyNoDockerEngine();
}

const reason = whyNot();
const when = reason === undefined ? test : test.skip;
const folder = scratch();
let engine: DockerEngine | undefined;

beforeAll(async () => {
  if (reason === undefined) engine = await startDockerEngine();
}, 60_000);
afterAll(async () => {
  await engine?.stop();
  folder.remove();
}, 60_000);

const template = `
source "docker" "commit" {
  image       = "base"
  pull        = false
  commit      = true
  author      = "A. Author"
  message     = "a message"
  changes     = ["ENV BAKED=1"]
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}
source "docker" "export" {
  image       = "base"
  pull        = false
  export_path = "out/image.tar"
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}
build {
  sources = ["source.docker.commit", "source.docker.export"]
  provisioner "shell" {
    inline = ["mkdir -p /opt/there", "echo $PACKER_BUILDER_TYPE > /etc/baked", "id > /etc/id"]
  }
  provisioner "file" {
    source      = "tree"
    destination = "/opt/there"
  }
  provisioner "file" {
    source      = "tree/"
    destination = "/opt/new"
  }
  provisioner "file" {
    source      = "tree/run"
    destination = "/usr-run"
  }
  provisioner "file" {
    direction   = "download"
    source      = "/etc/baked"
    destination = "downloaded"
  }
  post-processors {
    post-processor "docker-tag" {
      only       = ["docker.commit"]
      repository = "baked"
      tags       = ["1", "latest"]
    }
    post-processor "docker-save" {
      only = ["docker.commit"]
      path = "saved.tar"
    }
  }
  post-processors {
    post-processor "docker-import" {
      only       = ["docker.export"]
      repository = "imported"
      tag        = "2"
    }
  }
}
`;

interface Made {
  readonly files: readonly string[];
  readonly config: string;
  readonly artifacts: readonly string[];
  readonly downloaded: string;
}

/** What a tool makes of the template. IDs differ from run to run, and so does the engine's own time. */
async function make(tool: 'packer' | 'bake', { env, docker }: DockerEngine): Promise<Made> {
  const cwd = join(folder.path, tool);
  mkdirSync(join(cwd, 'tree', 'sub'), { recursive: true });
  writeFileSync(join(cwd, 'main.pkr.hcl'), template);
  writeFileSync(join(cwd, 'tree', 'run'), 'run\n', { mode: 0o755 });
  writeFileSync(join(cwd, 'tree', 'sub', 'leaf'), 'leaf\n', { mode: 0o640 });
  const { stdout } =
    tool === 'bake'
      ? await runBake(['build', '.'], { cwd, env })
      : spawnSync('packer', ['build', '-color=false', '.'], {
          cwd,
          env: { ...env, CHECKPOINT_DISABLE: '1' },
          encoding: 'utf8',
        });
  // The host's name is the container's ID.
  const find = 'find / -xdev -type f ! -path /etc/hostname';
  const list = `${find} -exec stat -c "%a %u:%g %n" {} + -exec md5sum {} +`;
  const run = (image: string) =>
    docker('run', '--rm', '--network=none', '--entrypoint=/bin/sh', image, '-c', list).split('\n');
  const format = '{{.Author}} {{.Comment}} {{.Config.Env}} {{.Config.WorkingDir}}';
  const made = {
    files: [...run('baked:1').toSorted(), ...run('imported:2').toSorted()],
    config: docker('inspect', '--format', format, 'baked:1'),
    artifacts: stdout
      .split('\n')
      .filter((line) => line.startsWith('--> '))
      .map((line) => line.replace(/sha256:\w+/, 'sha256:ID'))
      .toSorted(),
    downloaded: readFileSync(join(cwd, 'downloaded'), 'utf8'),
  };
  docker('rmi', '--force', 'baked:1', 'baked:latest', 'imported:2');
  return made;
}

when(
  `bake and packer make the same images${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const peer = engine as DockerEngine;
    await peer.importBase('base', ['CMD ["/bin/echo", "hi"]']);
    const packer = await make('packer', peer);
    const bake = await make('bake', peer);
    expect(packer.artifacts.length).toBe(4);
    expect(bake).toEqual(packer);
  },
  120_000,
);

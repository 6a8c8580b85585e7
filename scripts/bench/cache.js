/** How long a rebuild takes with checkpoints, beside Debian's packer, which builds all of it: on the same Docker Engine, and in QEMU. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { startDockerEngine } from '../../packages/plugin-sdk/bundle/testing/index.js';
import { bake, env, packer } from './commands.js';
import { median, timeInTurn } from './pairs.js';
import { baseDisk, debianTemplate, shell } from './qemu.js';

/**
 * `{ changed, unchanged, theirs }`, milliseconds: a rebuild after a change of the last of five provisioners, one after no change,
 * and a build of Packer's. Of the provisioners four have something to do, the last one writes a line.
 */
export async function benchDockerCache(folder) {
  const engine = await startDockerEngine();
  try {
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
    const cwd = join(folder, 'cache');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'main.pkr.hcl'), template);
    return timeRebuilds(cwd, { DOCKER_HOST: engine.host }, 5);
  } finally {
    await engine.stop();
  }
}

/** The same of a disk of Debian, under TCG. What is asked of Packer is a boot more, so that each is built but twice. */
export function benchQemuCache(folder) {
  const cwd = join(folder, 'qemu-cache');
  mkdirSync(cwd);
  const work = ['one', 'two', 'three', 'four'].map((name) =>
    shell(
      `head -c 10000000 /dev/urandom | sudo tee /etc/${name} > /dev/null`,
      `for i in 1 2 3 4 5; do md5sum /etc/${name} | sudo tee /etc/${name}.sum; done`,
    ),
  );
  const text = debianTemplate(baseDisk(), [
    ...work,
    shell('echo ${var.last} | sudo tee /etc/last'),
  ]);
  writeFileSync(join(cwd, 'main.pkr.hcl'), text);
  return timeRebuilds(cwd, { PKR_VAR_out: 'out' }, 2, '-force');
}

/** Builds once with a cache of its own, and then in turn with Packer. */
function timeRebuilds(cwd, own, rounds, ...flags) {
  const options = {
    env: { ...env, ...own, BAKE_CACHE_DIR: join(cwd, '..', `${basename(cwd)}-checkpoints`) },
    cwd,
    rounds,
    warmUps: 0,
  };
  const build = (program, ...more) => [...program, 'build', ...flags, ...more, '.'];
  const [program, ...args] = build(bake, '-cache');
  const first = spawnSync(program, args, { ...options, encoding: 'utf8' });
  if (first.status !== 0) throw new Error(first.stdout + first.stderr);
  // Another text each time.
  const changed = ['sh', '-c', '"$@" -var "last=$(date +%N)" .', 'sh', ...bake, 'build', ...flags];
  const times = timeInTurn(
    { changed: [...changed, '-cache'], unchanged: build(bake, '-cache'), theirs: build(packer) },
    options,
  );
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

/** As installing something does: writes files, and computes for a while. */
function work(name) {
  return `
  provisioner "shell" {
    inline = [
      "head -c 10000000 /dev/urandom > /etc/${name}",
      "for i in $(printf '%0120d' 0 | sed 's/0/0 /g'); do md5sum /etc/${name} > /etc/${name}.sum; done",
    ]
  }`;
}

const template = `
variable "last" { default = "as it was" }
source "docker" "web" {
  image       = "base"
  pull        = false
  commit      = true
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}
build {
  sources = ["docker.web"]
  ${['one', 'two', 'three', 'four'].map(work).join('')}
  provisioner "shell" {
    inline = ["echo \${var.last} > /etc/last"]
  }
}
`;

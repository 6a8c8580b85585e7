/** How long a rebuild takes with checkpoints, beside Debian's packer, which builds all of it, on the same Docker Engine. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDockerEngine } from '../../packages/plugin-sdk/bundle/testing/index.js';
import { bake, env, packer } from './commands.js';
import { median, timeInTurn } from './pairs.js';

/**
 * `{ changed, unchanged, theirs }`, milliseconds: a rebuild after a change of the last of five provisioners, one after no change,
 * and a build of Packer's. Of the provisioners four have something to do, the last one writes a line.
 */
export async function benchCache(folder) {
  const engine = await startDockerEngine();
  try {
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
    const cwd = join(folder, 'cache');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'main.pkr.hcl'), template);
    const own = { BAKE_CACHE_DIR: join(folder, 'checkpoints'), DOCKER_HOST: engine.host };
    const options = { env: { ...env, ...own }, cwd, rounds: 5 };
    const build = (program, ...flags) => [...program, 'build', ...flags, '.'];
    const first = spawnSync(...split(build(bake, '-cache')), { ...options, encoding: 'utf8' });
    if (first.status !== 0) throw new Error(first.stdout + first.stderr);
    const times = timeInTurn(
      {
        // Another text each time.
        changed: ['sh', '-c', '"$@" -var "last=$(date +%N)" .', 'sh', ...bake, 'build', '-cache'],
        unchanged: build(bake, '-cache'),
        theirs: build(packer),
      },
      options,
    );
    return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
  } finally {
    await engine.stop();
  }
}

function split([program, ...args]) {
  return [program, args];
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

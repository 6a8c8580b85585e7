/** How long an image takes (a container, scripts, files, commit, tag), beside Debian's packer on the same Docker Engine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  startDockerEngine,
  whyNoDockerEngine,
} from '../../packages/plugin-sdk/bundle/testing/index.js';
import { bake, env, packer } from './commands.js';
import { timePairs } from './pairs.js';

/** Why it cannot be measured here; `undefined` when it can. */
export const whyNoDocker = whyNoDockerEngine;

/** `{ scripts, ours, theirs, ratio, limit }`; `limit` is what the engine takes for container, commit and removal alone. */
export async function benchDocker(folder, scripts = 5) {
  const engine = await startDockerEngine();
  try {
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
    const cwd = join(folder, 'docker');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'main.pkr.hcl'), template(scripts));
    const options = { env: { ...env, DOCKER_HOST: engine.host }, cwd, rounds: 7 };
    const build = (program) => [...program, 'build', '.'];
    const pair = timePairs(build(bake), build(packer), options);
    const bare =
      'id=$(docker run -dit --network=none --entrypoint=/bin/sh base) && docker commit $id && docker rm -f $id';
    const limit = timePairs(['sh', '-c', bare], ['true'], options).ours;
    return { scripts, ...pair, limit };
  } finally {
    await engine.stop();
  }
}

function template(scripts) {
  const script = (_, number) => `
  provisioner "shell" {
    inline = ["echo ${number} >> /etc/steps"]
  }`;
  return `
source "docker" "web" {
  image       = "base"
  pull        = false
  commit      = true
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}
build {
  sources = ["docker.web"]
  provisioner "file" {
    source      = "main.pkr.hcl"
    destination = "/etc/template"
  }
  ${Array.from({ length: scripts }, script).join('')}
  post-processor "docker-tag" {
    repository = "baked"
    tags       = ["1"]
  }
}
`;
}

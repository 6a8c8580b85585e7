import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DockerEngine, startDockerEngine, whyNoDockerEngine } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

jest.setTimeout(240_000);
const reason = whyNoDockerEngine();
const when = reason === undefined ? describe : describe.skip;

/** What the tools do is no matter here, so that stand-ins take their places. */
const template = `
source "docker" "web" {
  image       = "base"
  pull        = false
  commit      = true
  run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
}
build {
  sources = ["docker.web"]
  provisioner "shell" {
    inline = ["printf '#!/bin/sh\\\\n' > /bin/salt-call", "chmod 755 /bin/salt-call", "mkdir -p /etc/salt"]
  }
  provisioner "ansible" {
    playbook_file      = "site/play.yml"
    extra_arguments    = ["--extra-vars", "@more.json"]
    command            = "true"
    skip_version_check = true
  }
  provisioner "ansible-local" {
    playbook_file = "local.yml"
    role_paths    = ["role"]
    command       = "echo"
  }
  provisioner "puppet-masterless" {
    manifest_file   = "site.pp"
    module_paths    = ["modules"]
    prevent_sudo    = true
    execute_command = "true"
  }
  provisioner "chef-solo" {
    cookbook_paths  = ["cookbooks"]
    skip_install    = true
    prevent_sudo    = true
    execute_command = "true"
  }
  provisioner "salt-masterless" {
    local_state_tree = "states"
    skip_bootstrap   = true
    disable_sudo     = true
  }
}
`;

when(`checkpoints of tools${reason === undefined ? '' : `: ${reason}`}`, () => {
  const folder = scratch();
  let engine: DockerEngine;
  let env: Record<string, string> = {};

  beforeAll(async () => {
    engine = await startDockerEngine();
    await engine.importBase('base', ['CMD ["/bin/sh"]']);
    const [cache, state] = [join(folder.path, 'cache'), join(folder.path, 'state')];
    env = { BAKE_CACHE_DIR: cache, BAKE_STATE_DIR: state, DOCKER_HOST: engine.host };
    write('main.pkr.hcl', template);
    write('site/play.yml', '- hosts: all\n  roles: [web]\n');
    write('site/roles/web/tasks/main.yml', '- debug:\n');
    write('site/unrelated.txt', 'nothing');
    write('more.json', '{}');
    write('local.yml', '- hosts: all\n');
    write('role/tasks/main.yml', '- debug:\n');
    write('site.pp', '');
    write('modules/web/manifests/init.pp', 'class web {}');
    write('cookbooks/web/recipes/default.rb', '');
    write('states/top.sls', '');
  });
  afterAll(async () => {
    await engine?.stop();
    folder.remove();
  });

  const pathOf = (name: string): string => join(folder.path, 'place', name);

  function write(name: string, text: string): void {
    mkdirSync(dirname(pathOf(name)), { recursive: true });
    writeFileSync(pathOf(name), text);
  }

  /** What is said of each provisioner when files have changed. */
  async function explained(names: readonly string[], text: string): Promise<string> {
    const before = names.map((name) => readFileSync(pathOf(name)));
    for (const name of names) appendFileSync(pathOf(name), text);
    const { stdout } = await runBake(['cache', 'explain', '.'], { cwd: pathOf(''), env });
    for (const [index, name] of names.entries()) writeFileSync(pathOf(name), before[index] ?? '');
    return stdout;
  }

  test('hold until a file that they read has changed', async () => {
    const built = await runBake(['build', '-cache', '.'], { cwd: pathOf(''), env });
    expect(built).toMatchObject({ code: 0, stderr: '' });
    expect(await explained(['site/unrelated.txt'], '!')).not.toContain(' runs: ');
    for (const changes of [
      [
        ['site/play.yml', '2. ansible', 'site/play.yml'],
        ['local.yml', '3. ansible-local', 'local.yml'],
        ['site.pp', '4. puppet-masterless', 'site.pp'],
        ['cookbooks/web/recipes/default.rb', '5. chef-solo', 'cookbooks'],
        ['states/top.sls', '6. salt-masterless', 'states'],
      ],
      [
        ['site/roles/web/tasks/main.yml', '2. ansible', 'site/roles'],
        ['role/tasks/main.yml', '3. ansible-local', 'role'],
        ['modules/web/manifests/init.pp', '4. puppet-masterless', 'modules'],
      ],
      [['more.json', '2. ansible', 'more.json']],
    ]) {
      const text = await explained(
        changes.map(([name]) => String(name)),
        '\n',
      );
      for (const [, provisioner, changed] of changes) {
        expect(text).toContain(`${provisioner} runs: file "${changed}" has changed`);
      }
    }
    const here = await explained(['site/roles/web/tasks/main.yml'], '  delegate_to: localhost\n');
    expect(here).toContain(
      '2. ansible runs: "site/roles/web/tasks/main.yml" has something done on',
    );
  });
});

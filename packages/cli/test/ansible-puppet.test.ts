import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  type DockerEngine,
  type Sshd,
  startDockerEngine,
  startSshd,
  whyNoDockerEngine,
  whyNoSshd,
} from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { type Finished, type Running, runBake, scratch, startBake } from './run-bake.ts';
import { describeUnless, whyNo } from './tool-machine.ts';

jest.setTimeout(300_000);

const noAnsible = whyNo('ansible-playbook');
const noPuppet = whyNo('puppet');
const noSudo = whyNo('sudo');
const folder = scratch();
let sshd: Sshd | undefined;
beforeAll(async () => {
  if (whyNoSshd() === undefined) sshd = await startSshd();
});
afterAll(async () => {
  await sshd?.stop();
  folder.remove();
});

const machine = (name: string): string => sshd?.remote(name) ?? '';
const here = (name: string): string => join(folder.path, name);

beforeEach(() => {
  rmSync(folder.path, { recursive: true, force: true });
  for (const name of ['roles/web/tasks', 'roles/web/templates', 'modules/web/manifests', 'tmp']) {
    mkdirSync(here(name), { recursive: true });
  }
  if (sshd !== undefined) {
    for (const name of readdirSync(sshd.folder)) rmSync(machine(name), { recursive: true });
  }
});

/** Every file below the machine's folder with its content and its rights. */
function state(): readonly string[] {
  const root = sshd?.folder ?? '';
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const found = statSync(join(root, name));
      const text = found.isDirectory() ? '' : readFileSync(join(root, name), 'utf8');
      return `${name} ${(found.mode & 0o7777).toString(8)} ${text}`;
    });
}

/** A template with these provisioners for the machine behind sshd. */
function template(provisioners: string): string {
  const { host, port, username, privateKey } = sshd?.target ?? {};
  writeFileSync(here('key'), privateKey ?? '', { mode: 0o600 });
  const text = `
source "null" "a" {
  ssh_host             = "${host}"
  ssh_port             = ${port}
  ssh_username         = "${username}"
  ssh_private_key_file = "${here('key')}"
}
build {
  sources = ["null.a"]
  ${provisioners}
}
`;
  const file = here('main.pkr.hcl');
  writeFileSync(file, text);
  return file;
}

const env = (): Record<string, string> => ({
  TMPDIR: here('tmp'),
  BAKE_STATE_DIR: here('state'),
  HOME: here('tmp'),
});

function bake(provisioners: string): Promise<Finished> {
  const args = ['build', '-color=false', template(provisioners)];
  return runBake(args, { cwd: folder.path, env: env() });
}

/** Ansible's own temporary folder is its business. */
function left(): readonly string[] {
  return readdirSync(here('tmp')).filter((name) => name !== '.ansible');
}

function writePlaybook(): void {
  writeFileSync(
    here('site.yml'),
    `
- hosts: all
  gather_facts: false
  vars: { dir: "${machine('')}" }
  roles: [web]
  tasks:
    - copy: { dest: "{{ dir }}/made", mode: "0640", content: "{{ packer_build_name }} {{ packer_builder_type }} {{ mode | default('none') }}\\n" }
    - lineinfile: { path: "{{ dir }}/made", line: "second" }
    - file: { path: "{{ dir }}/sub/deep", state: directory, mode: "0750" }
    - command: { cmd: "cp made sub/deep/copy", chdir: "{{ dir }}", creates: sub/deep/copy }
`,
  );
  writeFileSync(
    here('roles/web/tasks/main.yml'),
    '- template: { src: web.j2, dest: "{{ dir }}/web" }\n',
  );
  writeFileSync(here('roles/web/templates/web.j2'), 'port {{ 8000 + 80 }}\n');
}

/** Without the proxy, and without a trace in the `known_hosts` of whoever runs the tests. */
const directly =
  'use_proxy = false\nansible_env_vars = ["ANSIBLE_SSH_COMMON_ARGS=-o UserKnownHostsFile=/dev/null"]';

/** A build whose playbook sleeps on the machine, which wrote the number of that process into `pid`. */
async function startSleeper(options = ''): Promise<Running> {
  writeFileSync(
    here('site.yml'),
    `- hosts: all\n  gather_facts: false\n  tasks:\n    - shell: "echo $$ > ${machine('pid')}; exec sleep 600"\n`,
  );
  const file = template(`provisioner "ansible" {
    playbook_file = "site.yml"
    ${options}
  }`);
  const run = startBake(['build', file], { cwd: folder.path, env: env() });
  while (!existsSync(machine('pid')) || readFileSync(machine('pid'), 'utf8') === '') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return run;
}

describeUnless(whyNoSshd() ?? noAnsible, 'ansible against a machine by SSH', () => {
  const made = [
    'made 640 a null fast\nsecond\n',
    'sub 750 ',
    'sub/deep 750 ',
    'sub/deep/copy 640 a null fast\nsecond\n',
    'web 644 port 8080\n',
  ];

  test.each([
    ['through the proxy', ''],
    [
      'through the proxy by scp',
      'use_sftp = false\nansible_env_vars = ["ANSIBLE_PIPELINING=False"]',
    ],
    [
      'through the proxy by sftp',
      'use_sftp = true\nansible_env_vars = ["ANSIBLE_PIPELINING=False"]',
    ],
    ['directly', directly],
  ])('%s', async (_, more) => {
    writePlaybook();
    const { code, stdout } = await bake(`provisioner "ansible" {
      playbook_file   = "site.yml"
      extra_arguments = ["--extra-vars", "mode=fast"]
      ${more}
    }`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('failed=0') });
    expect(state()).toEqual(made);
    expect(left()).toEqual([]);
  });

  testWithPacker('leaves the same state as Packer', async () => {
    writePlaybook();
    // What Packer needs with OpenSSH 9: its proxy shows an ssh-rsa key alone, and its scp is not that of today.
    template(`provisioner "ansible" {
      playbook_file   = "site.yml"
      use_sftp        = true
      extra_arguments = ["--extra-vars", "mode=fast", "--ssh-common-args", "-o HostKeyAlgorithms=+ssh-rsa -o PubkeyAcceptedAlgorithms=+ssh-rsa -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"]
    }`);
    expect(runPacker(['build', 'main.pkr.hcl'], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(state()).toEqual(made);
  });

  test('galaxy installs a role and a collection from files, which the playbook uses', async () => {
    mkdirSync(here('src/tasks'), { recursive: true });
    mkdirSync(here('src/meta'), { recursive: true });
    writeFileSync(
      here('src/tasks/main.yml'),
      `- file: { path: "${machine('role')}", state: touch }\n`,
    );
    writeFileSync(
      here('src/meta/main.yml'),
      'galaxy_info: { author: me, description: x, license: MIT, min_ansible_version: "2.9", platforms: [] }\ndependencies: []\n',
    );
    execFileSync('tar', ['-czf', here('role.tar.gz'), '-C', here(''), 'src']);
    mkdirSync(here('coll/roles/one/tasks'), { recursive: true });
    writeFileSync(
      here('coll/galaxy.yml'),
      'namespace: acme\nname: web\nversion: 1.0.0\nreadme: r\nauthors: [me]\n',
    );
    writeFileSync(
      here('coll/roles/one/tasks/main.yml'),
      `- file: { path: "${machine('coll')}", state: touch }\n`,
    );
    execFileSync(
      'ansible-galaxy',
      ['collection', 'build', here('coll'), '--output-path', here('')],
      { stdio: 'pipe' },
    );
    writeFileSync(
      here('req.yml'),
      `roles:\n  - { name: fetched, src: "file://${here('role.tar.gz')}" }\ncollections:\n  - { name: "${here('acme-web-1.0.0.tar.gz')}", type: file }\n`,
    );
    writeFileSync(
      here('site.yml'),
      '- hosts: all\n  gather_facts: false\n  roles: [fetched, acme.web.one]\n',
    );
    const ended = await bake(`provisioner "ansible" {
      playbook_file    = "site.yml"
      galaxy_file      = "req.yml"
      roles_path       = "${here('roles')}"
      collections_path = "${here('collections')}"
    }`);
    expect(ended).toMatchObject({ code: 0 });
    expect(state().map((line) => line.split(' ')[0])).toEqual(['coll', 'role']);
  });

  test.each(['through the proxy', 'directly'])(
    'a failing task fails the build and leaves nothing, %s',
    async (how) => {
      writeFileSync(
        here('site.yml'),
        '- hosts: all\n  gather_facts: false\n  tasks: [command: "false"]\n',
      );
      const { code, stdout, stderr } = await bake(`provisioner "ansible" {
        playbook_file = "site.yml"
        ${how === 'directly' ? directly : ''}
      }`);
      expect(code).toBe(1);
      expect(stdout + stderr).toContain('Ansible exited with a non-zero exit status: 2');
      expect(stdout + stderr).toContain('A task failed. Its own words are above');
      expect(left()).toEqual([]);
    },
  );

  test('a machine that Ansible can not reach is told of', async () => {
    writeFileSync(
      here('site.yml'),
      '- hosts: all\n  gather_facts: false\n  tasks: [command: "true"]\n',
    );
    writeFileSync(
      here('hosts'),
      'default ansible_host=127.0.0.1 ansible_port=1 ansible_connection=ssh\n',
    );
    const { code, stdout, stderr } = await bake(`provisioner "ansible" {
      playbook_file  = "site.yml"
      inventory_file = "hosts"
    }`);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('UNREACHABLE');
    expect(stdout + stderr).toContain('Ansible could not reach the machine');
    expect(left()).toEqual([]);
  });

  test('a connection that breaks under a task is told of, and nothing is left', async () => {
    const run = await startSleeper();
    sshd?.killSessions();
    const { code, stdout, stderr } = await run.finished;
    process.kill(Number(readFileSync(machine('pid'), 'utf8')));
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('UNREACHABLE');
    expect(stdout + stderr).toContain('Ansible exited with a non-zero exit status: 4');
    expect(left()).toEqual([]);
  });

  test('a missing program and a missing playbook are told at their place, before anything runs', async () => {
    const file = template(`provisioner "ansible" {
      playbook_file = "none.yml"
      command       = "no-such-ansible"
    }`);
    const { code, stdout, stderr } = await runBake(['validate', file], { cwd: folder.path });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('There is no program "no-such-ansible"');
    expect(stdout + stderr).toMatch(
      /Bad path "none\.yml"[\s\S]*main\.pkr\.hcl:11|main\.pkr\.hcl line 11/,
    );
  });

  test.each(['through the proxy', 'directly'])('Ctrl-C leaves nothing, %s', async (how) => {
    const run = await startSleeper(how === 'directly' ? directly : '');
    run.process.kill('SIGINT');
    expect((await run.finished).code).toBe(1);
    expect(left()).toEqual([]);
    const runs = spawnSync('pgrep', ['-f', here('')], { encoding: 'utf8' }).stdout;
    expect(runs).toBe('');
    if (how === 'through the proxy') {
      const pid = Number(readFileSync(machine('pid'), 'utf8'));
      while (existsSync(`/proc/${pid}`)) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  test('what a killed bake has left here, bake cleanup removes', async () => {
    const run = await startSleeper();
    run.process.kill('SIGKILL');
    await new Promise((resolve) => run.process.once('exit', resolve));
    expect(left()).toHaveLength(2);
    expect(await runBake(['cleanup'], { cwd: folder.path, env: env() })).toMatchObject({ code: 0 });
    expect(left()).toEqual([]);
    process.kill(Number(readFileSync(machine('pid'), 'utf8')));
    expect(spawnSync('pgrep', ['-f', here('')], { encoding: 'utf8' }).stdout).toBe('');
  });

  test('secrets show neither in the output nor in the list of processes', async () => {
    writeFileSync(
      here('site.yml'),
      `- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: { dest: "${machine('ps')}", content: "{{ lookup('pipe', 'ps -eo args') }}" }\n    - debug: { var: db_password }\n    - copy: { dest: "${machine('pw')}", content: "{{ db_password }}" }\n`,
    );
    const { code, stdout } = await bake(`provisioner "ansible" {
      playbook_file   = "site.yml"
      extra_arguments = ["-e", "db_password=hunter2hunter2"]
    }`);
    expect(code).toBe(0);
    expect(stdout).not.toContain('hunter2');
    expect(readFileSync(machine('ps'), 'utf8')).toContain('ansible-playbook');
    expect(readFileSync(machine('ps'), 'utf8')).not.toContain('hunter2');
    expect(readFileSync(machine('pw'), 'utf8')).toBe('hunter2hunter2');
  });
});

describeUnless(whyNoSshd() ?? noAnsible, 'ansible-local', () => {
  const provisioner = `provisioner "ansible-local" {
    playbook_file           = "site.yml"
    role_paths              = ["roles/web"]
    extra_arguments         = ["--extra-vars", "mode=fast"]
    clean_staging_directory = true
    staging_directory       = "STAGE"
  }`;

  test('runs on the machine, leaves its effect and no staging folder', async () => {
    writePlaybook();
    const { code, stdout } = await bake(provisioner.replace('STAGE', machine('stage')));
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('failed=0') });
    expect(state()[0]).toBe('made 640 a null fast\nsecond\n');
    expect(existsSync(machine('stage'))).toBe(false);
  });

  testWithPacker('leaves the same state as Packer', async () => {
    writePlaybook();
    const text = provisioner.replace('STAGE', machine('stage'));
    expect(await bake(text)).toMatchObject({ code: 0 });
    const ours = state();
    for (const name of readdirSync(sshd?.folder ?? '')) rmSync(machine(name), { recursive: true });
    expect(runPacker(['build', 'main.pkr.hcl'], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(state()).toEqual(ours);
  });
});

describeUnless(whyNoSshd() ?? noPuppet ?? noSudo, 'puppet-masterless', () => {
  const provisioner = `provisioner "puppet-masterless" {
    manifest_file           = "site.pp"
    module_paths            = ["modules"]
    facter                  = { role = "web" }
    clean_staging_directory = true
    staging_directory       = "STAGE"
  }`;

  function writeManifest(): void {
    writeFileSync(
      here('site.pp'),
      `include web\nfile { '${machine('made')}': content => "\${facts['packer_build_name']} \${facts['packer_builder_type']} \${facts['role']}\\n", mode => '0640' }\n`,
    );
    writeFileSync(
      here('modules/web/manifests/init.pp'),
      `class web { file { '${machine('web')}': ensure => directory } }\n`,
    );
  }

  function run(): Promise<Finished> {
    return bake(provisioner.replace('STAGE', machine('stage')));
  }

  const made = ['made 640 a null web\n', 'web 755 '];

  test('applies the manifest, leaves its effect and no staging folder', async () => {
    writeManifest();
    expect(await run()).toMatchObject({ code: 0 });
    expect(state()).toEqual(made);
  });

  testWithPacker('leaves the same state as Packer', async () => {
    writeManifest();
    template(provisioner.replace('STAGE', machine('stage')));
    expect(runPacker(['build', 'main.pkr.hcl'], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(state()).toEqual(made);
  });

  test('a manifest that fails is told of, and nothing is left', async () => {
    writeFileSync(here('site.pp'), "exec { '/bin/false': }\n");
    const { code, stdout, stderr } = await run();
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('Puppet exited with a non-zero exit status: 4');
    expect(state()).toEqual([]);
  });
});

describeUnless(whyNoDockerEngine() ?? noAnsible, 'ansible and a container', () => {
  let engine: DockerEngine | undefined;
  beforeAll(async () => {
    engine = await startDockerEngine();
    await engine.importBase('base');
    addPython(engine);
  });
  afterAll(async () => {
    await engine?.stop();
  });

  test('a playbook changes the image', async () => {
    writeFileSync(
      here('site.yml'),
      `- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: { dest: /made, content: "{{ packer_builder_type }} {{ ansible_user }}\\n" }\n    - lineinfile: { path: /made, line: second }\n`,
    );
    writeFileSync(
      here('docker.pkr.hcl'),
      `source "docker" "a" {
        image       = "python"
        pull        = false
        commit      = true
        run_command = ["-d", "-i", "-t", "--network=none", "--entrypoint=/bin/sh", "--", "{{.Image}}"]
      }
      build {
        sources = ["docker.a"]
        provisioner "ansible" {
          playbook_file = "site.yml"
          groups        = ["web"]
        }
        post-processor "docker-tag" {
          repository = "made"
          tags       = ["1"]
        }
      }`,
    );
    const settings = { cwd: folder.path, env: { ...env(), DOCKER_HOST: engine?.host ?? '' } };
    const { code, stdout, stderr } = await runBake(['build', 'docker.pkr.hcl'], settings);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    const said = engine?.docker(
      'run',
      '--rm',
      '--network=none',
      '--entrypoint=/bin/cat',
      'made:1',
      '/made',
    );
    expect(said).toBe('docker root\nsecond');
    expect(left()).toEqual([]);
  });
});

/** Makes the image `python` of `base` and this computer's own Python, which is there since Ansible is. */
function addPython(engine: DockerEngine): void {
  const program = realpathSync('/usr/bin/python3');
  const library = execFileSync('/usr/bin/python3', [
    '-c',
    'import os; print(os.path.dirname(os.__file__))',
  ])
    .toString()
    .trim();
  const modules = readdirSync(join(library, 'lib-dynload')).map((name) =>
    join(library, 'lib-dynload', name),
  );
  const ldd = spawnSync('ldd', [program, ...modules], { encoding: 'utf8' }).stdout;
  const needed = new Set(
    Array.from(ldd.matchAll(/(\/lib\S*|\/usr\/lib\S*) \(0x/g), ([, path]) => path ?? ''),
  );
  const paths = [program, library, ...needed].map((path) => path.slice(1));
  const exclude = ['test', 'idlelib', 'lib2to3', 'tkinter'].map(
    (name) => `--exclude=${library.slice(1)}/${name}`,
  );
  const input = execFileSync('tar', ['-C', '/', '-ch', ...exclude, ...paths], {
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const id = engine.docker('create', '--network=none', 'base', '/bin/sh');
  execFileSync('docker', ['cp', '-', `${id}:/`], { env: engine.env, input });
  engine.docker('commit', id, 'python');
  engine.docker('rm', id);
}

import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
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
  if (whyNoSshd() !== undefined) return;
  sshd = await startSshd(['AcceptEnv LC_*', `SetEnv TMPDIR=${folder.path}/tmp-there`]);
});
afterAll(async () => {
  await sshd?.stop();
  folder.remove();
});

const machine = (name: string): string => sshd?.remote(name) ?? '';
const here = (name: string): string => join(folder.path, name);

beforeEach(() => {
  rmSync(folder.path, { recursive: true, force: true });
  for (const name of ['roles/web/tasks', 'roles/web/templates', 'tmp', 'tmp-there']) {
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

/** Where Ansible puts files of tasks: it asks for the home of the user by name. */
const ownFolder = join(userInfo().homedir, '.ansible/tmp');
const namesIn = (path: string): readonly string[] => (existsSync(path) ? readdirSync(path) : []);
let thereBefore: readonly string[] = [];
beforeEach(() => {
  thereBefore = namesIn(ownFolder);
});

/** Files of modules on the machine, where they are unpacked and where Ansible puts them. */
function leftThere(): readonly string[] {
  const own = namesIn(ownFolder).filter((name) => !thereBefore.includes(name));
  return [...namesIn(here('tmp-there')), ...own];
}

/** A play of these tasks for all machines, without what is not asked about. */
function writePlay(tasks: readonly string[], head = ''): void {
  const lines = ['- hosts: all', '  gather_facts: false', ...(head === '' ? [] : [`  ${head}`])];
  const rest = tasks.length === 0 ? [] : ['  tasks:', ...tasks.map((task) => `    - ${task}`)];
  writeFileSync(here('site.yml'), [...lines, ...rest, ''].join('\n'));
}

function writePlaybook(more: readonly string[] = []): void {
  writePlay(
    [
      `copy: { dest: "{{ dir }}/made", mode: "0640", content: "{{ packer_build_name }} {{ packer_builder_type }} {{ mode | default('none') }}\\n" }`,
      ...more,
    ],
    `vars: { dir: "${machine('')}" }\n  roles: [web]`,
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
async function startSleeper(
  options = '',
  before: readonly string[] = [],
  provisioner = ansible,
  mode = '',
): Promise<Running> {
  writePlay([...before, `shell: "echo $$ > ${machine('pid')}; exec sleep 600"${mode}`]);
  const file = template(provisioner(options));
  const run = startBake(['build', file], { cwd: folder.path, env: env() });
  await untilThere();
  // Ansible's output comes while it runs.
  await run.sees('TASK [shell]');
  return run;
}

/** The provisioner without the start of Ansible that only asks for its version. */
function ansible(options: string): string {
  return `provisioner "ansible" {
    playbook_file      = "site.yml"
    skip_version_check = true
    ${options}
  }`;
}

/** The one for Ansible on the machine. */
function local(options: string): string {
  return `provisioner "ansible-local" {
    playbook_file = "site.yml"
    ${options}
  }`;
}

/** Waits until a process has written its number into `pid`. */
async function untilThere(): Promise<void> {
  while (!existsSync(machine('pid')) || readFileSync(machine('pid'), 'utf8') === '') {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until the process of the number in `pid` has ended, and forgets it. */
async function untilGone(): Promise<void> {
  const pid = readFileSync(machine('pid'), 'utf8').trim();
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
  rmSync(machine('pid'));
}

/** One that has ended may wait for its parent to take note of it. */
function isAlive(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What the playbook leaves. */
const played = ['made 640 a null fast\n', 'web 644 port 8080\n'];

describeUnless(whyNoSshd() ?? noAnsible, 'ansible against a machine by SSH', () => {
  test('a playbook through the proxy up to a task that fails; secrets show nowhere', async () => {
    writePlaybook([
      'debug: { var: db_password }',
      'copy: { dest: "{{ dir }}/ps", content: "{{ db_password }} {{ lookup(\'pipe\', \'ps -eo args\') }}" }',
      'command: "false"',
    ]);
    const { code, stdout, stderr } = await bake(`provisioner "ansible" {
      playbook_file   = "site.yml"
      extra_arguments = ["--extra-vars", "mode=fast db_password=hunter2hunter2"]
    }`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('failed=1') });
    expect(stdout + stderr).toContain('Ansible exited with a non-zero exit status: 2');
    expect(stdout + stderr).toContain('A task failed. Its own words are above');
    expect(stdout + stderr).not.toContain('hunter2');
    const [password, ...processes] = readFileSync(machine('ps'), 'utf8').split(' ');
    expect(password).toBe('hunter2hunter2');
    expect(processes.join(' ')).toContain('ansible-playbook');
    expect(processes.join(' ')).not.toContain('hunter2');
    rmSync(machine('ps'));
    expect(state()).toEqual(played);
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
    expect(state()).toEqual(played);
  });

  test('galaxy installs a role and a collection from files, which the playbook uses by scp', async () => {
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
    writeFileSync(
      here('req.yml'),
      `roles:\n  - { name: fetched, src: "file://${here('role.tar.gz')}" }\ncollections:\n  - { name: "${here('coll')}", type: dir }\n`,
    );
    writePlay([], 'roles: [fetched, acme.web.one]');
    const ended = await bake(
      ansible(`galaxy_file      = "req.yml"
      roles_path       = "${here('roles')}"
      collections_path = "${here('collections')}"
      use_sftp         = false
      ansible_env_vars = ["ANSIBLE_PIPELINING=False"]`),
    );
    expect(ended).toMatchObject({ code: 0 });
    expect(state().map((line) => line.split(' ')[0])).toEqual(['coll', 'role']);
  });

  test('a machine that Ansible can not reach is told of', async () => {
    writePlay(['command: "true"']);
    const host = 'default ansible_host=127.0.0.1 ansible_port=1 ansible_connection=ssh\n';
    writeFileSync(here('hosts'), host);
    const { code, stdout, stderr } = await bake(ansible('inventory_file = "hosts"'));
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('UNREACHABLE');
    expect(stdout + stderr).toContain('Ansible could not reach the machine');
    expect(left()).toEqual([]);
  });

  test('a playbook that is not one, for which Ansible has the same exit code, is told of', async () => {
    writeFileSync(here('site.yml'), '- hosts: all\n  tasks\n    - ping:\n');
    const { code, stdout, stderr } = await bake(ansible(''));
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('it could not make sense of a playbook');
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

  const notPipelined = 'ansible_env_vars = ["ANSIBLE_PIPELINING=False"]';
  // Such a task is no child of Ansible's.
  const detached = '\n      async: 600\n      poll: 1';
  const pipelined = directly.replace(/\]$/, ', "ANSIBLE_PIPELINING=True"]');
  test.each([
    ['through the proxy', '', ''],
    ['through the proxy with files', notPipelined, ''],
    ['through the proxy with async', '', detached],
    ['directly', directly, ''],
    ['directly without files', pipelined, ''],
  ])('Ctrl-C leaves nothing, %s', async (_, options, mode) => {
    const before = `copy: { dest: "${machine('made')}", mode: "0640", content: "before" }`;
    const run = await startSleeper(options, [before], ansible, mode);
    run.process.kill('SIGINT');
    expect((await run.finished).code).toBe(1);
    expect(left()).toEqual([]);
    expect(leftThere()).toEqual([]);
    // Where files lie here that are on their way.
    expect(existsSync(here('tmp/.ansible/tmp'))).toBe(false);
    const runs = spawnSync('pgrep', ['-f', here('')], { encoding: 'utf8' }).stdout;
    expect(runs).toBe('');
    await untilGone();
    expect(state()).toEqual(['made 640 before']);
  });

  test('Ctrl-C leaves nothing, on the machine itself', () => interruptLocal(detached));

  const noStranger =
    noSudo ?? (process.getuid?.() === 0 ? undefined : 'becoming somebody else takes root');
  const stranger = '\n      become: true\n      become_user: nobody';
  (noStranger === undefined ? test : test.skip)(
    `Ctrl-C leaves nothing, on the machine itself as another user${noStranger ? `: ${noStranger}` : ''}`,
    () => interruptLocal(stranger),
  );

  async function interruptLocal(mode: string): Promise<void> {
    const stage = machine('stage');
    // For what another user has to reach and to write.
    chmodSync(join(stage, '../..'), 0o711);
    chmodSync(join(stage, '..'), 0o777);
    const others = new Set(namesIn('/var/tmp'));
    const run = await startSleeper(
      `staging_directory = "${stage}"\nclean_staging_directory = true`,
      [],
      local,
      mode,
    );
    run.process.kill('SIGINT');
    expect((await run.finished).code).toBe(1);
    await untilGone();
    const shared = namesIn('/var/tmp').filter((name) => /ansible/.test(name) && !others.has(name));
    expect([...left(), ...leftThere(), ...state(), ...shared]).toEqual([]);
  }

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
});

describeUnless(whyNoSshd() ?? noPuppet ?? noSudo, 'puppet-masterless', () => {
  test('a manifest that fails in part is told of, and nothing is left', async () => {
    writeFileSync(
      here('site.pp'),
      `file { '${machine('made')}': content => $facts['role'] }\nexec { '/bin/false': }\n`,
    );
    const { code, stdout, stderr } = await bake(`provisioner "puppet-masterless" {
      manifest_file           = "site.pp"
      facter                  = { role = "web" }
      clean_staging_directory = true
      staging_directory       = "${machine('stage')}"
    }`);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('Puppet exited with a non-zero exit status: 6');
    expect(stdout + stderr).toContain('Some resources changed and others failed.');
    expect(state()).toEqual(['made 644 web']);
  });

  test('Ctrl-C ends what an exec has started', async () => {
    writeFileSync(
      here('site.pp'),
      `exec { '/bin/sh -c "echo \\$\\$ > ${machine('pid')}; sleep 60061; :"': timeout => 0 }\n`,
    );
    const file = template(`provisioner "puppet-masterless" {
      manifest_file           = "site.pp"
      clean_staging_directory = true
      staging_directory       = "${machine('stage')}"
    }`);
    const run = startBake(['build', file], { cwd: folder.path, env: env() });
    await untilThere();
    run.process.kill('SIGINT');
    expect((await run.finished).code).toBe(1);
    await untilGone();
    expect(state()).toEqual([]);
    expect(spawnSync('pgrep', ['-f', 'sleep 60061']).status).toBe(1);
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
      `- hosts: web\n  gather_facts: false\n  tasks:\n    - copy: { dest: /made, content: "{{ packer_builder_type }} {{ ansible_user }}\\n" }\n`,
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
          playbook_file      = "site.yml"
          groups             = ["web"]
          skip_version_check = true
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
    expect(said).toBe('docker root');
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

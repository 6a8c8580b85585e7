import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sshd, startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type Running, runBake, scratch, startBake } from './run-bake.ts';
import { describeUnless } from './tool-machine.ts';

jest.setTimeout(120_000);

const folder = scratch();
const here = (name: string): string => join(folder.path, name);
let sshd: Sshd;

/** The tools that run on the machine: what their provisioner needs, and the folder that is to be gone. */
const tools: Readonly<Record<string, (bin: string, stage: string) => string>> = {
  'ansible-local': (bin, stage) => `playbook_file = "site"
    extra_arguments         = ["-e", "user=\${build.User}"]
    command                 = "${bin}/ansible-playbook"
    staging_directory       = "${stage}"
    clean_staging_directory = true`,
  'puppet-masterless': (bin, stage) => `manifest_file = "site"
    facter                  = { user = build.User }
    puppet_bin_dir          = "${bin}"
    prevent_sudo            = true
    staging_directory       = "${stage}"
    clean_staging_directory = true`,
  'puppet-server': (bin, stage) => `puppet_bin_dir = "${bin}"
    extra_arguments         = ["--environment", build.User]
    client_private_key_path = "tree"
    prevent_sudo            = true
    staging_dir             = "${stage}"
    clean_staging_directory = true`,
  'salt-masterless': (bin, stage) => `local_state_tree = "tree"
    remote_state_tree = "${stage}/salt"
    temp_config_dir   = "${stage}"
    salt_bin_dir      = "${bin}"
    skip_bootstrap    = true
    salt_call_args    = "--id=\${build.User}"
    disable_sudo      = true`,
  'chef-solo': (bin, stage) => `execute_command = "${bin}/chef-solo {{.ConfigPath}} \${build.User}"
    staging_directory = "${stage}"
    skip_install      = true
    prevent_sudo      = true`,
  'chef-client': (bin, stage) => `server_url = "https://chef.example"
    execute_command   = "${bin}/chef-client {{.ConfigPath}} \${build.User}"
    knife_command     = "${here('bin')}/knife {{.Args}}"
    node_name         = "n1"
    staging_directory = "${stage}"
    skip_install      = true
    prevent_sudo      = true`,
};
const names = Object.keys(tools);
/** chef-solo has no option to have its folder removed, and one that the template names for Salt stays. */
const staying = ['chef-solo', 'salt-masterless'];

beforeAll(async () => {
  if (whyNoSshd() === undefined) sshd = await startSshd();
  for (const name of ['bin', 'tree', 'pids', 'tmp']) mkdirSync(here(name));
  writeFileSync(here('site'), '');
  // Each tells what it is given, and goes on until it is ended.
  const sleeper = `#!/bin/sh\necho "$(basename $0) is given $* $FACTER_user"; echo $$ > ${here('pids')}/$$.part; mv ${here('pids')}/$$.part ${here('pids')}/$$; exec sleep 600\n`;
  for (const name of ['ansible-playbook', 'puppet', 'salt-call', 'chef-solo', 'chef-client']) {
    writeFileSync(here(`bin/${name}`), sleeper, { mode: 0o755 });
  }
  writeFileSync(here('bin/knife'), `#!/bin/sh\necho "$@" >> ${here('knife')}\n`, { mode: 0o755 });
});
afterAll(async () => {
  await sshd?.stop();
  folder.remove();
});
beforeEach(() => {
  for (const name of ['knife', ...pids().map((pid) => `pids/${pid}`)]) {
    rmSync(here(name), { force: true });
  }
});

/** One build for each tool, with its programs in a folder of the machine. */
function template(bin: string): string {
  const { host, port, username, privateKey = '' } = sshd.target;
  writeFileSync(here('key'), privateKey, { mode: 0o600 });
  const sources = names.map((name) => `source "null.a" {\n    name = "${name}"\n  }`);
  const provisioners = names.map(
    (name) => `provisioner "${name}" {
    only = ["null.${name}"]
    ${tools[name]?.(bin, sshd.remote(name))}
  }`,
  );
  const file = here('main.pkr.hcl');
  writeFileSync(
    file,
    `source "null" "a" {
  ssh_host             = "${host}"
  ssh_port             = ${port}
  ssh_username         = "${username}"
  ssh_private_key_file = "${here('key')}"
}
build {
  ${[...sources, ...provisioners].join('\n  ')}
}
`,
  );
  return file;
}

const settings = () => ({
  cwd: folder.path,
  env: { TMPDIR: here('tmp'), BAKE_STATE_DIR: here('state') },
});
const args = ['build', '-color=false'];

function pids(): readonly string[] {
  return readdirSync(here('pids')).filter((name) => /^\d+$/.test(name));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Builds in which all tools run now. */
async function startAll(): Promise<Running> {
  const run = startBake([...args, template(here('bin'))], settings());
  await until(() => pids().length === names.length);
  // What they print comes while they run, and they know of the build.
  const user = sshd.target.username;
  await run.sees(`ansible-playbook is given ${sshd.remote('ansible-local')}/site`);
  for (const words of [`user=${user}`, `manifests/site ${user}`, `--environment ${user}`]) {
    await run.sees(words);
  }
  for (const words of [`--id=${user}`, `solo.rb ${user}`, `client.rb ${user}`])
    await run.sees(words);
  return run;
}

function expectNothingLeft(): void {
  expect(readdirSync(sshd.folder).toSorted()).toEqual(staying);
  expect(readdirSync(here('tmp'))).toEqual([]);
  expect(readFileSync(here('knife'), 'utf8')).toBe('node delete n1\nclient delete n1\n');
}

describeUnless(whyNoSshd(), 'tools on the machine', () => {
  test('a program that is missing is told of, and nothing is left', async () => {
    const { code, stdout, stderr } = await runBake([...args, template('/none')], settings());
    expect(code).toBe(1);
    for (const [name, tool] of [
      ['ansible-local', 'Ansible'],
      ['puppet-masterless', 'Puppet'],
      ['puppet-server', 'Puppet'],
      ['salt-masterless', 'Salt'],
      ['chef-solo', 'Chef'],
      ['chef-client', 'Chef'],
    ]) {
      expect(stdout + stderr).toMatch(
        new RegExp(`null\\.${name}.*${tool} exited with a non-zero exit status: 127`),
      );
    }
    expect(stdout + stderr).toContain('The shell did not find the program');
    expectNothingLeft();
  });

  test('Ctrl-C ends them, and nothing is left', async () => {
    const run = await startAll();
    run.process.kill('SIGINT');
    expect((await run.finished).code).toBe(1);
    await until(() => pids().every((pid) => !existsSync(`/proc/${pid}`)));
    expectNothingLeft();
  });

  test('a connection that breaks is told of, and nothing is left', async () => {
    const run = await startAll();
    sshd.killSessions();
    const { code, stdout, stderr } = await run.finished;
    for (const pid of pids()) process.kill(Number(pid));
    expect(code).toBe(1);
    const told = (stdout + stderr).match(/was cut off: the connection to the machine went away/g);
    expect(told?.length).toBeGreaterThanOrEqual(names.length);
    expectNothingLeft();
  });
});

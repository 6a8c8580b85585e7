import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  type PythonPrograms,
  pythonPrograms,
  type Sshd,
  startSshd,
  whyNoSshd,
} from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';
import { buildExample, describeUnless, flagsFor, whyNo } from './tool-machine.ts';

jest.setTimeout(600_000);

const folder = scratch();
let sshd: Sshd;
beforeAll(async () => {
  if (whyNoSshd() === undefined) sshd = await startSshd();
});
afterAll(async () => {
  await sshd?.stop();
  folder.remove();
});

test.each([
  ['ansible', whyNo('ansible-playbook')],
  ['ansible-local', undefined],
  ['puppet-masterless', undefined],
  ['puppet-server', undefined],
  ['salt-masterless', undefined],
  ['chef-solo', undefined],
  ['chef-client', undefined],
])('%s is a valid template', async (name, reason) => {
  const cwd = folder.example(name);
  const key = join(folder.path, 'validator.pem');
  writeFileSync(key, '');
  const more = name === 'chef-client' ? [`-var=validation_key=${key}`] : [];
  const { code, stdout, stderr } = await runBake(['validate', ...more, '.'], { cwd });
  if (reason === undefined) expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' });
  else expect(stdout + stderr).toContain('There is no program "ansible-playbook"');
});

/** What the example has put on the machine. */
async function pageOf(
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<string> {
  const www = sshd.remote(name);
  const example = folder.example(name);
  const given = { folder: www, ...variables };
  const { code, stdout, stderr } = await buildExample(example, sshd, folder.path, given);
  expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
  return readFileSync(join(www, 'index.html'), 'utf8');
}

/** Names, rights and contents of what an example has put on the machine. */
function treeOf(name: string): readonly string[] {
  const root = sshd.remote(name);
  return readdirSync(root).map((file) => {
    const path = join(root, file);
    return `${file} ${statSync(path).mode.toString(8)} ${readFileSync(path, 'utf8')}`;
  });
}

/** Packer leaves the same there; after the test in which bake did. */
function testAgainstPacker(name: string): void {
  testWithPacker(`${name} leaves the same state as Packer`, async () => {
    const ours = treeOf(name);
    const www = sshd.remote(name);
    rmSync(www, { recursive: true });
    const flags = flagsFor(sshd, folder.path, { folder: www });
    const cwd = join(folder.path, name);
    expect(runPacker(['build', ...flags, '.'], { cwd })).toMatchObject({ code: 0 });
    expect(treeOf(name)).toEqual(ours);
  });
}

describeUnless(whyNoSshd() ?? whyNo('ansible-playbook'), 'examples of Ansible', () => {
  test.each(['ansible', 'ansible-local'])('%s puts its page on the machine', async (name) => {
    expect(await pageOf(name)).toBe('Baked by Ansible as web\n');
  });
  // The provisioner "ansible" of Packer needs more with OpenSSH 9: see ansible-puppet.test.ts.
  testAgainstPacker('ansible-local');
});

describeUnless(whyNoSshd() ?? whyNo('puppet') ?? whyNo('sudo'), 'examples of Puppet', () => {
  test('puppet-masterless puts its page on the machine', async () => {
    expect(await pageOf('puppet-masterless')).toBe('Baked by Puppet as web\n');
  });
  testAgainstPacker('puppet-masterless');
});

/** The folder of `salt-call`, from PATH or out of PyPI, which is kept for the next run; or why there is none. */
function findSalt(): Partial<PythonPrograms> {
  const onPath = spawnSync('sh', ['-c', 'command -v salt-call'], {
    encoding: 'utf8',
  }).stdout.trim();
  if (onPath !== '') return { folder: join(onPath, '..') };
  return pythonPrograms({
    requirement: 'salt==3008.4',
    program: 'salt-call',
    // For a filter of templates that reads dates.
    without: ['timelib'],
  });
}

const salt = whyNoSshd() === undefined && whyNo('sudo') === undefined ? findSalt() : {};
const noSalt = whyNoSshd() ?? whyNo('sudo') ?? salt.reason;

describeUnless(noSalt, 'examples of Salt', () => {
  test('salt-masterless puts its page on the machine, and moves what was there out of the way', async () => {
    // Salt's own places are in the machine's folder, so that nothing of this computer changes.
    const root = sshd.remote('salt-root');
    mkdirSync(root);
    writeFileSync(join(root, 'minion'), `root_dir: ${root}\nfile_client: local\n`);
    const example = folder.example('salt-masterless');
    const file = join(example, 'main.pkr.hcl');
    const text = readFileSync(file, 'utf8')
      .replace('"\'pillar=', `"-c ${root} 'pillar=`)
      .replace(
        'bootstrap_args ',
        `remote_state_tree = "${root}/states"\n    remote_pillar_roots = "${root}/pillar"\n    bootstrap_args `,
      );
    const copy = join(example, '..', 'salt-here');
    writeFileSync(file, text);
    renameSync(example, copy);
    const www = sshd.remote('salt');
    mkdirSync(join(root, 'states'));
    writeFileSync(join(root, 'states', 'old.sls'), '');
    const variables = { folder: www, has_salt: 'true', salt_bin_dir: salt.folder ?? '' };
    const { code, stdout, stderr } = await buildExample(copy, sshd, folder.path, variables);
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    expect(readFileSync(join(www, 'index.html'), 'utf8')).toBe('Baked by Salt for web\n');
    expect(existsSync(join(root, 'states', 'old.sls'))).toBe(false);
    expect(existsSync('/tmp/salt')).toBe(false);
    // A state that fails.
    writeFileSync(join(copy, 'states', 'web.sls'), 'fails:\n  cmd.run:\n    - name: "false"\n');
    const failed = await buildExample(copy, sshd, folder.path, variables);
    expect(failed.code).toBe(1);
    expect(failed.stdout + failed.stderr).toContain('Salt exited with a non-zero exit status: 2');
    expect(failed.stdout + failed.stderr).toContain('Some states failed.');
  });
});

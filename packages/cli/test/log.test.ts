import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const cwd = folder.path;
const args = ['build', '-var', 'token=s3cr3t-token', 'main.pkr.hcl'];

beforeAll(() => {
  writeFileSync(
    join(cwd, 'main.pkr.hcl'),
    `
variable "token" {
  type      = string
  sensitive = true
}
source "null" "n" { communicator = "none" }
build {
  sources = ["null.n"]
  provisioner "shell-local" { inline = ["echo it is \${var.token}"] }
}`,
  );
});

const line =
  /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d (?:\[(?:INFO|DEBUG)\]|ui:|ui error:|machine readable:) /;

test.each(['PACKER_LOG', 'BAKE_LOG'])('%s logs to stderr what is not on stdout', async (name) => {
  const { stdout, stderr } = await runBake(args, { cwd, env: { [name]: '1' } });
  const lines = stderr.trimEnd().split('\n');
  expect(lines.filter((one) => !line.test(one))).toEqual([]);
  expect(stderr).toContain('[INFO] (null.n) provisioner shell-local: ok after ');
  expect(stderr).not.toContain(' ui: ');
  expect(stderr).not.toContain('s3cr3t');
  expect(stdout).toContain('it is <sensitive>');
});

test.each(['PACKER_LOG_PATH', 'BAKE_LOG_PATH'])(
  '%s logs everything to a new file',
  async (name) => {
    const path = join(cwd, 'bake.log');
    writeFileSync(path, 'old\n');
    const { stderr } = await runBake(args, { cwd, env: { [name]: path, PACKER_LOG: '0' } });
    const text = readFileSync(path, 'utf8');
    expect(stderr).toBe('');
    expect(text).toMatch(/^\d{4}.* \[INFO\] bake version: /);
    expect(text).toContain(' ui: ==> null.n: it is <sensitive>\n');
    expect(text).toContain('exit code 0\n');
    expect(text).not.toContain('s3cr3t');
  },
);

test.each([{}, { PACKER_LOG: '' }, { PACKER_LOG: '0' }, { BAKE_LOG: '0', PACKER_LOG: '1' }])(
  '%j logs nothing',
  async (env) => {
    expect((await runBake(args, { cwd, env })).stderr).toBe('');
  },
);

test('programs get their own form, and the log says what they got', async () => {
  const path = join(cwd, 'machine.log');
  const env = { BAKE_LOG_PATH: path };
  const { stdout } = await runBake(['-machine-readable', 'version'], { cwd, env });
  expect(stdout).toMatch(/^\d+,,version,/);
  expect(readFileSync(path, 'utf8')).toContain('machine readable: ,version ["');
  expect(statSync(path).mode & 0o077).toBe(0);
});

test('a log that cannot be written is an error that says so', async () => {
  const env = { PACKER_LOG_PATH: join(cwd, 'no', 'such', 'folder') };
  const { code, stdout, stderr } = await runBake(args, { cwd, env });
  expect(stderr).toContain("Couldn't setup log output: ENOENT");
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

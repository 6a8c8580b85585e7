import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

/**
 * A line without what may differ: the time, names of temporary files, how long something took. Packer 1.6.6, which
 * is what Debian has, differs from the 1.16 that bake follows in two spellings: it set output off by four blanks
 * instead of an arrow, and left out the blank before "Allowed".
 */
function normal(line: string): string {
  return line
    .replace(/^\d+,/, 'TIME,')
    .replaceAll(/packer-shell\d+/g, 'packer-shellN')
    .replaceAll(/after (?:\d+ \w+ ?){1,2}/g, 'after TIME')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)/g, 'STAMP')
    .replace(/^(TIME,,ui,message,(?:STAMP: )?) {4}/, '$1==> ')
    .replaceAll(/(\d)\.Allowed/g, '$1. Allowed');
}

/** The lines, those of a build together: order between builds differs from run to run. */
function byBuild(stdout: string, builds: readonly string[]): readonly string[] {
  const lines = stdout.replace(/\n$/, '').split('\n').map(normal);
  const buildOf = (line: string): number =>
    builds.findIndex((name) =>
      [`TIME,${name},`, `==> ${name}`, `--> ${name}:`, `Build '${name}'`].some((mark) =>
        line.includes(mark),
      ),
    );
  return lines.toSorted((a, b) => buildOf(a) - buildOf(b));
}

const shell = (text: string): object => ({ type: 'shell-local', inline: [text] });

const two = `
source "file" "x" {
  content = "hello"
  target  = "x.txt"
}
source "null" "n" { communicator = "none" }
build {
  sources = ["file.x", "null.n"]
  provisioner "shell-local" { inline = ["echo a, b; printf '10%%\\\\r100%%\\\\n'; echo; echo 'c\\\\d'"] }
  provisioner "shell-local" { inline = ["echo 'went wrong, a bit' >&2"] }
  post-processor "manifest" { output = "\${source.name}.json" }
  post-processors {
    post-processor "checksum" {
      output         = "sums/\${source.name}.{{.ChecksumType}}"
      checksum_types = ["md5"]
    }
    post-processor "shell-local" { inline = ["echo done"] }
  }
}`;

const failing = JSON.stringify({
  builders: [
    { type: 'null', communicator: 'none' },
    { type: 'file', content: 'hello', target: 'y.txt' },
  ],
  provisioners: [shell('echo one'), shell('exit 3'), shell('echo never')],
  'error-cleanup-provisioner': shell('echo cleaning'),
});

const failingLater = JSON.stringify({
  builders: [{ type: 'file', content: 'hello', target: 'z.txt' }],
  'post-processors': [
    shell('exit 3'),
    { type: 'compress', name: 'packed', output: 'z.tar.gz', compression_level: 1 },
    [shell('exit 4'), 'manifest'],
  ],
});

const retrying = JSON.stringify({
  builders: [{ type: 'null', communicator: 'none' }],
  provisioners: [
    { ...shell('echo quick'), pause_before: '10ms' },
    { ...shell('mkdir tried || exit 0; exit 7'), max_retries: '2' },
  ],
  'post-processors': ['manifest'],
});

testWithPackerEach('two builds', 'two.pkr.hcl', two, ['file.x', 'null.n']);
testWithPackerEach('a failure', 'failing.json', failing, ['null', 'file']);
testWithPackerEach(
  'a failure that leaves the machine',
  'failing.json',
  failing,
  ['null', 'file'],
  ['-on-error=abort'],
);
testWithPackerEach(
  'a failure that nobody answers',
  'failing.json',
  failing,
  ['null', 'file'],
  ['-on-error=ask'],
);
testWithPackerEach(
  'debug that nobody watches',
  'failing.json',
  failing,
  ['null', 'file'],
  ['-debug'],
);
testWithPackerEach('failures of post-processors', 'later.json', failingLater, ['file']);
testWithPackerEach('a retry', 'retrying.json', retrying, ['null'], ['-timestamp-ui', '-color']);

function testWithPackerEach(
  what: string,
  file: string,
  template: string,
  builds: readonly string[],
  flags: readonly string[] = [],
): void {
  testWithPacker(`${what}: -machine-readable is as Packer has it`, async () => {
    const outcomes = [];
    for (const tool of ['packer', 'bake'] as const) {
      const cwd = join(folder.path, tool, what.replaceAll(' ', '-'));
      mkdirSync(join(cwd, 'sums'), { recursive: true });
      writeFileSync(join(cwd, file), template);
      const args = ['build', ...flags, file, '-machine-readable'];
      const { code, stdout } =
        tool === 'packer' ? runPacker(args, { cwd }) : await runBake(args, { cwd });
      outcomes.push({ code, lines: byBuild(stdout, builds) });
    }
    const [theirs, ours] = outcomes;
    expect(ours).toEqual(theirs);
    expect(ours?.lines.length).toBeGreaterThan(4);
  });
}

test.each([
  { args: ['version'], code: 0, line: /^\d+,,version,1\.\d+\.\d+$/m },
  { args: ['validate', 'a.pkr.hcl'], code: 0, line: /^\d+,,ui,say,The configuration is valid\.$/m },
  {
    args: ['validate', 'b.pkr.hcl'],
    code: 1,
    line: /^\d+,,ui,error,Error: \S.*\\n\\n.*line 1%!\(PACKER_COMMA\)/m,
  },
  { args: ['inspect', 'a.pkr.hcl'], code: 0, line: /^\d+,,ui,say,Packer Inspect: HCL2 mode\\n/m },
  { args: ['build'], code: 1, line: /^\d+,,ui,say,Give the path/m },
  { args: ['fmt', '-check', 'a.pkr.hcl'], code: 3, line: /^a\.pkr\.hcl$/m },
])('$args tell programs', async ({ args, code, line }) => {
  writeFileSync(
    join(folder.path, 'a.pkr.hcl'),
    'source "null" "n" {\ncommunicator = "none"\n}\nbuild { sources = ["null.n"] }\n',
  );
  writeFileSync(join(folder.path, 'b.pkr.hcl'), 'bild {}\n');
  const run = await runBake(['-machine-readable', ...args, '-machine-readable'], {
    cwd: folder.path,
    env: { FORCE_COLOR: '1' },
  });
  expect(run.stdout).toMatch(line);
  expect(run).toMatchObject({ code, stderr: '' });
});

test('a secret is hidden from programs, too, whatever their form does to it', async () => {
  const template = `
variable "token" {
  default   = "s3cr3t, or not"
  sensitive = true
}
source "null" "n" { communicator = "none" }
build {
  sources = ["null.n"]
  provisioner "shell-local" { inline = ["echo 'it is \${var.token}.'"] }
}`;
  writeFileSync(join(folder.path, 'secret.pkr.hcl'), template);
  const args = ['build', '-machine-readable', 'secret.pkr.hcl'];
  const { stdout } = await runBake(args, { cwd: folder.path });
  expect(stdout).toContain('ui,message,==> null.n: it is <sensitive>.\n');
  expect(stdout).not.toContain('s3cr3t');
});

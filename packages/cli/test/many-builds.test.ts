import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Sshd, startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { type Finished, runBake, scratch } from './run-bake.ts';

const folder = scratch();
let sshd: Sshd | undefined;
beforeAll(async () => {
  // By itself sshd turns away logins when ten are under way.
  if (whyNoSshd() === undefined) sshd = await startSshd(['MaxStartups 1000']);
});
afterAll(async () => {
  await sshd?.stop();
  folder.remove();
});

/** Builds `s0`, `s1` and so on, each with a shell, a file and a shell provisioner that write to `M/s0`. */
function template({ target }: Sshd, machine: string, builds: number): string {
  const names = Array.from({ length: builds }, (_, number) => `s${number}`);
  const source = (name: string): string => `
source "null" "${name}" {
  ssh_host             = "${target.host}"
  ssh_port             = ${target.port}
  ssh_username         = "${target.username}"
  ssh_private_key_file = "key"
}`;
  // Packer's own name for it has four digits, which two of many builds at once may share.
  const script = join(folder.path, '${source.name}.sh');
  return `${names.map(source).join('')}
build {
  sources = [${names.map((name) => `"null.${name}"`).join(', ')}]
  provisioner "shell" {
    remote_path      = "${script}"
    environment_vars = ["PLACE=${machine}"]
    inline           = ["umask 027", "mkdir $PLACE/$PACKER_BUILD_NAME", "echo {{build_name}} > $PLACE/$PACKER_BUILD_NAME/named"]
  }
  provisioner "file" {
    source      = "payload"
    destination = "${machine}/{{build_name}}/"
  }
  provisioner "shell" {
    remote_path = "${script}"
    inline      = ["cd ${machine}/$PACKER_BUILD_NAME", "wc -c < payload > size", "chmod 600 size", "test $PACKER_BUILD_NAME != s7 || exit \${var.seventh}"]
  }
}
variable "seventh" {
  default = 0
}`;
}

/** Every file below a folder with its mode and content. */
function tree(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const path = join(root, name);
      const stats = statSync(path);
      const mode = (stats.mode & 0o777).toString(8);
      return `${mode} ${name} ${stats.isDirectory() ? '' : readFileSync(path, 'latin1')}`;
    });
}

interface Played {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr?: string;
  readonly machine: readonly string[];
}

type Play = (args: readonly string[], cwd: string) => Promise<Omit<Played, 'machine'>>;

const bake: Play = (args, cwd): Promise<Finished> => runBake(args, { cwd });
const packer: Play = async (args, cwd) => runPacker(args, { cwd });

async function play(tool: Play, builds: number, flags: readonly string[] = []): Promise<Played> {
  const peer = sshd as Sshd;
  const machine = peer.remote('m');
  rmSync(machine, { recursive: true, force: true });
  mkdirSync(machine);
  writeFileSync(join(folder.path, 'key'), peer.target.privateKey ?? '', { mode: 0o600 });
  writeFileSync(join(folder.path, 'payload'), 'payload\n'.repeat(5), { mode: 0o640 });
  writeFileSync(join(folder.path, 't.pkr.hcl'), template(peer, machine, builds));
  const result = await tool(['build', ...flags, 't.pkr.hcl'], folder.path);
  return { ...result, machine: tree(machine) };
}

if (whyNoSshd() === undefined) {
  testWithPacker(
    '20 builds of 3 provisioners leave on the machine what they do with Packer',
    async () => {
      const theirs = await play(packer, 20);
      const ours = await play(bake, 20);
      expect(theirs).toMatchObject({ code: 0, machine: { length: 4 * 20 } });
      expect(ours).toMatchObject({ code: 0, stderr: '', machine: theirs.machine });
    },
  );

  testWithPacker('one of 20 builds that fails: the same as with Packer', async () => {
    const theirs = await play(packer, 20, ['-var=seventh=3']);
    const ours = await play(bake, 20, ['-var=seventh=3']);
    expect(theirs).toMatchObject({ code: 1, machine: { length: 4 * 20 } });
    expect(ours).toMatchObject({ code: 1, machine: theirs.machine });
  });

  test('-parallel-builds=3 has three builds going, never more', async () => {
    const { code, stdout } = await play(bake, 10, ['-json', '-parallel-builds=3']);
    const types = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type as string);
    let going = 0;
    const counts = types.map((type) => {
      if (type === 'build-start') going += 1;
      if (type === 'build-end') going -= 1;
      return going;
    });
    expect({ code, most: Math.max(...counts) }).toEqual({ code: 0, most: 3 });
  }, 60_000);

  test('100 builds at once need few open files, and say nothing on stderr', async () => {
    const few = (args: readonly string[], cwd: string): Promise<Finished> =>
      runBake(args, { cwd, openFiles: 256 });
    const { code, stderr, machine } = await play(few, 100);
    expect({ code, stderr, files: machine.length }).toEqual({ code: 0, stderr: '', files: 400 });
  }, 120_000);
} else {
  test.skip(`many builds over SSH (${whyNoSshd()})`, () => undefined);
}

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Sshd, startSshd, whyNoSshd } from '@bake/plugin-sdk/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
let sshd: Sshd | undefined;
beforeAll(async () => {
  if (whyNoSshd() === undefined) sshd = await startSshd();
});
afterAll(async () => {
  await sshd?.stop();
  folder.remove();
});

/** Every file below a folder with its content. */
function tree(root: string): readonly string[] {
  const number = /(?<=varfile_)\d+/;
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const path = join(root, name);
      return statSync(path).isDirectory()
        ? `${name}/`
        : `${name.replace(number, 'N')}: ${readFileSync(path, 'utf8')}`;
    });
}

/** What a build says of its provisioners, without what differs from run to run and names of temporary files. */
function words(stdout: string): readonly string[] {
  return (
    stdout
      .split('\n')
      .flatMap((line) => /^(?:==>|-->| {3}) null\.a: (.*)$/.exec(line)?.slice(1) ?? [])
      .filter((line) => !/^(?:Using SSH|Waiting for SSH|Connected to SSH|Using ssh)/.test(line))
      .map((line) => line.replace(/\/tmp\/packer-shell\d+/, 'inline script'))
      // Packer has the blank since 1.7.
      .map((line) => line.replace(/(?<=status: \d+\.)(?=Allowed)/, ' '))
      // What to do about it is an error's detail here.
      .map((line) => line.replace(/(?<=disconnected unexpectedly)\..*/, ''))
      .map((line) => line.trimEnd())
  );
}

/** What is compared of a run. `M` in a template stands for the machine's folder. */
interface Case {
  readonly what: string;
  /** Provisioners, in HCL. */
  readonly provisioners: string;
  /** Files here, beside the template. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files on the machine. */
  readonly remote?: Readonly<Record<string, string>>;
}

const files = { 'a.sh': 'echo "a: $0 $A"\r\n', 'dir/x.txt': 'x\n', 'dir/deep/y.txt': 'y\n' };

/** Kills the process that serves the connection. */
const cut =
  '"p=$$", "while test $(ps -o comm= $p | cut -c1-4) != sshd; do p=$(ps -o ppid= $p); done", "kill -9 $p", "sleep 1"';

const cases: readonly Case[] = [
  {
    what: 'inline, variables and quotes',
    provisioners: `
      provisioner "shell" {
        environment_vars = ["A=it's \\"one\\"", "B=", "C=a=b", "D=$HOME"]
        inline           = ["echo \\"$A|$B|$C|$D|$PACKER_BUILD_NAME|$PACKER_BUILDER_TYPE\\"", "sleep 0.2", "echo err >&2", "sleep 0.2", "env | grep PACKER_HTTP || true"]
      }`,
  },
  {
    what: 'Go templates of inline and execute_command',
    provisioners: `
      provisioner "shell" {
        inline          = ["echo {{build_name}} {{build_type}} {{upper \`x\`}}", "echo \${build.User} '{{.ID}} {{.X}}'"]
        execute_command = "chmod +x {{.Path}}; env {{.Vars}} X={{.ID}} Y={{build \`ConnType\`}} sh -c 'echo $X $Y'; {{.Path}}"
        remote_path     = "M/path.sh"
      }`,
  },
  {
    what: 'inline_shebang',
    provisioners: `
      provisioner "shell" {
        inline         = ["false", "echo \${build.ID} went on"]
        inline_shebang = "/bin/sh"
      }`,
  },
  {
    what: 'use_env_var_file, remote_folder and remote_file, skip_clean',
    files,
    provisioners: `
      provisioner "shell" {
        use_env_var_file = true
        environment_vars = ["A=it's"]
        remote_folder    = "M"
        remote_file      = "named.sh"
        skip_clean       = true
        inline           = ["echo \\"$A\\"", "ls M | sed s/varfile_.*/varfile/", "stat -c %a M/varfile_*"]
      }
      provisioner "shell" {
        use_env_var_file = true
        env_var_format   = "export X_%s=\\"%s\\"; "
        environment_vars = ["A=b"]
        execute_command  = ". {{.EnvVarFile}}; sh {{.Path}}"
        remote_path      = "M/other.sh"
        inline           = ["echo $X_A", "ls M | sed s/varfile_.*/varfile/"]
      }`,
  },
  {
    what: 'scripts, CRLF and binary',
    files: { ...files, 'b.sh': '#!/bin/sh\nprintf "b\\r\\n" | od -c | head -1' },
    provisioners: `
      provisioner "shell" {
        scripts          = ["a.sh", "b.sh"]
        environment_vars = ["A=1"]
        remote_path      = "M/s.sh"
        execute_command  = "{{.Vars}} sh {{.Path}}; od -c {{.Path}} | tail -2"
      }
      provisioner "shell" {
        script          = "a.sh"
        binary          = true
        remote_path     = "M/s.sh"
        execute_command = "od -c {{.Path}} | tail -2"
        skip_clean      = true
      }`,
  },
  {
    what: 'exit codes that are allowed',
    provisioners: `
      provisioner "shell" {
        inline           = ["exit 3"]
        valid_exit_codes = [0, 3]
      }
      provisioner "shell" {
        inline           = ["exit 0"]
        valid_exit_codes = [3, 4]
      }`,
  },
  {
    what: 'an exit code that is not',
    provisioners: `
      provisioner "shell" {
        inline = ["echo before", "exit 7"]
      }
      provisioner "shell" {
        inline = ["echo never"]
      }`,
  },
  {
    what: 'a connection that is cut unexpectedly',
    provisioners: `
      provisioner "shell" {
        inline = ["echo before", ${cut}]
      }`,
  },
  {
    what: 'a connection that is cut as expected',
    provisioners: `
      provisioner "shell" {
        expect_disconnect = true
        skip_clean        = true
        remote_path       = "M/cut.sh"
        inline            = ["echo before", ${cut}]
      }
      provisioner "shell" {
        inline      = ["echo after"]
        pause_after = "1s"
      }`,
  },
  {
    what: 'uploads',
    files,
    provisioners: `
      provisioner "file" {
        source      = "a.sh"
        destination = "M/plain.sh"
      }
      provisioner "file" {
        source      = "a.sh"
        destination = "M/"
      }
      provisioner "file" {
        source      = "dir"
        destination = "M"
      }
      provisioner "shell" {
        inline = ["mkdir M/into"]
      }
      provisioner "file" {
        source      = "dir/"
        destination = "M/into"
      }
      provisioner "file" {
        sources     = ["a.sh", "dir/x.txt"]
        destination = "M/into/"
      }
      provisioner "shell-local" {
        inline = ["echo made > made.txt"]
      }
      provisioner "file" {
        source      = "made.txt"
        destination = "M/{{build_name}}.txt"
        generated   = true
      }`,
  },
  {
    what: 'downloads',
    remote: { 'one.txt': '1', 'two.txt': '2', 'tree/x.txt': 'x', 'tree/deep/y.txt': 'y' },
    provisioners: `
      provisioner "file" {
        source      = "M/one.txt"
        destination = "got/renamed.txt"
        direction   = "download"
      }
      provisioner "file" {
        source      = "M/one.txt"
        destination = "got/folder/"
        direction   = "download"
      }
      provisioner "file" {
        source      = "M/tree/"
        destination = "got/tree/"
        direction   = "download"
      }
      provisioner "file" {
        source      = "M/tree/"
        destination = "got/bare"
        direction   = "download"
      }
      provisioner "file" {
        source      = "M/t*"
        destination = "got/glob/"
        direction   = "download"
      }`,
  },
  {
    what: 'pause_before, only, except and override',
    provisioners: `
      provisioner "shell-local" {
        pause_before = "1s"
        inline       = ["echo base"]
        override     = { a = { inline = ["echo overridden"] }, b = { inline = ["echo never"] } }
      }
      provisioner "shell-local" {
        only   = ["null.a"]
        inline = ["echo only"]
      }
      provisioner "shell-local" {
        only   = ["null.b"]
        inline = ["echo never"]
      }
      provisioner "shell-local" {
        except = ["null.a"]
        inline = ["echo never"]
      }`,
  },
  {
    what: 'breakpoints, with nobody there',
    provisioners: `
      provisioner "breakpoint" {
        disable = true
        note    = "off"
      }
      provisioner "breakpoint" {
        note = "on"
      }`,
  },
  {
    what: 'max_retries that are enough',
    provisioners: `
      provisioner "shell-local" {
        max_retries = 3
        inline      = ["echo x >> tries.txt", "test $(wc -l < tries.txt) = 3"]
      }`,
  },
  {
    what: 'max_retries that are not',
    provisioners: `
      provisioner "shell-local" {
        max_retries = 2
        inline      = ["exit 9"]
      }`,
  },
  {
    what: 'a timeout that is not reached',
    provisioners: `
      provisioner "shell-local" {
        timeout = "5m"
        inline  = ["echo quick"]
      }`,
  },
  {
    what: 'shell-local',
    files: { 'local.sh': '#!/bin/sh\necho "local $A $0" | sed s,/.*/,,' },
    provisioners: `
      provisioner "shell-local" {
        environment_vars = ["A=it's", "B={{build_name}}"]
        inline           = ["echo \\"$A $B $PACKER_BUILD_NAME $PACKER_BUILDER_TYPE\\"", "sleep 0.2", "echo err >&2", "sleep 0.2", "pwd | sed s,.*/,,"]
      }
      provisioner "shell-local" {
        environment_vars = ["A=1"]
        scripts          = ["local.sh"]
      }
      provisioner "shell-local" {
        command = "echo by command"
      }
      provisioner "shell-local" {
        inline          = ["echo \${build.ID} \${build.Host} $X"]
        execute_command = ["env", "X={{.User}}", "{{.Script}}"]
      }
      provisioner "shell-local" {
        inline         = ["false", "echo went on"]
        inline_shebang = "/bin/sh"
      }
      provisioner "shell-local" {
        inline  = ["echo never"]
        only_on = ["windows"]
      }
      provisioner "shell-local" {
        inline           = ["exit 4"]
        valid_exit_codes = [4]
      }
      provisioner "shell-local" {
        inline             = ["echo \\"$0\\" | sed s,.*[0-9],,"]
        tempfile_extension = ".py"
      }
      provisioner "shell-local" {
        inline = ["exit 5"]
      }`,
  },
];

function write(root: string, content: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(content)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text, { mode: 0o755 });
  }
}

async function play(tool: 'packer' | 'bake', one: Case, peer: Sshd): Promise<unknown> {
  const { host, port, username, privateKey = '' } = peer.target;
  const cwd = join(folder.path, tool, one.what.replaceAll(/\W+/g, '-'));
  const machine = peer.remote('m');
  rmSync(machine, { recursive: true, force: true });
  mkdirSync(machine);
  mkdirSync(cwd, { recursive: true });
  write(cwd, { ...one.files, key: privateKey });
  write(machine, one.remote ?? {});
  writeFileSync(
    join(cwd, 't.pkr.hcl'),
    `
source "null" "a" {
  ssh_host             = "${host}"
  ssh_port             = ${port}
  ssh_username         = "${username}"
  ssh_private_key_file = "key"
}
build {
  sources = ["null.a"]
  ${one.provisioners.replaceAll(/\bM\b/g, machine)}
}`,
  );
  const args = ['build', '-color=false', 't.pkr.hcl'];
  const { code, stdout } =
    tool === 'packer' ? runPacker(args, { cwd }) : await runBake(args, { cwd });
  const made = tree(cwd).filter((name) => !/^(?:t\.pkr|key|packer_cache)/.test(name));
  return { code, words: words(stdout), machine: tree(machine), made };
}

if (whyNoSshd() === undefined) {
  for (const one of cases) {
    testWithPacker(`${one.what}: the same as with Packer`, async () => {
      const peer = sshd as Sshd;
      const theirs = await play('packer', one, peer);
      expect(await play('bake', one, peer)).toEqual(theirs);
    });
  }
} else {
  test.skip(`provisioners as Packer's (${whyNoSshd()})`, () => undefined);
}

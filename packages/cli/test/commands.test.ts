import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bakeVersion, coreVersion } from '@bake/core';
import { afterAll, expect, test } from '@jest/globals';
import { bakeProgram, runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const template = join(folder.path, 'main.pkr.hcl');
writeFileSync(
  template,
  'source "null" "a" {\n communicator = "none"\n}\nbuild {\n sources = ["null.a"]\n}\n',
);

test.each([
  {
    args: ['version'],
    code: 0,
    says: `bake v${bakeVersion}\nReads templates for Packer v${coreVersion}\n`,
  },
  { args: ['-v'], code: 0, says: 'bake v' },
  { args: ['build', '--version'], code: 0, says: 'bake v' },
  { args: [], code: 127, says: 'Usage: bake COMMAND' },
  { args: ['help'], code: 0, says: '  build            Builds images' },
  { args: ['help', 'build'], code: 0, says: '-on-error=cleanup|abort' },
  { args: ['build', '-h'], code: 0, says: 'Usage: bake build [options] PATH' },
  { args: ['biuld', '.'], code: 127, says: 'There is no command "biuld". Did you mean "build"?' },
  {
    args: ['build', '-frce', '.'],
    code: 1,
    says: 'There is no option -frce. Did you mean "-force"?',
  },
  { args: ['build'], code: 1, says: 'Give the path of a template' },
  { args: ['build', '.', '-force'], code: 1, says: 'Options go before the path.' },
  {
    args: ['build', '-on-error=go', '.'],
    code: 1,
    says: '-on-error is one of cleanup, abort, ask, run-cleanup-provisioner',
  },
  { args: ['validate', '/nowhere'], code: 1, says: 'There is no file or folder "/nowhere"' },
  { args: ['validate', template], code: 0, says: 'The configuration is valid.\n' },
  {
    args: ['validate', '-syntax-only', template],
    code: 0,
    says: 'Syntax-only check passed. Everything looks okay.\n',
  },
  {
    args: ['validate', '-syntax-only', '--var', 'nope=1', template],
    code: 1,
    says: 'Undefined -var',
  },
  { args: ['validate', '-syntax-only', '/nowhere'], code: 1, says: 'There is no file or folder' },
  { args: ['inspect', '.', 'more'], code: 1, says: 'One path is wanted' },
  { args: ['console', '.', 'more'], code: 1, says: 'One path is wanted' },
  { args: ['validate', '--var', 'nope=1', template], code: 1, says: 'Undefined -var variable' },
  { args: ['build', '-only=*.b', template], code: 1, says: 'No builds to run' },
  { args: ['build', template], code: 0, says: '--> null.a: Did not export anything.' },
])('bake $args gives $code', async ({ args, code, says }) => {
  const finished = await runBake(args);
  expect(finished.stdout).toContain(says);
  expect(finished.stderr).toBe('');
  expect(finished.code).toBe(code);
});

test.each([
  ['Asia/Kolkata', '+05:30'],
  ['America/Caracas', '-04:00'],
  ['UTC', 'Z'],
])('-timestamp-ui is the time in %s', async (zone, offset) => {
  const text =
    'source "null" "a" { communicator = "none" }\nbuild {\n  sources = ["null.a"]\n  post-processor "manifest" {}\n}\n';
  writeFileSync(join(folder.path, 'a.pkr.hcl'), text);
  const args = ['build', '-timestamp-ui', 'a.pkr.hcl'];
  const { stdout } = await runBake(args, { cwd: folder.path, env: { TZ: zone } });
  const stamps = [...stdout.matchAll(/^(\S+): (?:==>|Build) /gm)].map(([, stamp = '']) => stamp);
  expect(stamps).toHaveLength(2);
  for (const stamp of stamps) {
    expect(stamp.endsWith(offset)).toBe(true);
    expect(Math.abs(Date.parse(stamp) - Date.now())).toBeLessThan(60_000);
  }
});

test('what components put behind the dot gets no warning, a slip does', async () => {
  const path = join(folder.path, 'fields.pkr.hcl');
  writeFileSync(
    path,
    `source "qemu" "a" {
  iso_url      = "${template}"
  iso_checksum = "md5:d41d8cd98f00b204e9800998ecf8427e"
  ssh_username = "root"
  qemuargs = [
    ["-a", "{{ .HTTPIP }}:{{ .HTTPPort }}{{ .HTTPDir }}"],
    ["-b", "{{ .OutputDir }}/{{ .Name }}{{ .SSHHostPort }}"],
    ["-c", "{{ .OutputDri }}"],
  ]
}
build {
  sources = ["qemu.a"]
  provisioner "puppet-masterless" {
    manifest_file   = "${template}"
    execute_command = "{{ .FacterVars }} puppet {{ .ModulePath }} {{ .ExtraArguments }} {{ .ManifestFile }}"
    extra_arguments = ["{{ if .Debug }}--debug{{ end }}", "{{ .ManifestDir }}"]
  }
  provisioner "chef-solo" {
    execute_command = "{{ if .Sudo }}sudo {{ end }}chef -c {{ .ConfigPath }} -j {{ .JsonPath }}"
    install_command = "{{ .Version }}"
  }
}
`,
  );
  const { stdout } = await runBake(['validate', path]);
  const [warning, ...others] = stdout.match(/^Warning: .*$/gm) ?? [];
  expect(others).toEqual([]);
  expect(warning).toBe('Warning: {{ .OutputDri }} has no value in "qemuargs"');
  expect(stdout).toContain('Did you mean ".OutputDir"?');
  expect(stdout).toMatch(/The configuration is valid\.$/m);
});

test('what is wrong with an element of a list is told at the element', async () => {
  const path = join(folder.path, 'lists.pkr.hcl');
  writeFileSync(
    path,
    `source "null" "a" {
  communicator = "none"
}
build {
  sources = ["null.a"]
  provisioner "shell-local" {
    scripts = [
      "${template}",
      "/nowhere.sh",
    ]
  }
  provisioner "shell-local" {
    inline = [
      "echo fine",
      "echo {{ nope }}",
    ]
  }
}
`,
  );
  const { stdout } = await runBake(['validate', path]);
  expect(stdout).toContain("Error: Bad script '/nowhere.sh': no such file or directory\n");
  expect(stdout).toContain('lists.pkr.hcl line 9, column 7:\n   9 |       "/nowhere.sh",\n');
  expect(stdout).toContain('Error: Invalid template in "inline"\n\n  on ');
  expect(stdout).toContain('lists.pkr.hcl line 15, column 16:\n');
});

const full = '/dev/full';
(existsSync(full) ? test : test.skip)('a full disk is told once, without a stack', () => {
  const output = openSync(full, 'w');
  const { status, stderr } = spawnSync(process.execPath, [bakeProgram, 'build', template], {
    stdio: ['ignore', output, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(output);
  expect(stderr).toBe('The output cannot be written: no space left on device.\n');
  expect(status).toBe(1);
});

test('a working folder that is gone is told, not thrown', () => {
  const gone = join(folder.path, 'gone');
  const script = 'mkdir "$1" && cd "$1" && rmdir "$1" && exec "$2" "$3" validate "$4"';
  const args = ['-c', script, 'sh', gone, process.execPath, bakeProgram, template];
  const { status, stdout, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  expect(stdout).toContain('Error: Could not find current working directory');
  expect([status, stderr]).toEqual([1, '']);
});

test('what an option has behind the dot is not warned of', async () => {
  const path = join(folder.path, 'dots.pkr.hcl');
  const text = `
source "null" "a" {
  communicator = "none"
}
source "qemu" "a" {
  iso_url      = "http://localhost/x.iso"
  iso_checksum = "sha256:${'0'.repeat(64)}"
  ssh_username = "a"
  accelerator  = "none"
  qemuargs     = [["-drive", "file={{ .OutputDir }}/{{ .Name }}"], ["-x", "{{ .HTTPIP }}:{{ .HTTPPort }}{{ .SSHHostPort }}"]]
}
build {
  sources = ["null.a", "qemu.a"]
  provisioner "chef-solo" {
    execute_command = "{{ if .Sudo }}sudo {{ end }}chef-solo -c {{ .ConfigPath }} -j {{ .JsonPath }}"
    install_command = "install {{ .Version }}"
  }
  provisioner "chef-client" {
    server_url    = "http://localhost"
    knife_command = "knife {{ .Args }} {{ .Flags }}"
  }
  provisioner "puppet-masterless" {
    manifest_file   = "${template}"
    execute_command = "{{ .FacterVars }} {{ .PuppetBinDir }} {{ .ModulePath }} {{ .ManifestFile }} {{ .ExtraArguments }}"
    extra_arguments = ["{{ if .Debug }}--debug{{ end }}"]
  }
  provisioner "puppet-server" {
    execute_command = "cd {{ .WorkingDir }}; {{ .PuppetServer }} {{ .ClientCertPath }}"
  }
  provisioner "ansible" {
    command                 = "sh"
    playbook_file           = "${template}"
    ansible_env_vars        = ["A={{ .WinRMPassword }}"]
    inventory_file_template = "{{ .HostAlias }} ansible_host={{ .Host }}"
  }
}
`;
  writeFileSync(path, text);
  const { code, stdout } = await runBake(['validate', path]);
  expect([code, stdout]).toEqual([0, 'The configuration is valid.\n']);
  // Another name is still told, with those that there are.
  writeFileSync(path, text.replace('.OutputDir', '.OutputDri'));
  const told = (await runBake(['validate', path])).stdout;
  expect(told).toContain('{{ .OutputDri }} has no value in "qemuargs"');
  expect(told).toContain('Did you mean ".OutputDir"?');
});

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { debianDisk, whyNoDebianDisk } from './debian-disk.ts';
import { type Libvirt, startLibvirt, whyNoLibvirt } from './libvirt.ts';
import { testWithPacker } from './packer.ts';
import { bakeProgram, type Finished, runBake, scratch } from './run-bake.ts';

/** Milliseconds: machines without KVM come up slowly beside other tests. */
const limit = 1_200_000;
jest.setTimeout(limit);
const reason = whyNoDebianDisk() ?? whyNoLibvirt();
const when = reason === undefined ? describe : describe.skip;

const folder = scratch();
afterAll(() => folder.remove());

test.each(['base', 'centos', 'ubuntu'])('vagrant-debian: %s is a valid template', async (name) => {
  const cwd = folder.example('vagrant-debian');
  const { code, stderr } = await runBake(['validate', `${name}.pkr.hcl`], { cwd });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

when(`boxes of Debian${reason === undefined ? '' : `: ${reason}`}`, () => {
  let libvirt: Libvirt;
  let cwd = '';

  beforeAll(async () => {
    const disk = debianDisk();
    libvirt = await startLibvirt();
    if (libvirt.standIns.length > 0) {
      console.log(
        `SKIPPED: what ${libvirt.standIns.join(' and ')} do; programs that do nothing stand in for them.`,
      );
    }
    cwd = folder.example('vagrant-debian');
    const args = ['build', '-var', `image=${disk}`, 'base.pkr.hcl'];
    const { code, stdout } = await runBake(args, { cwd });
    expect(code === 0 ? '' : stdout).toBe('');
  });
  afterAll(async () => libvirt?.stop());

  /** Runs a program where it reaches the machines. */
  async function run(program: readonly string[], place = cwd): Promise<Finished> {
    const [first = '', ...rest] = [...libvirt.inside, ...program];
    const env = {
      ...process.env,
      ...libvirt.environment,
      CHECKPOINT_DISABLE: '1',
      NODE_OPTIONS: '',
    };
    const child = spawn(first, rest, { cwd: place, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(child, 'close');
    return { code, stdout, stderr };
  }

  /** Packer wants the whole path of a box, and 1.6.6 knows no `.DefaultTemplate`. */
  const variables = (vagrantfile: string): readonly string[] => [
    ...['-var', `template=${vagrantfile}`],
    ...['-var', `box=${join(cwd, 'output-boxes', 'debian-libvirt.box')}`],
  ];
  const bake = [process.execPath, bakeProgram, 'build'];

  /** The same template for Packer, whose Vagrant has the same home: its box and machine have other names. */
  function forPacker(): string {
    const place = join(folder.path, 'packer');
    cpSync(cwd, place, { recursive: true, filter: (path) => !path.includes('output-') });
    const path = join(place, 'web.pkr.hcl');
    const text = readFileSync(path, 'utf8')
      // Packer 1.6.6 knows no required_plugins.
      .replace(/^packer \{[\s\S]*?^\}\n/m, '')
      .replace('"bake-debian-web"', '"packer-debian-web"\n  output_dir = "output-packer"');
    writeFileSync(path, text);
    return place;
  }

  /** Makes a box of a box, and brings that up; gives what was said then. */
  async function bakeAndCheck(): Promise<string> {
    let said = '';
    const templates = [
      ['web.pkr.hcl', 'Vagrantfile.plain'],
      ['check.pkr.hcl', join('files', 'Vagrantfile.qemu')],
    ] as const;
    for (const [template, vagrantfile] of templates) {
      const { code, stdout, stderr } = await run([...bake, ...variables(vagrantfile), template]);
      expect(code === 0 ? stderr : stdout).toBe('');
      said = stdout;
    }
    return said;
  }

  test('a box that was made of a box comes up and holds what was put on it', async () => {
    writeFileSync(join(cwd, 'Vagrantfile.plain'), plain);
    writeFileSync(join(cwd, 'check.pkr.hcl'), check);
    const add = ['vagrant', 'box', 'add', join('output-boxes', 'debian.json')];
    // One after the other: Vagrant unpacks a box by the hash of its address, and the second would lose it to the first.
    const added = await run(add);
    const checked = await bakeAndCheck();
    const lines = ['hello from debian', 'Baked, not configured.', 'root 644'];
    for (const line of [...lines, 'by vagrant ssh: hello from debian']) {
      expect(checked).toContain(`vagrant.check: ${line}`);
    }
    // Vagrant compares the box with the checksum in the catalogue.
    expect(added.code === 0 ? added.stdout : added.stderr).toContain(
      "added box 'bake/debian' (v12.0.0)",
    );
    expect(libvirt.machines()).toEqual([]);
  });

  testWithPacker(
    'a box has what Packer packs',
    async () => {
      const place = forPacker();
      const packer = ['packer', 'build', ...variables('Vagrantfile.plain'), 'web.pkr.hcl'];
      const theirs = await run(packer, place);
      expect(theirs.code === 0 ? '' : theirs.stdout).toBe('');
      expect(libvirt.machines()).toEqual([]);
      const boxes = [join(cwd, 'output-web'), join(place, 'output-packer')];
      const [baked, packed] = boxes.map((box) => boxContent(join(box, 'package.box')));
      expect(baked?.['/usr/local/bin/hello']).toMatch(
        /^Mode: +0755 User: +0 +Group: +0\n[\s\S]*hello from \$\(hostname\)/,
      );
      expect(baked).toEqual(packed);
    },
    limit,
  );
});

/** A Vagrantfile that both can make, for machines without KVM. */
const plain = `Vagrant.configure("2") do |config|
  config.ssh.insert_key = {{ .InsertKey }}
  config.vm.boot_timeout = 1200
  config.vm.define "source" do |source|
    source.vm.box = "{{ .SourceBox }}"
  end
  config.vm.provider "libvirt" do |libvirt|
    libvirt.driver = "qemu"
    libvirt.cpu_mode = "custom"
    libvirt.cpu_model = "qemu64"
    libvirt.memory = 256
    libvirt.graphics_type = "none"
    libvirt.management_network_mode = "none"
  end
end
`;

/** Brings the new box up, as anybody would who got it. */
const check = `
variable "template" {}
variable "box" {}
source "vagrant" "check" {
  source_path  = "output-web/package.box"
  provider     = "libvirt"
  template     = var.template
  skip_package = true
  ssh_timeout  = "20m"
}
build {
  sources = ["source.vagrant.check"]
  provisioner "shell" {
    inline = ["hello", "cat /etc/motd", "stat -c '%U %a' /etc/motd"]
  }
  provisioner "shell-local" {
    inline = ["cd output-check && vagrant ssh source -c 'echo by vagrant ssh: $(hello)'"]
  }
}
`;

/** What is in a box, and some of the files on its disk; debugfs reads them without a mount. */
function boxContent(path: string): Readonly<Record<string, string>> {
  const place = join(path, '..');
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, [...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  run('tar', '-xf', path, '-C', place, './box.img');
  const raw = join(place, 'box.raw');
  run('qemu-img', 'convert', '-O', 'raw', join(place, 'box.img'), raw);
  const debugfs = (request: string): string =>
    run('/sbin/debugfs', '-R', request, `${raw}?offset=${2048 * 512}`);
  const inBox = ['metadata.json', 'Vagrantfile'];
  const onDisk = ['/usr/local/bin/hello', '/etc/motd', '/etc/passwd', '/etc/udhcpc'];
  const rights = (name: string): string => {
    const [mode, owner] = [/Mode: +\d+/, /User: +\d+ +Group: +\d+/].map(
      (fact) => fact.exec(debugfs(`stat ${name}`))?.[0],
    );
    return `${mode} ${owner}`;
  };
  return Object.fromEntries([
    ['names', run('tar', '-tf', path).split('\n').sort().join(' ')],
    ...inBox.map((name) => [name, run('tar', '-xOf', path, `./${name}`)]),
    ...onDisk.map((name) => [name, `${rights(name)}\n${debugfs(`cat ${name}`)}`]),
  ]);
}

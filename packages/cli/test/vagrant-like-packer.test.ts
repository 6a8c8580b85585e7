import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whyNoQemu, writeTinyGuest } from '@bake/plugin-sdk/testing';
import { afterAll, expect } from '@jest/globals';
import { runPacker, testWithPacker } from './packer.ts';
import { runBake, scratch } from './run-bake.ts';

const folder = scratch();
afterAll(() => folder.remove());

const machine = `
source "qemu" "tiny" {
  iso_url          = "guest.raw"
  iso_checksum     = "none"
  disk_image       = true
  disk_size        = "2049M"
  format           = "qcow2"
  accelerator      = "none"
  headless         = true
  communicator     = "none"
  disable_vnc      = true
  skip_compaction  = true
}
build {
  sources = ["source.qemu.tiny"]
  post-processor "vagrant" {
    include              = ["note.txt"]
    compression_level    = 9
    output               = "boxes/{{ .BuildName }}-{{ .Provider }}.box"
    vagrantfile_template = "Vagrantfile.tpl"
  }
}
`;

/** Provider, and the files that its machine is made of. */
const machines: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'virtualbox',
    { 'web.ovf': '<Adapter slot="0" enabled="true" MACAddress="080027AA">', 'web.vmdk': 'd' },
  ],
  ['vmware', { 'web.vmx': 'vmx', 'disk.vmdk': 'd' }],
  ['lxc', { 'rootfs.tar.gz': 'r', 'lxc-config': 'c' }],
  ['parallels', { 'web.pvm/config.pvs': 'c', 'web.pvm/parallels.log': 'l' }],
];

const files = machines.map(([provider, content]) => {
  const names = Object.keys(content).map((name) => `"${provider}/${name}"`);
  return `
  post-processors {
    post-processor "artifice" {
      files = [${names.join(', ')}]
    }
    post-processor "vagrant" {
      keep_input_artifact = true
      provider_override   = "${provider}"
      output              = "boxes/{{ .Provider }}.box"
    }
  }`;
});

const artifices = `
source "null" "none" {
  communicator = "none"
}
build {
  sources = ["source.null.none"]${files.join('')}
}
`;

/** What is in a box: metadata without the architecture, which Packer 1.6 does not know, Ruby without comments and layout. */
function boxContent(path: string): Readonly<Record<string, unknown>> {
  const tar = (...args: readonly string[]): string =>
    execFileSync('tar', [...args], { encoding: 'latin1', maxBuffer: 1 << 26 });
  const names = tar('-tf', path).split('\n').filter(Boolean);
  return Object.fromEntries(
    names.map((name) => {
      const text = tar('-xOf', path, name);
      if (name === 'metadata.json') {
        const { architecture: _, ...metadata } = JSON.parse(text);
        return [name, metadata];
      }
      return [name, name === 'Vagrantfile' ? plainRuby(text) : text];
    }),
  );
}

function plainRuby(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .join('\n')
    .replace(/provider :(\w+) do \|\w+\|/g, 'provider "$1" do |provider|')
    .replace(/^libvirt\./gm, 'provider.');
}

function prepare(tool: string, name: string, template: string): string {
  const cwd = join(folder.path, `${tool}-${name}`);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'main.pkr.hcl'), template);
  writeFileSync(join(cwd, 'note.txt'), 'n');
  writeFileSync(
    join(cwd, 'Vagrantfile.tpl'),
    '# {{ .Provider }}\nset "{{ .Provider }} {{ .BuildName }} {{ .ArtifactId }}"\n',
  );
  for (const [provider, content] of machines) {
    for (const [file, text] of Object.entries(content)) {
      mkdirSync(join(cwd, provider, file, '..'), { recursive: true });
      writeFileSync(join(cwd, provider, file), text);
    }
  }
  return cwd;
}

async function boxes(tool: 'packer' | 'bake', name: string, template: string) {
  const cwd = prepare(tool, name, template);
  if (name === 'machine') writeTinyGuest(join(cwd, 'guest.raw'), 'tiny guest', 'turn off');
  const args = ['build', '.'];
  const { code, stdout } =
    tool === 'bake' ? await runBake(args, { cwd }) : runPacker(args, { cwd });
  expect(code === 0 ? '' : stdout).toBe('');
  const paths = readdirSync(join(cwd, 'boxes')).sort();
  return Object.fromEntries(paths.map((path) => [path, boxContent(join(cwd, 'boxes', path))]));
}

testWithPacker('boxes of files have what Packer puts into them', async () => {
  const packer = await boxes('packer', 'files', artifices);
  expect(Object.keys(packer)).toEqual(machines.map(([provider]) => `${provider}.box`).sort());
  expect(await boxes('bake', 'files', artifices)).toEqual(packer);
});

const reason = whyNoQemu();
const titled = `a box of a machine of QEMU has what Packer puts into it${reason === undefined ? '' : `: ${reason}`}`;
(reason === undefined ? testWithPacker : () => undefined)(titled, async () => {
  const packer = await boxes('packer', 'machine', machine);
  expect(packer['tiny-libvirt.box']?.['metadata.json']).toEqual({
    provider: 'libvirt',
    format: 'qcow2',
    virtual_size: 3,
  });
  expect(await boxes('bake', 'machine', machine)).toEqual(packer);
});

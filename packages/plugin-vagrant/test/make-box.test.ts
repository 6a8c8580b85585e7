import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Artifact, type Failure, type RunContext, withDefaults } from '@bake/plugin-sdk';
import { complaintsOf, testContext } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { pack } from 'tar-stream';
import box, { type BoxConfig } from '../src/post-processor/component.ts';
import { boxEntries, plainRuby } from './box-entries.ts';

let folder = '';
const at = (...parts: readonly string[]): string => join(folder, ...parts);
/** What the post-processor noted in the journal before making it: nothing of it may stay. */
let noted: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bake-vagrant-test-'));
  noted = [];
});
afterEach(async () => {
  expect(noted.filter(existsSync)).toEqual([]);
  await rm(folder, { recursive: true });
});

/** Writes files below the folder and gives their paths. */
function write(files: Readonly<Record<string, string | Buffer>>): readonly string[] {
  return Object.entries(files).map(([name, content]) => {
    mkdirSync(join(at(name), '..'), { recursive: true });
    writeFileSync(at(name), content);
    return at(name);
  });
}

function artifactOf(builderId: string, part: Partial<Artifact> = {}): Artifact {
  return { builderId, id: 'some-id', files: [], description: '', destroy: async () => {}, ...part };
}

async function process(input: Artifact, set: Partial<BoxConfig> = {}) {
  const context = testContext({ build: { sourceName: 'web' }, data: { SourceImage: 'base' } });
  const config = withDefaults(box.config, {
    output: at('out', '{{ .BuildName }}-{{ .Provider }}-{{ .Architecture }}.box'),
    architecture: 'amd64',
    ...set,
  });
  let outcome: 'failed' | 'succeeded' = 'failed';
  try {
    const journal: RunContext['journal'] = (note) => {
      if (note.kind === 'path') noted.push(String(note.traces['path']));
      return context.journal(note);
    };
    const result = await box.process(config, input, { ...context, journal });
    expect(noted).toEqual(expect.arrayContaining([expect.stringContaining('bake-box-')]));
    outcome = 'succeeded';
    if (result === undefined) throw new Error('there is no artifact');
    const [path = ''] = result.artifact.files;
    return { ...result, path, context, entries: boxEntries(path) };
  } finally {
    await context.cleanUp(outcome);
    expect(context.journaled).toEqual([]);
  }
}

/** The head of an image in the format qcow2 whose machine sees so many bytes. */
function qcow2(virtualSize: number): Buffer {
  const image = Buffer.alloc(1024);
  image.write('QFI\u00fb', 'latin1');
  image.writeUInt32BE(3, 4);
  image.writeBigUInt64BE(BigInt(virtualSize), 24);
  return image;
}

async function ova(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  return buffer(archive);
}

const azureImage = 'ManagedImageId: /images/web\nManagedImageLocation: West Europe';
const azureDisk =
  'OSType: Linux\nStorageAccountLocation: north\nOSDiskUri: https://a.example/d.vhd';
const winrm = 'override.winrm.transport = :ssl\noverride.winrm.port = 5986';
const adapter =
  '<Adapter slot="0" enabled="true"\n MACAddress="080027AA"/><Adapter slot="1" MACAddress="9"/>';

test.each([
  [
    'mitchellh.amazonebs',
    { id: 'eu-1:ami-1,us-1:ami-2' },
    'aws',
    'provider.region_config "eu-1", ami: "ami-1"\nprovider.region_config "us-1", ami: "ami-2"',
  ],
  [
    'mitchellh.amazon.ebssurrogate',
    { id: 'eu-1:ami-1' },
    'aws',
    'provider.region_config "eu-1", ami: "ami-1"',
  ],
  [
    'pearkes.digitalocean',
    { id: 'nyc3:42' },
    'digital_ocean',
    'provider.image = "42"\nprovider.region = "nyc3"',
  ],
  [
    'hashicorp.scaleway',
    { id: 'par1:42' },
    'scaleway',
    'provider.image = "42"\nprovider.region = "par1"',
  ],
  ['packer.googlecompute', { id: 'web-1' }, 'google', 'provider.image = "web-1"'],
  ['packer.post-processor.docker-tag', { id: 'web:1' }, 'docker', 'provider.image = "web:1"'],
  [
    'packer.post-processor.docker-import',
    { id: 'sha256:a"#{b}' },
    'docker',
    'provider.image = "sha256:a\\"\\#{b}"',
  ],
  [
    'Azure.ResourceManagement.VMImage',
    { description: azureImage },
    'azure',
    `provider.location = "West Europe"\nprovider.vm_managed_image_id = "/images/web"\n${winrm}`,
  ],
  [
    'Azure.ResourceManagement.VMImage',
    { description: azureDisk },
    'azure',
    `provider.location = "north"\nprovider.vm_vhd_uri = "https://a.example/d.vhd"\nprovider.vm_operating_system = "Linux"\n${winrm}`,
  ],
] as const)('%s: a box that names the image', async (builderId, part, provider, lines) => {
  const { artifact, entries, keepInput, mustKeepInput } = await process(
    artifactOf(builderId, part),
  );
  expect(JSON.parse(entries['metadata.json'] ?? '')).toEqual({ provider, architecture: 'amd64' });
  const parameters = provider === 'azure' ? 'provider, override' : 'provider';
  expect(plainRuby(entries['Vagrantfile'] ?? '')).toBe(
    `Vagrant.configure("2") do |config|\nconfig.vm.provider "${provider}" do |${parameters}|\n${lines}\nend\nend`,
  );
  expect(Object.keys(entries)).toEqual(['metadata.json', 'Vagrantfile']);
  expect(artifact.builderId).toBe('mitchellh.post-processor.vagrant');
  expect(artifact.description).toBe(`'${artifact.id}' provider box: ${artifact.files[0]}`);
  // The box would be of no use without the image.
  expect({ keepInput, mustKeepInput }).toEqual({
    keepInput: true,
    mustKeepInput: provider === 'docker' ? undefined : true,
  });
});

test.each([
  ['tcg', 'qemu', 2.5 * 2 ** 30, 3],
  ['kvm', 'kvm', 2 ** 30, 1],
  ['none', 'qemu', 2 ** 20, 1],
] as const)('transcend.qemu with %s: a disk for libvirt', async (domainType, driver, size, gib) => {
  const files = write({ disk: qcow2(size), 'disk-1': 'another', 'efivars.fd': 'x' });
  const state = { diskName: 'disk', domainType, diskType: 'raw', diskSize: '40960M' };
  const { entries, keepInput, artifact, path } = await process(
    artifactOf('transcend.qemu', { files, state }),
  );
  expect(path).toBe(at('out', 'web-libvirt-amd64.box'));
  expect(JSON.parse(entries['metadata.json'] ?? '')).toEqual({
    provider: 'libvirt',
    format: 'qcow2',
    virtual_size: gib,
    architecture: 'amd64',
  });
  expect(entries['box.img']).toBe(qcow2(size).toString('latin1'));
  expect(Object.keys(entries)).toEqual(['metadata.json', 'Vagrantfile', 'box.img']);
  expect(entries['Vagrantfile']).toContain(`provider.driver = "${driver}"`);
  expect(keepInput).toBe(false);
  await artifact.destroy();
  expect(readdirSync(at('out'))).toEqual([]);
});

test.each([
  [
    'mitchellh.vmware',
    { 'out/web.vmx': 'vmx', 'out/disk.vmdk': 'd' },
    { provider: 'vmware_desktop' },
    { 'web.vmx': 'vmx', 'disk.vmdk': 'd' },
  ],
  [
    'ustream.lxc',
    { 'rootfs.tar.gz': 'r', 'lxc-config': 'c' },
    { provider: 'lxc', version: '1.0.0' },
    { 'rootfs.tar.gz': 'r', 'lxc-config': 'c' },
  ],
  [
    'bake.sandbox',
    { 'web.tar.gz': Buffer.from([0x1f, 0x8b, 8]) },
    { provider: 'lxc', version: '1.0.0' },
    { 'rootfs.tar.gz': '\x1f\x8b\b' },
  ],
  ['packer.file', { 'note.txt': 'n' }, { provider: 'file' }, { 'note.txt': 'n' }],
  [
    'MSOpenTech.hyperv',
    { 'o/Virtual Hard Disks/a.vhdx': 'd', 'o/Virtual Machines/b.xml': 'm', 'o/x.txt': 'x' },
    { provider: 'hyperv' },
    { 'Virtual Hard Disks/a.vhdx': 'd', 'Virtual Machines/b.xml': 'm', 'x.txt': 'x' },
  ],
  [
    'packer.parallels',
    {
      'o/web.pvm/config.pvs': 'c',
      'o/web.pvm/a.log': 'l',
      'o/web.pvm/X.app/y': 'y',
      'o/other': 'o',
    },
    { provider: 'parallels' },
    { 'web.pvm/config.pvs': 'c' },
  ],
] as const)('%s: a box of the files', async (builderId, given, metadata, expected) => {
  const { entries } = await process(artifactOf(builderId, { files: write(given) }));
  const { 'metadata.json': own = '', Vagrantfile, ...files } = entries;
  expect(JSON.parse(own)).toEqual({ ...metadata, architecture: 'amd64' });
  expect(plainRuby(Vagrantfile ?? '')).toBe('');
  expect(files).toEqual(expected);
});

test('mitchellh.virtualbox: an .ova is unpacked, without folders, and its .ovf is box.ovf', async () => {
  const content = await ova({ '../../web.ovf': adapter, '/a/web-disk.vmdk': 'd' });
  const { entries } = await process(
    artifactOf('mitchellh.virtualbox', { files: write({ 'web.ova': content }) }),
  );
  const { Vagrantfile = '', 'metadata.json': _, ...files } = entries;
  expect(files).toEqual({ 'box.ovf': adapter, 'web-disk.vmdk': 'd' });
  expect(plainRuby(Vagrantfile)).toBe(
    'Vagrant.configure("2") do |config|\nconfig.vm.base_mac = "080027AA"\nend',
  );
});

test.each([
  ['virtualbox', { 'a/web.ovf': adapter, 'a/web.vmdk': 'd' }],
  ['vmware_desktop', { 'web.vmx': 'v' }],
  ['hyperv', { 'x.vhdx': 'v' }],
  ['parallels', { 'web.pvm/config.pvs': 'c' }],
  ['lxc', { 'rootfs.tar.gz': 'r' }],
  ['libvirt', { 'web.qcow2': qcow2(1) }],
  ['libvirt', { 'web.img': Buffer.alloc(512), sums: '' }],
] as const)('files of the artifice are known by their endings: %s', async (provider, given) => {
  const files = write(given);
  const { entries } = await process(artifactOf('packer.post-processor.artifice', { files }));
  expect(JSON.parse(entries['metadata.json'] ?? '')).toMatchObject({ provider });
});

test('options: include, level, template of the Vagrantfile, provider and overrides for it', async () => {
  const files = write({ 'disk.vmdk': 'd'.repeat(5000) });
  write({
    tpl: 'set "{{ .Provider }} {{ .BuildName }} {{ .ArtifactId }} {{ .Architecture }} {{ .SourceImage }}"',
    'sub/key.pub': 'ssh-key',
    'sub/disk.vmdk': 'of the include',
  });
  const set = {
    include: [at('sub/key.pub'), at('sub/disk.vmdk')],
    vagrantfile_template: at('tpl'),
    provider_override: 'vmware' as const,
    compression_level: 9,
    override: withDefaults(
      box.config.override.body as typeof box.config,
      { vmware: { compression_level: 0, architecture: 'arm64' } } as never,
    ) as never,
  };
  const { entries, path } = await process(
    artifactOf('packer.post-processor.artifice', { files }),
    set,
  );
  expect(entries['key.pub']).toBe('ssh-key');
  expect(entries['disk.vmdk']).toBe('d'.repeat(5000));
  expect(plainRuby(entries['Vagrantfile'] ?? '')).toBe('set "vmware web some-id arm64 base"');
  expect(path).toBe(at('out', 'web-vmware-arm64.box'));
  // A plain tar: the override's 0 counts, not the 9.
  expect(readFileSync(path).subarray(257, 262).toString()).toBe('ustar');
});

test.each([
  ['sandbox.lxc', {}, /^Unknown artifact type, can't build box: sandbox.lxc/],
  ['vagrant', {}, /^Unknown artifact type, can't build box: vagrant/],
  ['mitchellh.amazonebs', { id: 'ami-1' }, 'Poorly formatted artifact ID: ami-1'],
  ['Azure.ResourceManagement.VMImage', {}, 'Poorly formatted artifact ID: '],
  ['packer.parallels', {}, /^No VM file found in source artifact/],
  [
    'transcend.qemu',
    { files: ['/none/a'], state: { diskName: 'a', domainType: 'tcg' } },
    'Could not read "/none/a": no such file or directory',
  ],
] as const)('%s with %j fails and leaves nothing', async (builderId, part, message) => {
  const failure = process(artifactOf(builderId, part as Partial<Artifact>));
  await expect(failure).rejects.toMatchObject({ message: expect.stringMatching(message) });
  expect(readdirSync(folder)).toEqual([]);
});

test('a disk that stands on an image is told, as the box would not have that', async () => {
  const disk = qcow2(1);
  disk.writeBigUInt64BE(104n, 8);
  const files = write({ 'web.qcow2': disk });
  const made = process(artifactOf('transcend.qemu', { files, state: { diskName: 'web.qcow2' } }));
  await expect(made).rejects.toThrow(/web\.qcow2" stands on another image/);
});

test('a domain type that libvirt does not know, a missing include', async () => {
  const files = write({ disk: qcow2(1) });
  const qemu = (domainType: string): Artifact =>
    artifactOf('transcend.qemu', { files, state: { diskName: 'disk', domainType } });
  await expect(process(qemu('whpx'))).rejects.toThrow('Unknown libvirt domain type: whpx');
  const failure: Failure = await process(qemu('tcg'), { include: [at('none')] }).then(
    () => {
      throw new Error('it did not fail');
    },
    (error: Failure) => error,
  );
  expect(failure.message).toContain(`"${at('none')}": no such file`);
  await expect(process(qemu('tcg'), { output: at('disk') })).rejects.toThrow('is one of the files');
  expect(readdirSync(folder)).toEqual(['disk']);
});

test('checks', async () => {
  const complaints = (set: Partial<BoxConfig>) =>
    complaintsOf((complain) => box.check?.(withDefaults(box.config, set), complain));
  const none = at('none');
  const missing = `vagrantfile_template: vagrantfile_template '${none}' does not exist`;
  expect(await complaints({ vagrantfile_template: none })).toEqual([missing]);
  const generated = { vagrantfile_template: none, vagrantfile_template_generated: true };
  expect(await complaints(generated)).toEqual([]);
  expect(await complaints({ compression_level: 10 })).toEqual([
    'compression_level: Invalid compression level. Expected an integer from -1 to 9.',
  ]);
  expect((await complaints({ output: '{{ .Provider ' })).join()).toMatch(/^output: /);
});

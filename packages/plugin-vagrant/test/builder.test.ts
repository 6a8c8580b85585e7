import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { identityOf, withDefaults } from '@bake/plugin-sdk';
import { complaintsOf, testContext } from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import vagrant, { type VagrantConfig } from '../src/builder/component.ts';
import { parseMachineLine } from '../src/builder/machine-lines.ts';
import {
  box,
  boxOf,
  build,
  disk,
  expectNothingLeft,
  failureOf,
  folder,
  out,
  standIn,
} from './test-build.ts';

const backedDisk = Buffer.from(disk);
backedDisk.writeBigUInt64BE(104n, 8);

test('adds the box, brings the machine up, packs it and destroys it', async () => {
  const { artifact, connected, generated, test: seen } = await build({});
  expect(standIn.calls).toEqual([
    '--version',
    'plugin list',
    `box add packer_web ${box} --provider libvirt`,
    'up source --provider=libvirt',
    'ssh-config source',
    'package source --output package.box',
    'destroy --force source',
  ]);
  expect(connected).toMatchObject([
    {
      config: {
        ssh_port: 2222,
        ssh_username: 'vagrant',
        ssh_private_key_file: '/keys/my key',
        ssh_timeout: 600_000,
      },
      target: { host: '192.0.2.7', port: 2222 },
    },
  ]);
  expect(generated).toEqual([{ ID: 'source' }]);
  expect(artifact).toMatchObject({
    builderId: 'vagrant',
    id: 'libvirt',
    files: [join(out, 'package.box')],
    description: "Vagrant box 'package.box' for 'libvirt' provider",
  });
  expect(seen.ui.said).toEqual(
    expect.arrayContaining([
      'Bringing it up, slowly',
      'a line of another program',
      'Destroying Vagrant machine...',
    ]),
  );
  // As with Packer, the box that was started from stays in Vagrant.
  expect(standIn.hasBox('packer_web')).toBe(true);
  const text = readFileSync(join(out, 'Vagrantfile'), 'utf8');
  expect(text).toContain('source.vm.box = "packer_web"');
  expect(text).toContain('config.ssh.insert_key = false');
  await artifact.destroy();
  expect(readdirSync(out).sort()).toEqual(['.vagrant', 'Vagrantfile']);
});

test('options of adding, packing and the Vagrantfile', async () => {
  for (const name of ['one', 'two', 'Vf']) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, 'shared'));
  writeFileSync(
    join(folder, 'tpl'),
    '{{ .BoxName }} {{ .SourceBox }} {{ .SyncedFolder }} {{ .InsertKey }}\n{{ .DefaultTemplate }}',
  );
  await build({
    source_path: 'team/web',
    box_version: '1.2',
    box_name: 'mine',
    insert_key: true,
    template: join(folder, 'tpl'),
    synced_folder: join(folder, 'shared'),
    add_cacert: 'ca',
    add_capath: 'cap',
    add_cert: 'c',
    add_clean: true,
    add_force: true,
    add_insecure: true,
    package_include: [join(folder, 'one'), join(folder, 'two')],
    output_vagrantfile: join(folder, 'Vf'),
    teardown_method: 'suspend',
  });
  expect(standIn.calls.slice(2)).toEqual([
    'box add team/web --box-version 1.2 --cacert ca --capath cap --cert c --provider libvirt --clean --force --insecure',
    'up source --provider=libvirt',
    'ssh-config source',
    `package source --output package.box --include ${join(folder, 'one')},${join(folder, 'two')} --vagrantfile ${join(folder, 'Vf')}`,
    'suspend source',
  ]);
  const [first, ...rest] = readFileSync(join(out, 'Vagrantfile'), 'utf8').split('\n');
  expect(first).toBe(`mine team/web ${join(folder, 'shared')} true`);
  expect(rest.join('\n')).toContain(
    `config.vm.synced_folder "${join(folder, 'shared')}", "/vagrant"`,
  );
  expect(rest.join('\n')).toContain('source.vm.box_version = "1.2"');
});

test('a box that Vagrant downloads itself is compared with its checksum', async () => {
  const digits = 'ab'.repeat(32);
  const source_path = 'https://boxes.example/web.box';
  await build({ source_path, add_cacert: 'ca', checksum: `sha256:${digits}` });
  expect(standIn.calls).toContain(
    `box add packer_web ${source_path} --cacert ca --provider libvirt --checksum-type sha256 --checksum ${digits}`,
  );
});

test('paths that start at the home folder', async () => {
  const file = join(folder, 'Vf');
  writeFileSync(file, '# {{ .BoxName }}');
  const path = `~/${relative(homedir(), file)}`;
  const set = { template: path, package_include: [path], output_vagrantfile: path };
  const config = withDefaults(vagrant.config, { source_path: 'team/web', ...set });
  expect(await complaintsOf((complain) => vagrant.check?.(config, complain))).toEqual([]);
  await build(set);
  expect(readFileSync(join(out, 'Vagrantfile'), 'utf8')).toBe('# packer_web');
  expect(standIn.calls).toContain(
    `package source --output package.box --include ${file} --vagrantfile ${file}`,
  );
});

test('a machine that is there: nothing is added, and it is halted, also after a failure', async () => {
  const set = {
    source_path: undefined,
    global_id: 'a1b2c3d',
    provider: undefined,
    skip_package: true,
  };
  const { artifact } = await build(set);
  const calls = ['--version', 'up a1b2c3d', 'ssh-config a1b2c3d', 'halt a1b2c3d'];
  expect(standIn.calls).toEqual(calls);
  expect(artifact).toMatchObject({
    id: 'libvirt',
    files: [],
    description: "Vagrant machine of 'libvirt' provider, not packed",
  });
  rmSync(out, { recursive: true });
  await failureOf(build(set, { provision: () => Promise.reject(new Error('no')) }));
  expect(standIn.calls.slice(4)).toEqual(calls);
});

test('skip_add uses what is in Vagrant; a user name in the template means its own login', async () => {
  const set = {
    skip_add: true,
    ssh_username: 'me',
    ssh_password: 'p',
    ssh_host: 'h',
    ssh_port: 22,
    ssh_timeout: 5,
  };
  const { connected } = await build(set);
  expect(standIn.calls[2]).toBe('up source --provider=libvirt');
  expect(connected).toMatchObject([
    {
      config: { ssh_username: 'me', ssh_port: 22, ssh_timeout: 5 },
      target: { host: 'h', port: 22 },
    },
  ]);
  expect(connected[0]?.config.ssh_private_key_file).toBeUndefined();
});

describe('failures leave no machine, no box and no folder', () => {
  test.each([
    ['box', 'The box already exists', 'vagrant box failed: The box already exists', 'skip_add'],
    [
      'up',
      'Timed out while waiting for the machine to boot',
      'vagrant up failed: Timed out',
      'boot_timeout',
    ],
    [
      'ssh-config',
      'no',
      'Vagrant does not say how to reach the machine',
      'must be called "source"',
    ],
    ['package', 'nothing to pack', 'vagrant package failed: nothing to pack', 'by hand'],
  ])('%s', async (command, error, summary, advice) => {
    standIn.set(`fail-${command}`, error);
    const failure = await failureOf(build({}));
    expect(failure.message).toContain(summary);
    expect(failure.detail).toContain(advice);
    expectNothingLeft();
  });

  test('a provisioner', async () => {
    await failureOf(
      build({ teardown_method: 'halt' }, { provision: () => Promise.reject(new Error('no')) }),
    );
    // It would be of no use without its folder.
    expect(standIn.calls.at(-2)).toBe('destroy --force source');
    expectNothingLeft();
  });

  test('a machine that cannot be destroyed keeps its folder, from which it can be later', async () => {
    standIn.set('fail-destroy', 'libvirt does not answer');
    const provision = () => Promise.reject(new Error('no'));
    await expect(build({}, { provision })).rejects.toThrow(/^vagrant destroy failed: libvirt/);
    expect(standIn.hasBox('packer_web')).toBe(false);
    const context = testContext();
    const { machine, path } = vagrant.remains ?? {};
    const told = `Vagrant has a machine "source" in ${out}: "vagrant destroy source" there destroys it`;
    await expect(path?.remove({ path: out }, context)).rejects.toThrow(told);
    rmSync(join(folder, 'state', 'fail-destroy'));
    await machine?.remove({ folder: out, machine: 'source' }, context);
    await path?.remove({ path: out, identity: 'of another' }, context);
    expect(existsSync(out)).toBe(true);
    await path?.remove({ path: out, identity: (await identityOf(out)) ?? '' }, context);
    expectNothingLeft();
  });

  test.each(['halt', 'suspend'] as const)('a machine that is to stay: %s', async (how) => {
    standIn.set(`fail-${how}`, 'it does not want to');
    const failure = await failureOf(build({ teardown_method: how }));
    expect(failure.message).toBe(`vagrant ${how} failed: it does not want to`);
    expectNothingLeft();
  });

  test('a box that was there before stays', async () => {
    const boxes = join(folder, 'home', 'boxes', 'packer_web');
    for (const there of [join('0', 'libvirt'), join('0', 'amd64', 'docker')]) {
      mkdirSync(join(boxes, there), { recursive: true });
      writeFileSync(join(boxes, there, 'metadata.json'), '{}');
    }
    standIn.set('fail-up', 'no');
    await failureOf(build({}));
    expect(readdirSync(boxes)).toEqual(['0']);
    expect(standIn.calls.filter((call) => call.startsWith('box remove'))).toEqual([
      'box remove packer_web --box-version 1 --provider libvirt --force',
    ]);
  });

  test('a box that another build has added meanwhile stays', async () => {
    const boxes = join(folder, 'home', 'boxes', 'packer_web');
    standIn.set('fail-box', 'The box already exists');
    standIn.set('meanwhile', join(boxes, '1', 'libvirt'));
    await failureOf(build({}));
    expect(standIn.hasBox('packer_web')).toBe(true);
  });

  test('a Vagrantfile that Vagrant fails over is no machine that could not be torn down', async () => {
    standIn.set('fail-up', 'There was an error loading a Vagrantfile.');
    standIn.set('fail-destroy', 'There was an error loading a Vagrantfile.');
    rmSync(join(folder, 'state', 'machine'), { force: true });
    const failure = await failureOf(build({}));
    expect(failure.detail).toContain('correct the one that is named');
    expect({ folder: existsSync(out), box: standIn.hasBox('packer_web') }).toEqual({
      folder: false,
      box: false,
    });
  });

  test.each([
    ['no box at all', undefined, /^Vagrant reported success, but there is no box at/],
    ['no tar', Buffer.from('this is no tar, nor is it packed'), /is no Vagrant box/],
    ['a box that was cut off', 'cut', /is no Vagrant box/],
    ['no metadata', { 'box.img': disk }, /there is no metadata.json in it$/],
    ['no provider', { 'metadata.json': '{}' }, /its metadata.json names no provider$/],
    ['no disk', { 'metadata.json': '{"provider":"libvirt"}' }, /there is no disk in it$/],
    [
      'an empty disk',
      { 'metadata.json': '{"provider":"libvirt"}', 'box.img': '' },
      /its disk box.img cannot be read$/,
    ],
    [
      'a disk that lacks its image',
      { 'metadata.json': '{"provider":"libvirt"}', 'box.img': backedDisk },
      /its disk box.img stands on an image that is not in the box$/,
    ],
  ])('Vagrant reports success and made %s', async (_, made, message) => {
    rmSync(join(folder, 'state', 'package.box'));
    const whole = await boxOf({ 'metadata.json': '{"provider":"libvirt"}', 'box.img': disk });
    if (made === 'cut') standIn.set('package.box', whole.subarray(0, -40));
    else if (made instanceof Buffer) standIn.set('package.box', made);
    else if (made !== undefined)
      standIn.set('package.box', await boxOf(made as Record<string, Buffer>));
    expect((await failureOf(build({}))).message).toMatch(message);
    expectNothingLeft();
  });

  test('cancelled while the machine comes up', async () => {
    standIn.set('hang', '');
    const controller = new AbortController();
    const built = failureOf(build({}, { signal: controller.signal }));
    while (!standIn.hasMachine) await wait(20);
    controller.abort(new Error('cancelled'));
    expect((await built).message).toBe('cancelled');
    // Vagrant ends well when it is interrupted, as at a terminal.
    expect(existsSync(join(folder, 'state', 'interrupted'))).toBe(true);
    expectNothingLeft();
  });
});

test.each([
  ['version', 'Vagrant 2.0.1\n', {}, /must be >=2.0.2, and it is 2.0.1/],
  [
    'plugins',
    'vagrant-other',
    {},
    /Vagrant has no provider "libvirt": its plugin vagrant-libvirt is not installed/,
  ],
  ['version', 'Vagrant 2.3.4\n', { provider: 'virtualbox' }, /There is no program "VBoxManage"/],
])(
  'what is missing is told before anything is made: %s %j',
  async (name, content, set, message) => {
    standIn.set(name, content);
    expect((await failureOf(build(set))).message).toMatch(message);
    expect(standIn.calls.filter((call) => !/^(--version|plugin list)$/.test(call))).toEqual([]);
    expectNothingLeft();
  },
);

test('no Vagrant at all; no program to pack with', async () => {
  rmSync(join(folder, 'bin', 'virt-sparsify'));
  const failure = await failureOf(build({}));
  expect(failure.message).toContain('There is no program "virt-sparsify"');
  expect(failure.detail).toContain('skip_package');
  await build({ skip_package: true });
  rmSync(out, { recursive: true });
  process.env['PATH'] = join(folder, 'state');
  expect((await failureOf(build({}))).message).toBe("Can't find Vagrant binary!");
});

test('what a run that was killed has left is removed', async () => {
  const { VAGRANT_HOME = '', STAND_IN = '' } = standIn.environment;
  mkdirSync(out);
  const added = join(VAGRANT_HOME, 'boxes', 'packer_web', '1', 'libvirt');
  mkdirSync(added, { recursive: true });
  writeFileSync(join(added, 'metadata.json'), '{}');
  writeFileSync(join(STAND_IN, 'machine'), '');
  delete process.env['VAGRANT_HOME'];
  const context = testContext();
  const traces = { folder: out, VAGRANT_HOME };
  await vagrant.remains?.['machine']?.remove({ ...traces, machine: 'source' }, context);
  const boxTraces = { ...traces, box: 'packer_web', before: [] };
  await vagrant.remains?.['box']?.remove(boxTraces, context);
  expect({ machine: standIn.hasMachine, box: standIn.hasBox('packer_web') }).toEqual({
    machine: false,
    box: false,
  });
  // Gone already, or never made.
  await vagrant.remains?.['machine']?.remove(
    { ...traces, folder: join(folder, 'none'), machine: 'source' },
    context,
  );
  await vagrant.remains?.['box']?.remove(boxTraces, context);
});

test('checks', async () => {
  const complaints = (set: Partial<VagrantConfig>) =>
    complaintsOf((complain) => vagrant.check?.(withDefaults(vagrant.config, set), complain));
  expect(await complaints({ source_path: 'team/web' })).toEqual([]);
  expect(await complaints({})).toEqual([
    '-: source_path is required unless you have set global_id',
  ]);
  expect(await complaints({ source_path: 'a', global_id: 'b' })).toEqual([
    'global_id: You may either set global_id or source_path but not both',
  ]);
  expect(await complaints({ source_path: 'https://x/web.json', box_name: 'team/web' })).toEqual([]);
  expect(await complaints({ source_path: 'boxes/web.json' })).toEqual([
    'box_name: box_name is required for the catalogue in source_path',
  ]);
  const byVagrant = { source_path: 'https://x/web.box', add_insecure: true };
  const digits = 'ab'.repeat(32);
  for (const checksum of [undefined, 'none', `sha256:${digits}`])
    expect(await complaints({ ...byVagrant, checksum })).toEqual([]);
  for (const checksum of [digits, 'file:SHA256SUMS'])
    expect(await complaints({ ...byVagrant, checksum })).toEqual([
      'checksum: checksum must be TYPE:DIGITS where Vagrant downloads the box',
    ]);
  expect(await complaints({ source_path: 'team/web', checksum: digits })).toEqual([
    'checksum: checksum has no effect: source_path is no .box file',
  ]);
  const none = join(folder, 'none');
  expect(
    await complaints({
      source_path: `${none}.box`,
      communicator: 'winrm',
      synced_folder: none,
      template: none,
      output_vagrantfile: none,
      package_include: [box, none],
    }),
  ).toEqual([
    'communicator: The Vagrant builder currently only supports the ssh communicator',
    `source_path: Source box '${none}.box' needs to exist at time of config validation!`,
    `synced_folder: synced_folder "${none}" does not exist`,
    `output_vagrantfile: output_vagrantfile "${none}" does not exist`,
    `package_include.1: package_include "${none}" does not exist`,
    `template: template "${none}" does not exist`,
  ]);
});

test.each([
  [
    '1700000000,source,ui,info,a%!(VAGRANT_COMMA) b\\nc',
    { target: 'source', type: 'ui', data: ['info', 'a, b\nc'] },
  ],
  ['1700000000,,plugin-name,x', { target: '', type: 'plugin-name', data: ['x'] }],
  ['Domain creation started', undefined],
  ['', undefined],
])('machine-readable line %j', (line, expected) => {
  expect(parseMachineLine(line)).toEqual(expected);
});

import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Artifact, type ConnectTarget, type Failure, isCancellation } from '@bake/plugin-sdk';
import { fakeMachine, temporaryFolders, whyNoQemu, writeTinyGuest } from '@bake/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import qemu, { type QemuConfig } from '../src/builder/component.ts';
import { Qmp } from '../src/machine/qmp.ts';
import { type CorePart, config, testBuild } from './test-build.ts';

interface Block {
  readonly inserted?: { readonly file: string };
}

jest.setTimeout(120_000);
const reason = whyNoQemu();
const when = reason === undefined ? describe : describe.skip;

when(`builder qemu${reason === undefined ? '' : `: ${reason}`}`, () => {
  let folder = '';
  let out = '';
  let guest = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bake-qemu-test-'));
    out = join(folder, 'out');
    guest = join(folder, 'guest.raw');
    writeTinyGuest(guest, 'tiny guest', 'turn off');
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    expect(processes()).toEqual([]);
  });

  /** Those of this test: their arguments name its folder. */
  function processes(): readonly string[] {
    const { stdout } = spawnSync('pgrep', ['-a', '-f', `qemu-system.*${folder}`], {
      encoding: 'utf8',
    });
    return stdout.split('\n').filter((line) => line.includes(folder) && !line.includes('pgrep'));
  }

  function configFor(set: Partial<QemuConfig>): QemuConfig {
    return config({ iso_url: guest, output_directory: out, ...set });
  }

  async function build(set: Partial<QemuConfig>, part: CorePart = {}) {
    const { context, test } = testBuild(part);
    let outcome: 'succeeded' | 'failed' = 'failed';
    try {
      const artifact = (await qemu.build(configFor(set), context)) as Artifact;
      outcome = 'succeeded';
      return { artifact, test };
    } finally {
      await test.cleanUp(outcome);
      expect(test.journaled).toEqual([]);
    }
  }

  async function fails(set: Partial<QemuConfig>, part: CorePart = {}): Promise<Failure> {
    const temporary = temporaryFolders(/^bake-qemu-[0-9a-f]{12}$/);
    const { context, test } = testBuild(part);
    const failure = await qemu.build(configFor(set), context).then(
      () => new Error('it did not fail'),
      (error: unknown) => error,
    );
    await test.cleanUp('failed');
    expect(test.journaled).toEqual([]);
    expect(existsSync(out)).toBe(false);
    expect(processes()).toEqual([]);
    expect(await temporary.left()).toEqual([]);
    return failure as Failure;
  }

  function info(path: string) {
    return JSON.parse(
      execFileSync('qemu-img', ['info', '--output=json', path], { encoding: 'utf8' }),
    );
  }

  test('makes a disk of an image, and an artifact of the disk', async () => {
    const place = join(out, 'below');
    const set = { vm_name: 'disk.qcow2', disk_size: '2M', output_directory: place };
    const { artifact, test } = await build(set);
    const path = join(place, 'disk.qcow2');
    expect(artifact).toMatchObject({
      builderId: 'transcend.qemu',
      id: 'VM',
      files: [path],
      description: `VM files in directory: ${place}`,
      state: {
        diskName: 'disk.qcow2',
        diskPaths: [path],
        diskType: 'qcow2',
        diskSize: '2M',
        domainType: 'tcg',
        generated_data: { ID: 'disk.qcow2' },
      },
    });
    expect(info(path)).toMatchObject({ format: 'qcow2', 'virtual-size': 2 << 20 });
    expect(test.ui.reports.at(-1)).toEqual({
      label: 'Compacting the disk',
      done: 100,
      total: 100,
      unit: 'percent',
    });
    await artifact.destroy();
    expect(existsSync(out)).toBe(false);
  });

  test.each([
    ['raw to raw', { format: 'raw' }, { format: 'raw', 'virtual-size': 1 << 20 }],
    ['a larger disk', { disk_size: '3M' }, { format: 'qcow2', 'virtual-size': 3 << 20 }],
    ['a size in MiB', { disk_size: '5' }, { 'virtual-size': 5 << 20 }],
    ['no size', { disk_size: '' }, { 'virtual-size': 40_960 * (1 << 20) }],
    ['no resize', { disk_size: '4M', skip_resize_disk: true }, { 'virtual-size': 1 << 20 }],
    ['no compaction', { skip_compaction: true }, { format: 'qcow2' }],
    ['compression', { disk_compression: true }, { format: 'qcow2' }],
    [
      'arguments of qemu-img',
      { qemu_img_args: { convert: ['-o', 'cluster_size=4096'], create: [], resize: [] } },
      { 'cluster-size': 4096 },
    ],
    [
      'a backing file',
      { use_backing_file: true, disk_size: '2M' },
      { format: 'qcow2', 'virtual-size': 2 << 20, 'backing-filename-format': 'raw' },
    ],
  ] as const)('disk: %s', async (_, set, expected) => {
    const { artifact } = await build(set as Partial<QemuConfig>);
    expect(info(artifact.files[0] as string)).toMatchObject(expected);
    expect(artifact.files).toEqual([join(out, 'packer-tiny')]);
  });

  test('an image that has the format is copied as it is', async () => {
    const image = join(folder, 'image.qcow2');
    const args = ['convert', '-c', '-O', 'qcow2', '-o', 'cluster_size=8192', guest, image];
    execFileSync('qemu-img', args);
    const { artifact, test } = await build({ iso_url: image, skip_compaction: true });
    expect(info(artifact.files[0] as string)).toMatchObject({ 'cluster-size': 8192 });
    expect(test.ui.said).toContain('Copying hard drive...');
  });

  test('further disks; the QMP socket is no part of the artifact', async () => {
    const { artifact } = await build({
      disk_additional_size: ['1M', '2M'],
      disk_interface: 'virtio-scsi',
      qmp_enable: true,
    });
    expect(artifact.files.map((file) => file.slice(out.length + 1))).toEqual([
      'packer-tiny',
      'packer-tiny-1',
      'packer-tiny-2',
    ]);
    expect(info(join(out, 'packer-tiny-2'))).toMatchObject({ 'virtual-size': 2 << 20 });
  });

  test.each(['virtio', 'virtio-scsi', 'ide', 'sata', 'scsi'] as const)(
    'boots from a disk on %s',
    async (disk_interface) => {
      await build({ disk_interface, disk_additional_size: ['1M'], format: 'raw' });
    },
  );

  test('CDs and a floppy disk are plugged in', async () => {
    writeTinyGuest(guest, 'stays', 'stay');
    const boot = join(folder, 'boot.iso');
    writeTinyGuest(boot, 'not booted', 'stay');
    let files: readonly string[] = [];
    await build(
      {
        iso_url: boot,
        disk_image: false,
        cd_content: { '/meta-data': 'x' },
        floppy_content: { 'ks.cfg': 'x' },
        communicator: 'ssh',
        ssh_password: 'x',
        ssh_host: '127.0.0.1',
        shutdown_timeout: 500,
        qmp_enable: true,
      },
      {
        provision: async () => {
          const qmp = await Qmp.open(
            join(out, 'packer-tiny.monitor'),
            new AbortController().signal,
          );
          const blocks = (await qmp.execute('query-block')) as readonly Block[];
          files = blocks.flatMap(({ inserted }) => inserted?.file ?? []);
          qmp.close();
        },
      },
    );
    expect(files.length).toBe(4);
    expect(files).toEqual(expect.arrayContaining([boot, join(out, 'packer-tiny')]));
  });

  test('what is not downloaded must be on a server, and QEMU must be able to read it', async () => {
    const server = createHttpServer((request, response) => {
      response.statusCode = request.url === '/there.iso' ? 200 : 404;
      response.end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    const url = `http://127.0.0.1:${port}/none.iso`;
    const failure = await fails({ iso_url: url, iso_skip_cache: true, disk_image: false });
    expect(failure.detail).toContain(`${url}: status 404`);
    server.close();
  });

  test.each([
    ['VNC', {}],
    ['VNC with a password', { vnc_use_password: true }],
    ['VNC with a password of the template', { vnc_use_password: true, vnc_password: 'pa55word' }],
    ['VNC on every address', { vnc_bind_address: '0.0.0.0' }],
    ['QMP', { disable_vnc: true }],
  ] as const)('types the boot command over %s', async (means, set) => {
    writeTinyGuest(guest, 'keys', 'print keys');
    const console = join(folder, 'console');
    const { test } = await build({
      boot_command: ['Linux auto={{ .Name }} ', 'http://{{ .HTTPIP }}:{{ .HTTPPort }}/a_B~<enter>'],
      boot_wait: 1500,
      boot_key_interval: 20,
      http_content: { '/x': 'x' },
      qemuargs: [['-serial', `file:${console}`]],
      ...set,
    });
    expect(readFileSync(console, 'latin1')).toMatch(
      /^keys\r\nLinux auto=packer-tiny http:\/\/10\.0\.2\.2:8\d\d\d\/a_B~\r$/,
    );
    expect(test.ui.said).toContain(`Typing the boot command over ${means.slice(0, 3)}...`);
  });

  test('types boot steps, and says what they do', async () => {
    writeTinyGuest(guest, 'keys', 'print keys');
    const { test } = await build({
      boot_steps: [['yes', 'Agree'], ['<enter>']],
      boot_wait: 1500,
      boot_key_interval: 20,
    });
    expect(test.ui.said).toContain('Typing boot command for: Agree');
  });

  test('EFI: the variables are part of the artifact unless they are dropped', async () => {
    // The shell of the firmware finds nothing to boot; the machine is switched off.
    const efi = { efi_boot: true, communicator: 'ssh', ssh_password: 'x', ssh_host: '127.0.0.1' };
    const options = { ...efi, memory: 256, shutdown_timeout: 500, skip_compaction: true };
    const kept = await build(options);
    expect(kept.artifact.files).toEqual([join(out, 'efivars.fd'), join(out, 'packer-tiny')]);
    await kept.artifact.destroy();
    const dropped = await build({ ...options, efi_drop_efivars: true });
    expect(dropped.artifact.files).toEqual([join(out, 'packer-tiny')]);
  });

  test('a TPM', async () => {
    writeTinyGuest(guest, 'stays', 'stay');
    let own = '';
    // Others may have some at the same time.
    const isThere = (): boolean => spawnSync('pgrep', ['-f', `swtpm.*${own}`]).status === 0;
    const reached = { communicator: 'ssh', ssh_password: 'x', ssh_host: '127.0.0.1' } as const;
    const { test } = await build(
      { vtpm: true, shutdown_timeout: 500, ...reached },
      {
        provision: async () => {
          own = /path=(\S+)\/control/.exec(processes()[0] ?? '')?.[1] as string;
          expect(isThere()).toBe(true);
        },
      },
    );
    expect(test.ui.said).toContain('Starting the TPM...');
    expect(own).toMatch(/bake-qemu-/);
    expect(isThere()).toBe(false);
  });

  test('a machine in a network of the template is waited for all the same', async () => {
    writeTinyGuest(guest, 'no system here', 'stay');
    const failure = await fails({
      communicator: 'ssh',
      ssh_username: 'x',
      ssh_password: 'x',
      ssh_timeout: 1500,
      qemuargs: [
        ['-netdev', 'user,id=forward,hostfwd=tcp:127.0.0.1:{{ .SSHHostPort }}-:22'],
        ['-device', 'virtio-net,netdev=forward'],
      ],
    });
    expect(failure.message).toBe('The machine did not answer SSH within 1.5 seconds');
    const picture = /screen shows: (\S+\.png)/.exec(failure.detail ?? '')?.[1] as string;
    rmSync(picture);
  });

  test('a machine that does not come up: screen and console go with the error', async () => {
    writeTinyGuest(guest, 'no system here', 'stay');
    const failure = await fails({
      communicator: 'ssh',
      ssh_username: 'x',
      ssh_password: 'x',
      ssh_timeout: 2000,
    });
    expect(failure.message).toBe('The machine did not answer SSH within 2 seconds');
    expect(failure.detail).toContain('The last lines of its serial console:\n  no system here');
    const picture = /screen shows: (\S+\.png)/.exec(failure.detail ?? '')?.[1] as string;
    const png = readFileSync(picture);
    rmSync(picture);
    expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([720, 400]);
  });

  test('a machine that does not turn itself off', async () => {
    writeTinyGuest(guest, 'for ever', 'stay');
    const failure = await fails({ shutdown_timeout: 1500 });
    expect(failure.message).toBe('Timeout while waiting for machine to shut down.');
    expect(failure.detail).toContain('  for ever');
  });

  test('a machine that does not heed its power button is switched off', async () => {
    writeTinyGuest(guest, 'for ever', 'stay');
    const { test } = await build(
      { communicator: 'ssh', ssh_password: 'x', ssh_host: '127.0.0.1', shutdown_timeout: 1000 },
      {},
    );
    expect(test.ui.said.join('\n')).toContain('did not heed the power button within 1 seconds');
  });

  test.each([
    ['ssh', { ssh_password: 'x', ssh_host: '127.0.0.1' }],
    ['winrm', { winrm_username: 'x' }],
  ] as const)('%s goes to the port that leads into the machine', async (communicator, set) => {
    writeTinyGuest(guest, 'stays', 'stay');
    const targets: ConnectTarget[] = [];
    const range = { host_port_min: 42_100, host_port_max: 42_199, shutdown_timeout: 300 };
    await build(
      { communicator, ...set, ...range },
      {
        connect: async (_, target) => {
          targets.push(target);
          return fakeMachine();
        },
      },
    );
    expect(targets).toMatchObject([{ host: '127.0.0.1' }]);
    expect(String(targets[0]?.port)).toMatch(/^421\d\d$/);
  });

  test('a key pair is made when the template names no way to log in', async () => {
    writeTinyGuest(guest, 'stays', 'stay');
    let target: ConnectTarget = {};
    const { test } = await build(
      {
        communicator: 'ssh',
        ssh_host: '127.0.0.1',
        temporary_key_pair_type: 'ed25519',
        shutdown_timeout: 300,
      },
      {
        connect: async (_, given) => {
          target = given;
          return fakeMachine();
        },
      },
    );
    expect(target.privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY/);
    expect(test.secrets).toContain(target.privateKey);
  });

  test('no room on the disk of this computer', async () => {
    if (process.getuid?.() !== 0) return;
    writeTinyGuest(guest, 'writing', 'fill the disk');
    const small = join(folder, 'small');
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small]);
    try {
      const failure = await fails({
        output_directory: join(small, 'out'),
        disk_size: '64M',
      });
      expect(failure.message).toContain('no space left on the disk');
      expect(readdirSync(small)).toEqual([]);
    } finally {
      execFileSync('umount', [small]);
    }
  });

  test('QEMU dies while the machine is provisioned', async () => {
    writeTinyGuest(guest, 'stays', 'stay');
    const socket = join(folder, 'own.socket');
    const own = { qmp_enable: true, qmp_socket_path: socket };
    const failure = await fails(
      { communicator: 'ssh', ssh_password: 'x', ssh_host: '127.0.0.1', ...own },
      {
        provision: async () => {
          expect(existsSync(socket)).toBe(true);
          execFileSync('pkill', ['-KILL', '-f', `qemu-system.*${out}`]);
          throw new Error('the connection was lost');
        },
      },
    );
    expect(failure.message).toBe(
      'The machine is gone: qemu-system-x86_64 ended with signal SIGKILL',
    );
    expect(failure.detail).toContain('Somebody killed it');
    expect(existsSync(socket)).toBe(false);
  });

  test('somebody tells QEMU to end', async () => {
    writeTinyGuest(guest, 'stays', 'stay');
    // The machine runs by then, and is waited for to turn itself off.
    const provision = async (): Promise<void> => {
      spawnSync('pkill', ['-TERM', '-f', `qemu-system.*${out}`]);
    };
    const failure = await fails({}, { provision });
    expect(failure.message).toContain('The machine is gone');
  });

  test('a cancel while the machine runs leaves nothing', async () => {
    writeTinyGuest(guest, 'stays', 'stay');
    const controller = new AbortController();
    // The machine runs by then, and waits to be turned off.
    const provision = async (): Promise<void> => {
      setTimeout(() => controller.abort(new Error('cancelled')), 100);
    };
    const error = await fails({}, { signal: controller.signal, provision });
    expect(isCancellation(error, controller.signal)).toBe(true);
  });

  test('ports that are taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    try {
      const vnc = await fails({ vnc_port_min: port, vnc_port_max: port });
      expect(vnc.message).toBe(`Port ${port} on 127.0.0.1, which VNC was to use, is taken`);
      const host = await fails({
        communicator: 'ssh',
        ssh_password: 'x',
        host_port_min: port,
        host_port_max: port,
      });
      expect(host.message).toContain(`Port ${port} on 127.0.0.1, which the communicator`);
      // QEMU itself finds it taken.
      const nat = await fails({
        communicator: 'ssh',
        ssh_password: 'x',
        ssh_port: port,
        skip_nat_mapping: true,
      });
      expect(nat.detail).toContain('Something else listens on that port');
    } finally {
      server.close();
    }
  });

  test.each([
    ['a bad image', { iso_url: 'BAD' }, /qemu-img (info|convert) failed/, /image/i],
    ['no image', { iso_url: 'NONE' }, /Could not find the ISO/, /./],
    [
      'a kind of machine',
      { machine_type: 'none-such' },
      /did not start the machine: unsupported machine type/,
      /-machine help/,
    ],
    ['a processor', { cpu_model: 'none-such' }, /did not start the machine/, /-cpu help/],
    ['a device', { net_device: 'none-such' }, /did not start the machine/, /-device help/],
    ['no window', { headless: false }, /did not start the machine/, /"headless = true"/],
    ['no QEMU', { qemu_binary: 'qemu-none' }, /There is no program "qemu-none"/, /apt-get install/],
    ['a smaller disk', { disk_size: '512K' }, /qemu-img resize failed/, /skip_resize_disk/],
  ] as const)('%s: the error says what to do', async (_, set, message, detail) => {
    const bad = join(folder, 'bad.qcow2');
    await writeFile(bad, Buffer.concat([Buffer.from('QFI\xfb', 'latin1'), Buffer.alloc(4096, 1)]));
    const places: Readonly<Record<string, string>> = { BAD: bad, NONE: join(folder, 'none') };
    const given = set as Partial<QemuConfig>;
    const iso_url = places[given.iso_url ?? ''] ?? guest;
    const failure = await fails({ ...given, iso_url });
    expect(failure.message).toMatch(message);
    expect(failure.detail).toMatch(detail);
  });

  test('an output folder that is there stays, and -force replaces it', async () => {
    mkdirSync(out);
    await writeFile(join(out, 'mine'), 'mine');
    const { context, test } = testBuild();
    await expect(qemu.build(configFor({}), context)).rejects.toThrow(/Output directory exists/);
    await test.cleanUp('failed');
    expect(readdirSync(out)).toEqual(['mine']);
    await build({}, { force: true });
    expect(readdirSync(out)).toEqual(['packer-tiny']);
    expect(statSync(join(out, 'packer-tiny')).size).toBeGreaterThan(0);
  });
});

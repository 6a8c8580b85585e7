import { testContext } from '@bake/plugin-sdk/testing';
import { describe, expect, test } from '@jest/globals';
import type { QemuConfig } from '../src/builder/component.ts';
import { machineArguments, type Parts } from '../src/machine/arguments.ts';
import { settingsOf } from '../src/settings.ts';
import { config } from './test-build.ts';

const parts: Parts = {
  disks: ['out/vm'],
  cds: [],
  floppy: undefined,
  efiVariables: undefined,
  tpmSocket: undefined,
  hostPort: 2222,
  vncPort: 5907,
  control: '/run/control',
  console: '/run/console',
  http: { ip: '10.0.2.2', port: 8123 },
};

const byDefault = [
  ...['-name', 'vm'],
  ...['-machine', 'type=pc,accel=tcg'],
  ...['-smp', '1'],
  ...['-m', '512M'],
  ...['-boot', 'c'],
  ...['-drive', 'file=out/vm,if=virtio,cache=writeback,discard=ignore,format=qcow2'],
  ...['-netdev', 'user,id=user.0,hostfwd=tcp:127.0.0.1:2222-:22'],
  ...['-device', 'virtio-net,netdev=user.0'],
  ...['-vnc', '127.0.0.1:7'],
  ...['-serial', 'file:/run/console'],
  ...['-chardev', 'socket,id=bake-control,path=/run/control,server=on,wait=off'],
  ...['-mon', 'chardev=bake-control,mode=control'],
];

async function argumentsFor(
  set: Partial<QemuConfig>,
  more: Partial<Parts> = {},
): Promise<readonly string[]> {
  const context = testContext({ build: { sourceName: 'vm' } });
  const full = config({
    memory: 512,
    communicator: 'ssh',
    vm_name: 'vm',
    output_directory: 'out',
    ...set,
  });
  const settings = await settingsOf(full, context.build);
  return machineArguments({ config: full, settings, parts: { ...parts, ...more } }, context);
}

/** What is not there by default, and what of that is missing, each as `flag value`. */
async function difference(set: Partial<QemuConfig>, more: Partial<Parts> = {}) {
  const pairs = (args: readonly string[]): readonly string[] => {
    const found: string[] = [];
    for (const word of args) {
      if (word.startsWith('-')) found.push(word);
      else found.push(`${found.pop()} ${word}`);
    }
    return found;
  };
  const [before, after] = [pairs(byDefault), pairs(await argumentsFor(set, more))];
  return {
    added: after.filter((pair) => !before.includes(pair)),
    gone: before.filter((pair) => !after.includes(pair)),
  };
}

test('by default', async () => {
  expect(await argumentsFor({})).toEqual(byDefault);
});

const disk = 'cache=writeback,discard=ignore,format=qcow2';
const net = '-device virtio-net,netdev=user.0';

describe('options', () => {
  test.each<[string, Partial<QemuConfig>, readonly string[], Partial<Parts>?]>([
    ['machine_type', { machine_type: 'q35' }, ['-machine type=q35,accel=tcg']],
    ['accelerator', { accelerator: 'hvf' }, ['-machine type=pc,accel=hvf']],
    ['no accelerator', { accelerator: 'none' }, ['-machine type=pc']],
    ['cpu_model', { cpu_model: 'max' }, ['-cpu max']],
    ['cpus', { cpus: 3 }, ['-smp 3']],
    ['topology', { sockets: 2, cores: 3, threads: 2 }, ['-smp 12,sockets=2,cores=3,threads=2']],
    ['fewer cpus than room', { cpus: 2, cores: 4 }, ['-smp 2,cores=4']],
    ['more cpus than room', { cpus: 8, cores: 4 }, ['-smp 4,cores=4']],
    ['memory', { memory: 2048 }, ['-m 2048M']],
    ['vga', { vga: 'virtio' }, ['-vga virtio']],
    ['a window', { headless: false }, ['-display gtk']],
    ['display', { headless: false, display: 'sdl' }, ['-display sdl']],
    ['display by QEMU', { headless: false, display: 'none' }, []],
    ['use_default_display', { headless: false, use_default_display: true }, []],
    [
      'disk_cache',
      { disk_cache: 'unsafe' },
      ['-drive file=out/vm,if=virtio,cache=unsafe,discard=ignore,format=qcow2'],
    ],
    [
      'disk_discard',
      { disk_discard: 'unmap' },
      ['-drive file=out/vm,if=virtio,cache=writeback,discard=unmap,format=qcow2'],
    ],
    [
      'disk_detect_zeroes',
      { disk_detect_zeroes: 'on' },
      [`-drive file=out/vm,if=virtio,${disk},detect-zeroes=on`],
    ],
    ['disk_interface', { disk_interface: 'ide' }, [`-drive file=out/vm,if=ide,${disk}`]],
    [
      'format',
      { format: 'raw' },
      ['-drive file=out/vm,if=virtio,cache=writeback,discard=ignore,format=raw'],
    ],
    ['a comma in a path', {}, [`-drive file=a,,b,if=virtio,${disk}`], { disks: ['a,b'] }],
    [
      'CDs',
      {},
      ['-drive file=a.iso,media=cdrom', '-drive file=b.iso,media=cdrom'],
      {
        cds: ['a.iso', 'b.iso'],
      },
    ],
    [
      'cdrom_interface',
      { cdrom_interface: 'ide' },
      ['-drive file=a.iso,if=ide,index=0,id=cdrom0,media=cdrom'],
      { cds: ['a.iso'] },
    ],
    [
      'a CD beside a disk',
      { cdrom_interface: 'virtio' },
      ['-drive file=a.iso,if=virtio,index=1,id=cdrom0,media=cdrom'],
      { cds: ['a.iso'] },
    ],
    ['booting from a CD', { disk_image: false }, ['-boot once=d']],
    ['a floppy', {}, ['-fda f.img'], { floppy: 'f.img' }],
    ['firmware', { firmware: 'f.bin' }, ['-bios f.bin']],
    [
      'use_pflash',
      { firmware: 'f.bin', use_pflash: true },
      ['-drive file=f.bin,if=pflash,format=raw,readonly=on'],
    ],
    ['vnc_bind_address', { vnc_bind_address: '::1' }, ['-vnc [::1]:7']],
    [
      'vnc_use_password',
      { vnc_use_password: true },
      ['-vnc 127.0.0.1:7,password=on', '-qmp unix:out/vm.monitor,server=on,wait=off'],
    ],
    ['disable_vnc', { disable_vnc: true }, ['-display none'], { vncPort: undefined }],
    ['qmp_enable', { qmp_enable: true, qmp_socket_path: 'q' }, ['-qmp unix:q,server=on,wait=off']],
    [
      'net_bridge',
      { net_bridge: 'br0' },
      ['-netdev bridge,id=user.0,br=br0', '-qmp unix:out/vm.monitor,server=on,wait=off'],
    ],
    ['net_device', { net_device: 'e1000' }, ['-device e1000,netdev=user.0']],
    ['ssh_port', { ssh_port: 2200 }, ['-netdev user,id=user.0,hostfwd=tcp:127.0.0.1:2222-:2200']],
    [
      'winrm',
      { communicator: 'winrm' },
      ['-netdev user,id=user.0,hostfwd=tcp:127.0.0.1:2222-:5985'],
    ],
    [
      'winrm_use_ssl',
      { communicator: 'winrm', winrm_use_ssl: true },
      ['-netdev user,id=user.0,hostfwd=tcp:127.0.0.1:2222-:5986'],
    ],
    [
      'no communicator',
      { communicator: 'none' },
      ['-netdev user,id=user.0'],
      {
        hostPort: undefined,
      },
    ],
    [
      'a TPM',
      { tpm_device_type: 'tpm-crb' },
      [
        '-device tpm-crb,tpmdev=tpm0',
        '-chardev socket,id=vtpm,path=/run/tpm',
        '-tpmdev emulator,id=tpm0,chardev=vtpm',
      ],
      { tpmSocket: '/run/tpm' },
    ],
  ])('%s', async (_, set, added, more = {}) => {
    expect((await difference(set, more)).added).toEqual(added);
  });

  test('EFI: both halves of the firmware, and no order of booting', async () => {
    const set = { efi_firmware_code: 'c.fd', efi_firmware_vars: 'v.fd' };
    expect(await difference(set, { efiVariables: 'out/efivars.fd' })).toEqual({
      added: [
        '-drive file=c.fd,if=pflash,unit=0,format=raw,readonly=on',
        '-drive file=out/efivars.fd,if=pflash,unit=1,format=raw',
      ],
      gone: ['-boot c'],
    });
  });

  test.each([
    ['virtio-scsi', 'virtio-scsi-pci,id=scsi0', 'scsi-hd,bus=scsi0.0', 'scsi-cd,bus=scsi0.0'],
    ['scsi', 'lsi53c895a,id=lsi0', 'scsi-hd,bus=lsi0.0', 'scsi-cd,bus=lsi0.0'],
  ] as const)('disks and CDs on one controller: %s', async (on, controller, hd, cd) => {
    const set = { disk_interface: on, cdrom_interface: on };
    const { added } = await difference(set, { disks: ['a', 'b'], cds: ['c.iso'] });
    expect(added).toEqual([
      `-drive if=none,file=a,id=drive0,${disk}`,
      `-drive if=none,file=b,id=drive1,${disk}`,
      '-drive file=c.iso,if=none,id=cdrom0,media=cdrom',
      `-device ${controller}`,
      `-device ${hd},drive=drive0`,
      `-device ${hd},drive=drive1`,
      `-device ${cd},drive=cdrom0`,
    ]);
  });

  test('each disk on SATA has a port of its own', async () => {
    const { added } = await difference({ disk_interface: 'sata' }, { disks: ['a', 'b'] });
    expect(added.slice(2)).toEqual([
      '-device ich9-ahci,id=sata0',
      '-device ide-hd,bus=sata0.0,drive=drive0',
      '-device ide-hd,bus=sata0.1,drive=drive1',
    ]);
  });
});

describe('qemuargs', () => {
  test.each<[string, QemuConfig['qemuargs'], readonly string[], readonly string[]]>([
    ['a value replaces that of the option', [['-m', '1G']], ['-m 1G'], ['-m 512M']],
    [
      'all values of a flag go',
      [['-drive', 'x']],
      ['-drive x'],
      [`-drive file=out/vm,if=virtio,${disk}`],
    ],
    ['words are put together', [['-smbios', 'a,', 'b', '']], ['-smbios a,b'], []],
    ['a flag alone', [['-nodefaults']], ['-nodefaults'], []],
    ['a flag with nothing', [['-nodefaults', '']], ['-nodefaults'], []],
    [
      'a flag twice',
      [
        ['-fw_cfg', 'a'],
        ['-fw_cfg', 'b'],
      ],
      ['-fw_cfg a', '-fw_cfg b'],
      [],
    ],
    ['the network device stays', [['-device', 'virtio-rng']], ['-device virtio-rng'], []],
    [
      'a network device of its own',
      [['-device', 'virtio-net,id=x']],
      ['-device virtio-net,id=x'],
      [net],
    ],
    [
      'templates',
      [
        [
          '-append',
          '{{ .HTTPIP }}:{{ .HTTPPort }} {{ .Name }} {{ .OutputDir }} {{ .SSHHostPort }}',
        ],
      ],
      ['-append 10.0.2.2:8123 vm out 2222'],
      [],
    ],
    ['what bake needs stays', [['-chardev', 'null,id=x']], ['-chardev null,id=x'], []],
  ])('%s', async (_, qemuargs, added, gone) => {
    expect(await difference({ qemuargs })).toEqual({ added, gone });
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintsOf } from '@bake/plugin-sdk/testing';
import { expect, test } from '@jest/globals';
import qemu, { type QemuConfig } from '../src/builder/component.ts';
import { config } from './test-build.ts';

const vmName = 'vm_name: vm_name must be the name of a file, not a path';
const none = 'iso_checksum: What is downloaded is not checked';

test.each<[string, Partial<QemuConfig>, readonly string[]]>([
  ['nothing but no checksum', {}, [none]],
  ['nothing, as nothing is downloaded', { iso_skip_cache: true, iso_checksum: undefined }, []],
  ['no source', { iso_url: undefined }, ['-: One of iso_url or iso_urls must be specified', none]],
  ['no checksum', { iso_checksum: undefined }, ['-: A checksum must be specified']],
  ['a size', { disk_size: '1 GB' }, ['disk_size: Invalid disk size.', none]],
  ['no size', { disk_size: '' }, [none]],
  [
    'sizes of further disks',
    { disk_additional_size: ['1.5G', '1048576', '0x100000', '1 GB'] },
    ['disk_additional_size.3: Invalid disk size.', none],
  ],
  ['a path as a name', { vm_name: '../b' }, [vmName, none]],
  ['a name in a folder', { vm_name: 'a/b' }, [vmName, none]],
  ['an odd name', { vm_name: 'my, vm=1 ..qcow2' }, [none]],
  [
    'a backing file of a CD',
    { disk_image: false, use_backing_file: true },
    [
      'use_backing_file: use_backing_file can only be enabled for QCOW2 images and when disk_image is true',
      none,
    ],
  ],
  [
    'a backing file of a raw disk',
    { format: 'raw', use_backing_file: true },
    [
      'use_backing_file: use_backing_file can only be enabled for QCOW2 images and when disk_image is true',
      none,
    ],
  ],
  [
    'a CD that keeps its size',
    { disk_image: false, skip_resize_disk: true },
    ['skip_resize_disk: skip_resize_disk can only be used when disk_image is true', none],
  ],
  [
    'processors',
    { cpus: -1, cores: 1.5 },
    ['cpus: cpus must be a positive number', 'cores: cores must be a positive number', none],
  ],
  [
    'ports below those of VNC',
    { vnc_port_min: 5800 },
    ['vnc_port_min: vnc_port_min must be a port from 5900 to 65535', none],
  ],
  [
    'ports above all',
    { vnc_port_max: 70_000 },
    ['vnc_port_max: vnc_port_max must be a port from 5900 to 65535', none],
  ],
  [
    'ports the wrong way round',
    { host_port_min: 3000, host_port_max: 2000 },
    ['host_port_min: host_port_min must be less than host_port_max', none],
  ],
  [
    'a long password',
    { vnc_use_password: true, vnc_password: '123456789' },
    ['vnc_password: vnc_password is too long', none],
  ],
  [
    'a password that is not used',
    { vnc_password: '1' },
    ['vnc_password: vnc_password is not used', none],
  ],
  [
    'a daemon',
    { qemuargs: [['-daemonize']] },
    ['qemuargs: qemuargs must not hold -daemonize', none],
  ],
  ['firmware', { firmware: '/no/where' }, ['firmware: There is no firmware "/no/where"', none]],
  [
    'firmware of EFI',
    { efi_firmware_code: '/no/where', efi_firmware_vars: 'package.json' },
    ['efi_firmware_code: There is no firmware "/no/where"', none],
  ],
  [
    'a boot command',
    { boot_command: ['<wait5x>', '{{ .Oops'] },
    [
      'boot_command.0: "<wait5x>" is no key and is typed as it stands',
      'boot_command.1: template: root:1: unclosed action',
      none,
    ],
  ],
])('complains of %s', async (_, set, complaints) => {
  const full = config({ iso_url: 'package.json', ...set });
  const found = await complaintsOf((complain) => qemu.check?.(full, complain));
  expect(found.toSorted()).toEqual([...complaints].toSorted());
});

test('complains of Secure Boot on a machine that cannot start it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bake-qemu-check-'));
  const code = join(folder, 'OVMF_CODE.secboot.fd');
  await writeFile(code, '');
  const set = { iso_url: 'x', efi_firmware_code: code, efi_firmware_vars: code };
  const complain = (more: Partial<QemuConfig>) =>
    complaintsOf((complaint) => qemu.check?.(config({ ...set, ...more }), complaint));
  expect(await complain({})).toContain(
    'machine_type: Firmware with Secure Boot needs another machine_type',
  );
  expect(await complain({ machine_type: 'q35' })).toEqual([none]);
  await rm(folder, { recursive: true });
});

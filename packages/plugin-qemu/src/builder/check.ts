import type { Complain } from '@bake/plugin-sdk';
import { checkBoot, checkCd, checkFloppy, checkHttp, checkIso } from '@bake/plugin-sdk/vm';
import { isDiskSize, isImageSize } from '../disk/disk-size.ts';
import { firmwareOf, isReadable } from '../machine/firmware.ts';
import type { QemuConfig } from './component.ts';

/** Checks across options; looks at firmware files and at the files that are to be given to the machine. */
export async function checkBuilder(config: QemuConfig, complain: Complain): Promise<void> {
  checkDisks(config, complain);
  checkMachine(config, complain);
  checkPorts(config, complain);
  checkVnc(config, complain);
  checkArguments(config, complain);
  await checkFirmware(config, complain);
  // Without the download there is no checksum to look at.
  await checkIso(
    config.iso_skip_cache ? { ...config, iso_checksum: 'none' } : config,
    (option, complaint) => {
      if (!(config.iso_skip_cache && option === 'iso_checksum')) complain(option, complaint);
    },
  );
  await checkFloppy(config, complain);
  await checkCd(config, complain);
  await checkHttp(config, complain);
  await checkBoot(config, complain);
}

function checkDisks(config: QemuConfig, complain: Complain): void {
  const { disk_size: size, disk_image, format } = config;
  if (size && !isDiskSize(size)) {
    complain('disk_size', {
      summary: 'Invalid disk size.',
      detail: `"${size}" is no size: write a number of MiB, or a number and K, M, G or T, for instance "10G".`,
    });
  }
  for (const [index, more] of (config.disk_additional_size ?? []).entries()) {
    if (isImageSize(more)) continue;
    complain(`disk_additional_size.${index}`, {
      summary: 'Invalid disk size.',
      detail: `"${more}" is no size: write a number of bytes, or a number and K, M, G or T, for instance "10G".`,
    });
  }
  if (config.use_backing_file && !(disk_image && format === 'qcow2')) {
    complain('use_backing_file', {
      summary: 'use_backing_file can only be enabled for QCOW2 images and when disk_image is true',
      detail: 'Set "disk_image = true" and "format = "qcow2"", or leave it out.',
    });
  }
  if (config.skip_resize_disk && !disk_image) {
    complain('skip_resize_disk', {
      summary: 'skip_resize_disk can only be used when disk_image is true',
      detail: 'Without an image, the disk is new, and has the size that "disk_size" says.',
    });
  }
}

function checkMachine(config: QemuConfig, complain: Complain): void {
  const { vm_name: name = '' } = config;
  if (/[/\\]/.test(name) || name === '.' || name === '..') {
    complain('vm_name', {
      summary: 'vm_name must be the name of a file, not a path',
      detail: `The disk is called so in "output_directory", which says where it goes. "${name}" leads elsewhere.`,
    });
  }
  for (const option of ['cpus', 'sockets', 'cores', 'threads'] as const) {
    const count = config[option] ?? 0;
    if (Number.isInteger(count) && count >= 0) continue;
    complain(option, { summary: `${option} must be a positive number`, detail: `It is ${count}.` });
  }
  if (config.net_bridge && process.platform !== 'linux') {
    complain('net_bridge', {
      summary: 'net_bridge is only supported in Linux based OSes',
      detail: 'Leave it out: the machine then has a network of its own.',
    });
  }
}

function checkPorts(config: QemuConfig, complain: Complain): void {
  const ranges = [
    ['host_port', config.host_port_min, config.host_port_max, 1],
    ['vnc_port', config.vnc_port_min, config.vnc_port_max, 5900],
  ] as const;
  for (const [name, min, max, lowest] of ranges) {
    for (const [end, port] of [
      ['min', min],
      ['max', max],
    ] as const) {
      if (Number.isInteger(port) && port >= lowest && port <= 65_535) continue;
      complain(`${name}_${end}`, {
        summary: `${name}_${end} must be a port from ${lowest} to 65535`,
        detail: `It is ${port}.`,
      });
    }
    if (min > max) {
      complain(`${name}_min`, {
        summary: `${name}_min must be less than ${name}_max`,
        detail: `bake looks for a free port from ${min} to ${max}.`,
      });
    }
  }
}

function checkVnc(config: QemuConfig, complain: Complain): void {
  if ((config.vnc_password?.length ?? 0) > 8) {
    complain('vnc_password', {
      summary: 'vnc_password is too long',
      detail: 'VNC compares the first 8 letters alone. Give at most 8.',
    });
  }
  if (config.vnc_password && !config.vnc_use_password) {
    complain('vnc_password', {
      summary: 'vnc_password is not used',
      detail: 'Set "vnc_use_password = true" to have VNC ask for it.',
      severity: 'warning',
    });
  }
}

function checkArguments({ qemuargs = [] }: QemuConfig, complain: Complain): void {
  for (const [flag = ''] of qemuargs) {
    if (/^--?daemonize$/.test(flag)) {
      complain('qemuargs', {
        summary: 'qemuargs must not hold -daemonize',
        detail: 'bake starts QEMU in the background itself, and must see it end.',
      });
    }
  }
}

async function checkFirmware(config: QemuConfig, complain: Complain): Promise<void> {
  const efi = await firmwareOf(config);
  const files = [
    ['firmware', config.firmware],
    ['efi_firmware_code', efi?.code],
    ['efi_firmware_vars', efi?.variables],
  ] as const;
  for (const [option, path] of files) {
    if (!path || (await isReadable(path))) continue;
    complain(config[option] ? option : 'efi_boot', {
      summary: `There is no firmware "${path}"`,
      detail:
        option === 'firmware'
          ? 'Relative paths start at the working folder.'
          : `Install it (Debian: \`apt-get install ovmf\`), or name the file in "${option}".`,
    });
  }
  const wantsSecureBoot = /secboot|\.ms\.|snakeoil/.test(efi?.code ?? '');
  if (wantsSecureBoot && /^(pc|pc-i440fx.*)?$/.test(config.machine_type)) {
    complain('machine_type', {
      summary: 'Firmware with Secure Boot needs another machine_type',
      detail: `"${efi?.code}" does not start on a machine of type "${config.machine_type}". Set machine_type to "q35".`,
    });
  }
}

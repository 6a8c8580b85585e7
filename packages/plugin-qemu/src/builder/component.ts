import {
  type Builder,
  block,
  bool,
  type ConfigSchema,
  communicatorOptions,
  defineBuilder,
  type Infer,
  number,
  string,
  stringLists,
  strings,
} from '@bake/plugin-sdk';
import {
  bootKeyIntervalOption,
  bootOptions,
  bootStepsOption,
  cdOptions,
  floppyOptions,
  httpOptions,
  isoOptions,
  outputDirectoryOptions,
  shutdownOptions,
} from '@bake/plugin-sdk/vm';
import { checkBuilder } from './check.ts';

const config = {
  ...isoOptions,
  iso_skip_cache: bool(
    'Do not download what `iso_url` names: QEMU reads it from there (it must have its curl driver), and `iso_checksum` is not looked at.',
    { default: false },
  ),
  disk_image: bool('`iso_url` is a disk to start from, not a CD to install from.', {
    default: false,
  }),
  use_backing_file: bool(
    'The disk holds only what differs from the image in `iso_url`, which must stay where it is (`qcow2` alone).',
    { default: false },
  ),
  skip_resize_disk: bool('The disk keeps the size of the image.', { default: false }),
  disk_size: string(
    'Size of the disk, with `K`, `M`, `G` or `T`, or else in MiB; `40960M` if left out. A larger image then keeps its own.',
    { example: '"10G"' },
  ),
  disk_additional_size: strings(
    'Sizes of further disks, `VM_NAME-1` and so on, in bytes or with a letter as in `disk_size`.',
  ),
  format: string('Format of the disks.', { oneOf: ['qcow2', 'raw'], default: 'qcow2' }),
  disk_interface: string('What the disks are connected to.', {
    oneOf: ['virtio', 'virtio-scsi', 'ide', 'sata', 'scsi', 'sd'],
    default: 'virtio',
  }),
  disk_cache: string('How this computer caches the disks.', {
    oneOf: ['writeback', 'writethrough', 'none', 'unsafe', 'directsync'],
    default: 'writeback',
  }),
  disk_discard: string('Whether what the machine discards is given back.', {
    oneOf: ['ignore', 'unmap'],
    default: 'ignore',
  }),
  disk_detect_zeroes: string('Whether blocks of zeroes are found and left out.', {
    oneOf: ['off', 'on', 'unmap'],
    default: 'off',
  }),
  skip_compaction: bool('Do not write the disk anew at the end, without what is not in use.', {
    default: false,
  }),
  disk_compression: bool('Compress the disk at the end (`qcow2` alone).', { default: false }),
  qemu_img_args: block('Further arguments of `qemu-img`.', {
    convert: strings('For `qemu-img convert`, which copies and compacts.'),
    create: strings('For `qemu-img create`.'),
    resize: strings('For `qemu-img resize`.'),
  }),
  cdrom_interface: string(
    'What CDs are connected to; what the kind of machine has for them if left out.',
    { oneOf: ['', 'ide', 'sata', 'scsi', 'virtio', 'virtio-scsi'] },
  ),
  vm_name: string(
    'Name of the machine and of its disk in `output_directory`; `packer-` and the name of the source if left out.',
  ),
  ...outputDirectoryOptions,
  qemu_binary: string('The program to run.', { default: 'qemu-system-x86_64' }),
  accelerator: string(
    'What runs the machine; KVM where it works and TCG elsewhere if left out. `none` leaves it to QEMU.',
    { oneOf: ['', 'kvm', 'tcg', 'none', 'hvf', 'whpx', 'xen', 'hax'] },
  ),
  machine_type: string(
    'Kind of machine, as `qemu-system-x86_64 -machine help` lists them; firmware with Secure Boot needs `q35`.',
    { default: 'pc' },
  ),
  cpu_model: string('Kind of processor, as `-cpu help` lists them.', { example: '"host"' }),
  cpus: number('How many processors the machine has: 1, or what the topology below gives.'),
  sockets: number('How many sockets they are in.'),
  cores: number('How many cores a socket has.'),
  threads: number('How many threads a core has.'),
  memory: number('Memory of the machine; 512 if left out.', { unit: 'MiB' }),
  efi_boot: bool('Boot by EFI and not by BIOS.'),
  efi_firmware_code: string(
    'File with the code of the EFI firmware; `/usr/share/OVMF/OVMF_CODE.fd` (or `_4M`) with `efi_boot`.',
  ),
  efi_firmware_vars: string(
    'File with the variables of the EFI firmware; a copy of it, `efivars.fd`, goes into `output_directory`.',
  ),
  efi_drop_efivars: bool('Leave `efivars.fd` out of the artifact.'),
  firmware: string("File with firmware in place of QEMU's own; for EFI see `efi_boot`."),
  use_pflash: bool('Give `firmware` to the machine as flash memory (`pflash`), not by `-bios`.'),
  vtpm: bool('Give the machine a TPM, which the program `swtpm` plays.'),
  use_tpm1: bool('The TPM is one of version 1.2, not 2.0.'),
  tpm_device_type: string('Device of the TPM: `tpm-tis`, on ARM `tpm-tis-device`.', {
    default: 'tpm-tis',
  }),
  net_device: string('Network device of the machine.', { default: 'virtio-net' }),
  net_bridge: string(
    'Bridge of this computer to connect the machine to, in place of a network of its own (Linux alone).',
  ),
  headless: bool('Open no window for the screen of the machine.', { default: false }),
  display: string("Value of `-display`; `gtk` if left out, and QEMU's own choice with `none`."),
  use_default_display: bool('Leave `-display` to QEMU.'),
  vga: string('Graphics card of the machine.', { example: '"virtio"' }),
  disable_vnc: bool('Do not start a VNC server; `boot_command` is then typed over QMP.', {
    default: false,
  }),
  vnc_bind_address: string('Address that the VNC server listens on.', { default: '127.0.0.1' }),
  vnc_use_password: bool('Want a password for VNC.', { default: false }),
  vnc_password: string('That password, of 8 letters at most; one is made up if left out.', {
    sensitive: true,
  }),
  vnc_port_min: number('First port that the VNC server may use, 5900 or above.', { default: 5900 }),
  vnc_port_max: number('Last port that the VNC server may use.', { default: 6000 }),
  qmp_enable: bool('Have QEMU listen for QMP on a socket.', { default: false }),
  qmp_socket_path: string(
    'Path of that socket; `VM_NAME.monitor` in `output_directory` if left out.',
  ),
  qemuargs: stringLists(
    'Further arguments of QEMU: lists of a flag and its value. All values that bake gives a flag are replaced by those here. `{{ .HTTPIP }}`, `{{ .HTTPPort }}`, `{{ .HTTPDir }}`, `{{ .OutputDir }}`, `{{ .Name }}` and `{{ .SSHHostPort }}` are known.',
    {
      templating: 'component',
      fields: ['HTTPIP', 'HTTPPort', 'HTTPDir', 'HTTPContent', 'OutputDir', 'Name', 'SSHHostPort'],
      example: '[["-device", "virtio-rng-pci"]]',
    },
  ),
  host_port_min: number(
    'First port of this computer that may lead to SSH or WinRM in the machine.',
    {
      default: 2222,
    },
  ),
  host_port_max: number('Last such port.', { default: 4444 }),
  skip_nat_mapping: bool('Use the port of the communicator itself on this computer.', {
    default: false,
  }),
  ssh_host_port_min: number('Old name of `host_port_min`.', {
    deprecated: 'Use "host_port_min" instead.',
  }),
  ssh_host_port_max: number('Old name of `host_port_max`.', {
    deprecated: 'Use "host_port_max" instead.',
  }),
  ...floppyOptions,
  ...cdOptions,
  ...httpOptions,
  ...bootOptions,
  ...bootKeyIntervalOption,
  ...bootStepsOption,
  ...shutdownOptions,
  shutdown_command: string(
    'Command that turns the machine off when all provisioners have run; its power button is pressed without.',
    { example: '"sudo poweroff"' },
  ),
  run_once: bool('Without effect.', { deprecated: 'It has no effect. Take it out.' }),
  ...communicatorOptions,
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type QemuConfig = Infer<typeof config>;

const qemu: Builder<typeof config> = defineBuilder({
  name: 'qemu',
  doc: 'Starts a machine in QEMU from a CD or disk image, has it provisioned, and gives its disk.',
  config,
  communicates: true,
  provides: [],
  remains: {
    checkpoint: {
      async remove(traces) {
        const { removeCheckpoint } = await import('../checkpoint/checkpoints.ts');
        await removeCheckpoint(traces);
      },
    },
  },
  check: checkBuilder,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default qemu;

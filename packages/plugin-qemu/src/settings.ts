import { join } from 'node:path';
import type { BuildFacts } from '@bake/plugin-sdk';
import type { QemuConfig } from './builder/component.ts';
import { defaultDiskSize, withUnit } from './disk/disk-size.ts';
import { accelerator } from './machine/accelerator.ts';
import { firmwareOf } from './machine/firmware.ts';

/** The options as they are meant: with what Packer makes of those that are left out, or that go with others. */
export interface Settings {
  /** Of the machine, and of the file of its first disk. */
  readonly name: string;
  readonly folder: string;
  /** The first is the one to boot from. A size is as qemu-img takes it. */
  readonly disks: readonly [Disk, ...Disk[]];
  readonly format: string;
  /** Packer's default, which the template did not ask for. */
  readonly hasDefaultSize: boolean;
  /** The first disk gets its size, if it is made of an image. */
  readonly resizes: boolean;
  /** The first disk holds only what differs from the image. */
  readonly usesBacking: boolean;
  /** The first disk is written anew at the end, */
  readonly compacts: boolean;
  /** and compressed. */
  readonly compresses: boolean;
  readonly convertArgs: readonly string[];
  readonly createArgs: readonly string[];
  readonly resizeArgs: readonly string[];
  /** `none` is QEMU's own choice. */
  readonly accelerator: string;
  readonly program: string;
  /** MiB. */
  readonly memory: number;
  /** The value of `-smp`. */
  readonly processors: string;
  /** Firmware of EFI, if the machine boots by that. */
  readonly efi: EfiFirmware | undefined;
  /** Path of the socket that the template wants QMP on. */
  readonly qmpSocket: string | undefined;
  /** Port in the machine that the communicator talks to; `undefined` without one. */
  readonly guestPort: number | undefined;
}

/** A disk to make. */
export interface Disk {
  readonly path: string;
  readonly size: string | undefined;
}

/** The two halves of EFI firmware: code, and variables that the machine may change. */
export interface EfiFirmware {
  readonly code: string;
  readonly variables: string;
}

/** Works out the settings; looks at this computer for the accelerator and firmware. */
export async function settingsOf(config: QemuConfig, build: BuildFacts): Promise<Settings> {
  const name = config.vm_name || `packer-${build.sourceName}`;
  const folder = config.output_directory || `output-${build.sourceName}`;
  const program = config.qemu_binary;
  return {
    name,
    folder,
    program,
    ...diskSettings(config, join(folder, name)),
    accelerator: await accelerator(config.accelerator, program),
    // Packer takes less for a mistake.
    memory: (config.memory ?? 0) < 10 ? 512 : (config.memory ?? 0),
    processors: processorsOf(config),
    efi: await firmwareOf(config),
    qmpSocket: qmpSocketOf(config, join(folder, `${name}.monitor`)),
    guestPort: guestPortOf(config),
  };
}

function diskSettings(config: QemuConfig, path: string) {
  const { format, disk_size: size, qemu_img_args: args } = config;
  const isQcow = format === 'qcow2';
  const hasDefaultSize = !size || size === '0';
  const first: Disk = { path, size: hasDefaultSize ? defaultDiskSize : withUnit(size) };
  const more = (config.disk_additional_size ?? []).map((size, index) => ({
    path: `${path}-${index + 1}`,
    size,
  }));
  const usesBacking = config.use_backing_file ?? false;
  const compresses = isQcow && config.disk_compression;
  return {
    disks: [first, ...more] as const,
    format,
    hasDefaultSize,
    resizes: !config.skip_resize_disk,
    usesBacking,
    compacts: isQcow && (compresses || !(config.skip_compaction || usesBacking)),
    compresses,
    convertArgs: args?.convert ?? [],
    createArgs: args?.create ?? [],
    resizeArgs: args?.resize ?? [],
  };
}

/** The number is held to what the topology has room for; parts that are not said are left to QEMU. */
function processorsOf({ cpus = 0, sockets = 0, cores = 0, threads = 0 }: QemuConfig): string {
  const parts = [sockets, cores, threads].filter((part) => part > 0);
  const room = parts.length === 0 ? 0 : parts.reduce((product, part) => product * part);
  const wanted = cpus === 0 ? room || 1 : cpus;
  const count = room > 0 ? Math.min(wanted, room) : wanted;
  return [
    String(count),
    ...(sockets > 0 ? [`sockets=${sockets}`] : []),
    ...(cores > 0 ? [`cores=${cores}`] : []),
    ...(threads > 0 ? [`threads=${threads}`] : []),
  ].join(',');
}

/** A bridge and a password need QMP, so that Packer makes the socket for them, too. */
function qmpSocketOf(config: QemuConfig, byDefault: string): string | undefined {
  const isWanted = config.qmp_enable || Boolean(config.net_bridge) || config.vnc_use_password;
  return isWanted ? config.qmp_socket_path || byDefault : undefined;
}

function guestPortOf(config: QemuConfig): number | undefined {
  switch (config.communicator) {
    case 'none':
      return undefined;
    case 'winrm':
      return config.winrm_port || (config.winrm_use_ssl ? 5986 : 5985);
    default:
      return config.ssh_port || 22;
  }
}

import type { QemuConfig } from '../builder/component.ts';
import { quoteValue } from './quote-value.ts';

/** Values of `-device` and `-drive`. */
export interface Drives {
  readonly devices: readonly string[];
  readonly drives: readonly string[];
}

/** Which interfaces have a controller that must be added first, what that is, and the devices that hang on its bus. */
const controllers: Readonly<Record<string, Controller>> = {
  'virtio-scsi': { device: 'virtio-scsi-pci', id: 'scsi0', disk: 'scsi-hd', cd: 'scsi-cd' },
  scsi: { device: 'lsi53c895a', id: 'lsi0', disk: 'scsi-hd', cd: 'scsi-cd' },
  sata: { device: 'ich9-ahci', id: 'sata0', disk: 'ide-hd', cd: 'ide-cd' },
};

interface Controller {
  readonly device: string;
  readonly id: string;
  readonly disk: string;
  readonly cd: string;
}

/**
 * Disks and CDs on the interfaces that the template names. The forms are Packer's where these work: QEMU has no `if=sata`,
 * PCs have no `if=scsi` any more, and a CD must not claim the number that a disk of the same interface has.
 */
export function driveArguments(
  config: QemuConfig,
  format: string,
  { disks, cds }: { readonly disks: readonly string[]; readonly cds: readonly string[] },
): Drives {
  const { disk_interface: diskInterface, cdrom_interface: cdInterface } = config;
  const board = new Board();
  const facts = `cache=${config.disk_cache},discard=${config.disk_discard},format=${format}${
    config.disk_detect_zeroes === 'off' ? '' : `,detect-zeroes=${config.disk_detect_zeroes}`
  }`;
  for (const [index, path] of disks.entries()) {
    const file = `file=${quoteValue(path)}`;
    const controller = controllers[diskInterface];
    if (controller === undefined) board.drives.push(`${file},if=${diskInterface},${facts}`);
    else
      board.attach(
        controller,
        controller.disk,
        `drive${index}`,
        (id) => `if=none,${file},id=${id},${facts}`,
      );
  }
  for (const [index, path] of cds.entries()) {
    const file = `file=${quoteValue(path)}`;
    const controller = controllers[cdInterface ?? ''];
    const id = `cdrom${index}`;
    if (controller !== undefined) {
      board.attach(controller, controller.cd, id, () => `${file},if=none,id=${id},media=cdrom`);
    } else if (cdInterface) {
      const first = cdInterface === diskInterface ? disks.length : 0;
      board.drives.push(`${file},if=${cdInterface},index=${first + index},id=${id},media=cdrom`);
    } else {
      board.drives.push(`${file},media=cdrom`);
    }
  }
  return board;
}

/** What is plugged in so far. */
class Board implements Drives {
  readonly devices: string[] = [];
  readonly drives: string[] = [];
  readonly #used = new Map<string, number>();

  attach(controller: Controller, device: string, id: string, drive: (id: string) => string): void {
    const number = this.#used.get(controller.id) ?? 0;
    if (number === 0) this.devices.push(`${controller.device},id=${controller.id}`);
    this.#used.set(controller.id, number + 1);
    // Each port of SATA is a bus of its own.
    const bus = controller.id === 'sata0' ? `sata0.${number}` : `${controller.id}.0`;
    this.devices.push(`${device},bus=${bus},drive=${id}`);
    this.drives.push(drive(id));
  }
}

import { basename } from 'node:path';
import type { Artifact } from '@bake/plugin-sdk';
import { backedDisk, noFiles, unknownDomain } from '../messages.ts';
import type { BoxParts } from './contents.ts';
import { diskFactsOf } from './disk-facts.ts';
import { providerBlock } from './vagrantfile.ts';

/** What libvirt calls the ways in which QEMU runs a machine. */
const drivers: Readonly<Record<string, string>> = {
  kvm: 'kvm',
  none: 'qemu',
  tcg: 'qemu',
  hvf: 'qemu',
};

/**
 * The first disk of a machine of QEMU, or a disk among other files. Format and size are what the disk itself says: the
 * options of its builder may not tell (`skip_resize_disk`).
 */
export async function libvirt({ files, state = {} }: Artifact): Promise<BoxParts> {
  const { diskName, domainType } = state;
  const isDisk = (path: string): boolean =>
    diskName === undefined ? /\.(qcow2|img|raw)$/i.test(path) : basename(path) === diskName;
  const path = files.find(isDisk) ?? (files.length === 1 ? files[0] : undefined);
  if (path === undefined) throw noFiles('libvirt', 'a disk (.qcow2, .img, .raw)');
  const { format, virtualSize, isBacked } = await diskFactsOf(path);
  if (isBacked) throw backedDisk(path);
  return {
    metadata: { provider: 'libvirt', format, virtual_size: Math.ceil(virtualSize / 2 ** 30) },
    files: [{ name: 'box.img', path }],
    ...(domainType === undefined ? {} : { vagrantfile: driverBlock(String(domainType)) }),
  };
}

function driverBlock(domainType: string): string {
  const driver = Object.hasOwn(drivers, domainType) ? drivers[domainType] : undefined;
  if (driver === undefined) throw unknownDomain(domainType);
  return providerBlock('libvirt', [`provider.driver = "${driver}"`]);
}

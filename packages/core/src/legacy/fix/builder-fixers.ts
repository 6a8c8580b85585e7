import { Failure } from '@bake/plugin-sdk';
import { falsehoods, truths } from '../weak-value.ts';
import { type Fixer, forTypes, inOrder, removing, renaming, rewriting } from './fixer.ts';
import type { JsonRecord } from './json-data.ts';

/** Fixers of builders that do more than rename or remove a property. */

/** ISO checksums: first an MD5 alone, then a type beside the sum, now one text for all. */
export const isoMd5: Fixer = {
  name: 'iso-md5',
  summary: 'Replaces "iso_md5" of builders by "iso_checksum".',
  builder(builder) {
    const { iso_md5: sum } = builder;
    if (typeof sum !== 'string') return builder;
    return { ...removing('iso_md5')(builder), iso_checksum: sum, iso_checksum_type: 'md5' };
  },
};

export const isoChecksum: Fixer = {
  name: 'iso-checksum-type-and-url',
  summary: 'Puts "iso_checksum_type" and "iso_checksum_url" into "iso_checksum".',
  builder(builder) {
    const url = textOf(builder, 'iso_checksum_url');
    const type = textOf(builder, 'iso_checksum_type');
    const sum = textOf(builder, 'iso_checksum');
    const rest = removing('iso_checksum_url', 'iso_checksum_type')(builder);
    if (url !== '') return { ...rest, iso_checksum: `file:${url}` };
    if (sum === '') return rest;
    return { ...rest, iso_checksum: type === '' ? sum : `${type}:${sum}` };
  },
};

function textOf(builder: JsonRecord, name: string): string {
  const value = builder[name];
  return typeof value === 'string' ? value : '';
}

const createTime = /\{\{[\t\n\f\r ]*\.CreateTime[\t\n\f\r ]*\}\}/g;

export const createtime: Fixer = {
  name: 'createtime',
  summary: 'Replaces {{.CreateTime}} in names of images by {{timestamp}}.',
  builder: inOrder(
    ...['ami_name', 'bundle_prefix', 'snapshot_name'].map((name) =>
      rewriting(name, (text) => text.replaceAll(createTime, '{{timestamp}}')),
    ),
  ),
};

export const guestAdditions: Fixer = {
  name: 'virtualbox-gaattach',
  summary: 'Replaces "guest_additions_attach" of VirtualBox builders by "guest_additions_mode".',
  builder: forTypes(['virtualbox'], (builder) => {
    const { guest_additions_attach: attach } = builder;
    if (typeof attach !== 'boolean') return builder;
    const mode = attach ? 'attach' : 'upload';
    return { ...removing('guest_additions_attach')(builder), guest_additions_mode: mode };
  }),
};

export const amazonPrivateIp: Fixer = {
  name: 'amazon-private-ip',
  summary: 'Replaces "ssh_private_ip" of Amazon builders by "ssh_interface".',
  builder: forTypes(['amazon-*'], (builder) => {
    const { ssh_private_ip: isPrivate } = builder;
    if (isPrivate === undefined || Object.hasOwn(builder, 'ssh_interface')) return builder;
    const text = String(isPrivate);
    if (text === '' || ![...truths, ...falsehoods].includes(text)) {
      throw new Failure({
        summary: `ssh_private_ip is true or false, not ${JSON.stringify(text)}`,
      });
    }
    const chosen = truths.includes(text) ? 'private_ip' : 'public_ip';
    return { ...removing('ssh_private_ip')(builder), ssh_interface: chosen };
  }),
};

export const amazonCidrs: Fixer = {
  name: 'amazon-temp-sec-cidrs',
  summary:
    'Replaces "temporary_security_group_source_cidr" of Amazon builders by the list "temporary_security_group_source_cidrs".',
  builder: forTypes(['amazon-*'], (builder) => {
    const { temporary_security_group_source_cidr: cidr } = builder;
    if (typeof cidr !== 'string') return builder;
    const rest = removing('temporary_security_group_source_cidr')(builder);
    return { ...rest, temporary_security_group_source_cidrs: [cidr] };
  }),
};

export const vmwareCompaction: Fixer = {
  name: 'vmware-compaction',
  summary: 'Sets "skip_compaction" for disks on ESX that cannot be compacted.',
  builder: forTypes(['vmware-iso'], (builder) => {
    if (builder['remote_type'] !== 'esx5') return builder;
    const { disk_type_id: given, skip_compaction: skip } = builder;
    const disk = given === undefined ? 'zeroedthick' : given;
    if (typeof disk !== 'string' || disk === 'thin') return builder;
    const named = { ...builder, disk_type_id: disk };
    const isOpen = skip === undefined || typeof skip === 'boolean';
    return isOpen ? { ...named, skip_compaction: true } : named;
  }),
};

const oldCleaners = /clean_(?:image|ami)_name/g;

export const cleanImageName: Fixer = {
  name: 'clean-image-name',
  summary: 'Replaces clean_image_name and clean_ami_name in builders by clean_resource_name.',
  builder: (builder) => inOptions(builder, (inner) => inOptions(inner, (deepest) => deepest)),
};

/** Changes the texts of the object, and hands objects in it on. */
function inOptions(options: JsonRecord, inner: (options: JsonRecord) => JsonRecord): JsonRecord {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      if (typeof value === 'string') {
        return [name, value.replaceAll(oldCleaners, 'clean_resource_name')];
      }
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return [name, isObject ? inner(value as JsonRecord) : value];
    }),
  );
}

export const qemuDiskSize: Fixer = {
  name: 'qemu-disk-size',
  summary: 'Gives the number in "disk_size" of QEMU builders its unit.',
  builder: forTypes(['qemu'], (builder) => {
    const { disk_size: size } = builder;
    return typeof size === 'number' ? { ...builder, disk_size: `${Math.trunc(size)}M` } : builder;
  }),
};

export const vsphereNetworkDisk: Fixer = {
  name: 'vsphere-iso-net-disk',
  summary: 'Moves network and disk options of vsphere-iso builders into their blocks.',
  builder: forTypes(
    ['vsphere-iso'],
    inOrder(
      (builder) =>
        gathered(builder, 'network_adapters', {
          network: 'network',
          networkCard: 'network_card',
          network_card: 'network_card',
        }),
      (builder) =>
        gathered(builder, 'storage', {
          disk_size: 'disk_size',
          disk_thin_provisioned: 'disk_thin_provisioned',
          disk_eagerly_scrub: 'disk_eagerly_scrub',
        }),
    ),
  ),
};

/** Makes a first element of a list out of properties, by their old and new names. */
function gathered(
  builder: JsonRecord,
  list: string,
  names: Readonly<Record<string, string>>,
): JsonRecord {
  const found = Object.entries(names).filter(([old]) => Object.hasOwn(builder, old));
  if (found.length === 0) return builder;
  const first = Object.fromEntries(found.map(([old, name]) => [name, builder[old] ?? null]));
  const rest = removing(...found.map(([old]) => old))(builder);
  const others = rest[list] ?? [];
  if (!Array.isArray(others)) throw new Failure({ summary: `${list} must be an array` });
  return { ...rest, [list]: [first, ...others] };
}

export const azureExcludeFromLatest: Fixer = {
  name: 'azure-exclude_from_latest',
  summary: 'Corrects "exlude_from_latest" of azure-chroot builders to "exclude_from_latest".',
  builder: forTypes(['azure-chroot*'], (builder) => {
    const { shared_image_destination: destination } = builder;
    if (typeof destination !== 'object' || destination === null || Array.isArray(destination)) {
      return builder;
    }
    const rename = renaming('exlude_from_latest', 'exclude_from_latest');
    return { ...builder, shared_image_destination: rename(destination as JsonRecord) };
  }),
};

import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { expectAny, expectCall, file, type Given, type Params, type Row } from './row.ts';

const log = file('commands', '');
const volume = file('xvdf', '');

/** What `amazon-chroot` cannot do without; commands are only written down. */
export const chrooted = (): Given => {
  writeFileSync(log, '');
  return {
    device_path: volume,
    mount_partition: '0',
    mount_path: '/mnt/{{.Device}}',
    command_wrapper: `echo {{.Command}} >> ${log}`,
    chroot_mounts: [],
    copy_files: [],
  };
};

/** The commands that ran so far. */
const commands = (): readonly string[] => readFileSync(log, 'utf8').trim().split('\n');

const volumes = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['CreateVolume', params],
});
const registers = (set: Given, params: Params): Omit<Row, 'shows'> => ({
  set,
  effect: ['RegisterImage', params],
});
const runs = (set: Given, ...lines: readonly string[]): Omit<Row, 'shows'> => ({
  set,
  effect: () => expect(commands()).toEqual(expect.arrayContaining([...lines])),
});
const own = {
  root_device_name: '/dev/xvda',
  ami_block_device_mappings: [{ device_name: '/dev/xvda', volume_type: 'gp3' }],
};

/** What `amazon-chroot` has beside the shared options. */
export const ofChroots: readonly Row[] = [
  {
    shows: ['device_path', 'ami_name'],
    set: {},
    effect: (seen) => {
      expectCall(seen, 'CreateVolume', {
        AvailabilityZone: 'eu-central-1a',
        SnapshotId: 'snap-source',
        Size: '8',
        VolumeType: 'gp3',
        Iops: '3000',
        'TagSpecification.1.Tag.1.Key': 'bake-mark',
      });
      expectCall(seen, 'AttachVolume', {
        InstanceId: 'i-host',
        VolumeId: expectAny('vol'),
        Device: volume,
      });
      expect(commands()).toEqual(['mkdir -p /mnt/xvdf', `mount ${volume} /mnt/xvdf`]);
      expectCall(seen, 'RegisterImage', {
        Name: 'web-1',
        RootDeviceName: '/dev/sda1',
        Architecture: 'x86_64',
        VirtualizationType: 'hvm',
        EnaSupport: 'true',
        'BlockDeviceMapping.1.Ebs.SnapshotId': expectAny('snap'),
        'BlockDeviceMapping.2.VirtualName': 'ephemeral0',
      });
      expect(seen.generated).toMatchObject({
        Device: volume,
        MountPath: '/mnt/xvdf',
        SourceAMI: 'ami-new',
      });
      expect(seen.artifact).toMatchObject({ builderId: 'mitchellh.amazon.chroot' });
      expect(seen.server.world.left).toHaveLength(2);
    },
  },
  {
    shows: 'nvme_device_path',
    ...runs({ nvme_device_path: log }, `mount ${log} /mnt/commands`),
  },
  {
    shows: ['command_wrapper', 'copy_files'],
    set: { copy_files: ['/etc/hosts'] },
    settings: {
      provision: async () => expect(commands().at(-1)).toMatch(/^cp /),
    },
    effect: () =>
      expect(commands().slice(-2)).toEqual([
        'cp --remove-destination /etc/hosts /mnt/xvdf/etc/hosts',
        'rm -f /mnt/xvdf/etc/hosts',
      ]),
  },
  {
    shows: 'copy_files',
    ...runs(
      { copy_files: undefined },
      'cp --remove-destination /etc/resolv.conf /mnt/xvdf/etc/resolv.conf',
    ),
  },
  {
    shows: 'chroot_mounts',
    ...runs(
      {
        chroot_mounts: [
          ['bind', '/srv', '/srv'],
          ['tmpfs', 'none', '/run'],
        ],
      },
      'mount --bind /srv /mnt/xvdf/srv',
      'mount -t tmpfs none /mnt/xvdf/run',
    ),
  },
  {
    shows: 'chroot_mounts',
    ...runs(
      { chroot_mounts: undefined },
      'mount -t proc proc /mnt/xvdf/proc',
      'mount -t sysfs sysfs /mnt/xvdf/sys',
      'mount --bind /dev /mnt/xvdf/dev',
      'mount -t devpts devpts /mnt/xvdf/dev/pts',
      'mount -t binfmt_misc binfmt_misc /mnt/xvdf/proc/sys/fs/binfmt_misc',
    ),
  },
  {
    shows: ['mount_path', 'mount_options', 'mount_partition'],
    ...runs(
      { mount_path: '/srv/{{.Device}}', mount_options: ['ro', 'nouuid'], mount_partition: '2' },
      `mount -o ro -o nouuid ${volume}2 /srv/xvdf`,
    ),
  },
  {
    shows: ['pre_mount_commands', 'post_mount_commands'],
    ...runs(
      {
        pre_mount_commands: ['format {{.Device}}'],
        post_mount_commands: ['fill {{.Device}} {{.MountPath}}'],
      },
      `format ${volume}`,
      `fill ${volume} /mnt/xvdf`,
    ),
  },
  {
    shows: 'from_scratch',
    set: {
      ...own,
      copy_files: undefined,
      from_scratch: true,
      root_volume_size: 3,
      ami_virtualization_type: 'hvm',
      pre_mount_commands: ['mkfs {{.Device}}'],
    },
    effect: (seen) => {
      const asked = seen.server.of('DescribeImages').map(({ params }) => params['ImageId.1']);
      expect(asked).toContain(undefined);
      expect(asked).not.toContain('ami-new');
      expectCall(seen, 'CreateVolume', { Size: '3', SnapshotId: undefined });
      expectCall(seen, 'RegisterImage', {
        Architecture: 'x86_64',
        VirtualizationType: 'hvm',
        'BlockDeviceMapping.1.Ebs.SnapshotId': expectAny('snap'),
      });
      expect(commands().join()).not.toContain('resolv.conf');
    },
  },
  {
    shows: 'ami_architecture',
    ...registers(
      {
        ...own,
        from_scratch: true,
        ami_virtualization_type: 'hvm',
        root_volume_size: 3,
        ami_architecture: 'arm64',
      },
      { Architecture: 'arm64' },
    ),
  },
  {
    shows: 'root_device_name',
    ...registers(
      { root_device_name: '/dev/xvdb', ami_block_device_mappings: [{ device_name: '/dev/xvdb' }] },
      { RootDeviceName: '/dev/xvdb', 'BlockDeviceMapping.2.DeviceName': undefined },
    ),
  },
  {
    shows: 'root_volume_size',
    set: { root_volume_size: 20 },
    effect: (seen) => {
      expectCall(seen, 'CreateVolume', { Size: '20' });
      expectCall(seen, 'RegisterImage', { 'BlockDeviceMapping.1.Ebs.VolumeSize': '20' });
    },
  },
  {
    shows: 'root_volume_size',
    set: { root_volume_size: 2 },
    fails: /A root volume of 2 GiB is smaller than that of the source, 8 GiB/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
  {
    shows: 'device_path',
    set: {},
    // The answer is lost, and the call takes effect only when the volume is being removed.
    prepare: (server) => {
      let isLate = true;
      server.conduct = ({ action, params }) => {
        if (action === 'DeleteVolume' && isLate) {
          server.world.attachments.set(params['VolumeId'] ?? '', 'i-host');
          isLate = false;
        }
        return action === 'AttachVolume' ? 'cut-before' : 'normal';
      };
    },
    fails: /AWS cannot be reached for AttachVolume/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
  {
    shows: 'root_volume_type',
    ...volumes({ root_volume_type: 'io2' }, { VolumeType: 'io2', Iops: undefined }),
  },
  {
    shows: ['root_volume_tags', 'root_volume_tag.key', 'root_volume_tag.value'],
    ...volumes(
      { root_volume_tags: { A: '{{ .SourceAMI }}' }, root_volume_tag: [{ key: 'C', value: 'd' }] },
      { 'TagSpecification.1.Tag.1.Value': 'ami-new', 'TagSpecification.1.Tag.2.Value': 'd' },
    ),
  },
  {
    shows: ['root_volume_encrypt_boot', 'root_volume_kms_key_id'],
    ...volumes(
      { root_volume_encrypt_boot: true, root_volume_kms_key_id: 'alias/a' },
      { Encrypted: 'true', KmsKeyId: 'alias/a' },
    ),
  },
  { shows: 'boot_mode', ...registers({ boot_mode: 'uefi' }, { BootMode: 'uefi' }) },
  {
    shows: 'uefi_data',
    ...registers({ boot_mode: 'uefi', uefi_data: 'AAAA' }, { UefiData: 'AAAA' }),
  },
  { shows: 'tpm_support', ...registers({ tpm_support: 'v2.0' }, { TpmSupport: 'v2.0' }) },
  { shows: 'ena_support', ...registers({ ena_support: true }, { EnaSupport: 'true' }) },
  { shows: 'sriov_support', ...registers({ sriov_support: true }, { SriovNetSupport: 'simple' }) },
  {
    shows: 'source_ami',
    set: { source_ami: 'ami-old' },
    effect: ['DescribeImages', { 'ImageId.1': 'ami-old' }],
  },
  {
    shows: [
      'source_ami_filter.filters',
      'source_ami_filter.owners',
      'source_ami_filter.most_recent',
      'source_ami_filter.include_deprecated',
    ],
    set: {
      source_ami: undefined,
      source_ami_filter: {
        filters: { name: 'ubuntu-*' },
        owners: ['099720109477'],
        most_recent: true,
        include_deprecated: true,
      },
    },
    effect: ['DescribeImages', { 'Filter.1.Value.1': 'ubuntu-*', IncludeDeprecated: 'true' }],
  },
  {
    shows: ['aws_polling.max_attempts', 'aws_polling.delay_seconds'],
    set: { aws_polling: { max_attempts: 2, delay_seconds: 0.01 } },
    prepare: ({ world }) => {
      world.slowness = 1000;
    },
    fails: /Image ami-\d+ in eu-central-1 is still pending/,
    effect: ({ server }) => expect(server.world.left).toEqual([]),
  },
];

import {
  type Builder,
  bool,
  type ConfigSchema,
  defineBuilder,
  type Infer,
  number,
  string,
  stringLists,
  strings,
} from '@bake/plugin-sdk';
import { generatedNames } from '../generated-names.ts';
import { accessOptions, pollingOptions } from '../options/access.ts';
import { amiOptions } from '../options/ami.ts';
import { deviceBlocks } from '../options/block-devices.ts';
import { registerOptions } from '../options/register.ts';
import { sourceAmiOptions } from '../options/run.ts';
import { tagBlocks, tagMap } from '../options/tags.ts';
import { remains } from '../remains.ts';
import { templateFunctions } from '../template-functions.ts';
import { checkChroot } from './check.ts';

const config = {
  ...accessOptions,
  ...pollingOptions,
  ...amiOptions,
  ...sourceAmiOptions,
  ...registerOptions,
  ami_block_device_mappings: deviceBlocks(
    'Block devices of the image, in place of those of the source; takes `root_device_name`.',
  ),
  from_scratch: bool('Start from an empty volume in place of an image.', { default: false }),
  root_device_name: string('Root device of the image, with `ami_block_device_mappings`.', {
    example: '"/dev/xvda"',
  }),
  root_volume_size: number('Size of the volume; as in the source without.', { unit: 'GiB' }),
  root_volume_type: string('Kind of volume; as in the source without.'),
  root_volume_tags: tagMap('Tags of the volume while it is built.'),
  root_volume_tag: tagBlocks('root_volume_tags'),
  root_volume_encrypt_boot: bool('Encrypt the volume, and so the image.'),
  root_volume_kms_key_id: string('Key to encrypt it with; that of EBS without.'),
  device_path: string('Where to attach the volume; a free place without.', {
    example: '"/dev/xvdf"',
  }),
  nvme_device_path: string('Where the volume appears; found by itself without.', {
    example: '"/dev/nvme1n1"',
  }),
  command_wrapper: string('What becomes of each command on this machine.', {
    default: '{{.Command}}',
    templating: 'component',
    fields: ['Command'],
    example: '"sudo {{.Command}}"',
  }),
  mount_path: string('Folder to mount the volume on.', {
    default: '/mnt/bake-amazon-chroot-volumes/{{.Device}}',
    templating: 'component',
    fields: ['Device'],
  }),
  mount_partition: string('Partition to mount; "0" is the whole volume.', { default: '1' }),
  mount_options: strings('Options of the mount.', { example: '["nouuid"]' }),
  pre_mount_commands: strings('Commands before the volume is mounted; they see `{{.Device}}`.', {
    templating: 'component',
    fields: ['Device'],
  }),
  post_mount_commands: strings(
    'Commands when the volume is mounted, before all else; they see `{{.Device}}` and `{{.MountPath}}`.',
    { templating: 'component', fields: ['Device', 'MountPath'] },
  ),
  chroot_mounts: stringLists(
    'What else is mounted: type (or `bind`), source, and place within. Proc, sysfs, /dev, devpts and binfmt_misc without.',
    { example: '[["proc", "proc", "/proc"], ["bind", "/dev", "/dev"]]' },
  ),
  copy_files: strings(
    'Files of this machine to copy to the same place within, until the provisioners are done; `/etc/resolv.conf` without, but for `from_scratch`.',
  ),
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type ChrootConfig = Infer<typeof config>;

const chroot: Builder<typeof config> = defineBuilder({
  name: 'amazon-chroot',
  doc: 'Runs on an instance: fills a volume that is attached to it by chroot, and makes an image of it.',
  config,
  provides: [...generatedNames, 'Device', 'MountPath'],
  remains: {
    ...remains,
    mount: {
      async remove(traces, { signal }) {
        const { unmount } = await import('./mount.ts');
        await unmount(traces, signal);
      },
    },
  },
  templateFunctions,
  check: checkChroot,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default chroot;

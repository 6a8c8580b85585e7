import {
  type Builder,
  block,
  blocks,
  bool,
  type ConfigSchema,
  defineBuilder,
  type Infer,
  number,
  string,
} from '@bake/plugin-sdk';
import { generatedNames } from '../generated-names.ts';
import { accessOptions, pollingOptions } from '../options/access.ts';
import { amiOptions } from '../options/ami.ts';
import { deviceBlocks } from '../options/block-devices.ts';
import { runOptions } from '../options/run.ts';
import { volumeTagOptions } from '../options/tags.ts';
import { remains } from '../remains.ts';
import { checkEbs } from './check.ts';

const noFastLaunch = 'Switch it on for the finished image with `aws ec2 enable-fast-launch`.';

const config = {
  ...accessOptions,
  ...pollingOptions,
  ...amiOptions,
  ...runOptions,
  ami_block_device_mappings: deviceBlocks('Block devices of the image.'),
  launch_block_device_mappings: deviceBlocks(
    'Block devices of the instance; the image gets them, too.',
  ),
  ...volumeTagOptions,
  no_ephemeral: bool('Leave out the instance store volumes that images of Windows have.', {
    default: false,
  }),
  skip_create_ami: bool('Make no image; for trying a template.', { default: false }),
  skip_ami_run_tags: bool('Keep `run_tags` off the image and its snapshots.', { default: false }),
  fast_launch: block(
    'Prepares snapshots, so that Windows starts faster.',
    {
      enable_fast_launch: bool('Switch it on.'),
      template_id: string('ID of a launch template.'),
      template_name: string('Name of a launch template.'),
      template_version: number('Version of the launch template.'),
      max_parallel_launches: number('How many instances at once.'),
      target_resource_count: number('How many snapshots to keep.'),
      region_launch_templates: blocks('Launch templates of other regions.', {
        region: string('The region.', { required: true }),
        enable_fast_launch: bool('Switch it on there.'),
        template_id: string('ID of a launch template.'),
        template_name: string('Name of a launch template.'),
        template_version: number('Version of the launch template.'),
      }),
    },
    { notYet: noFastLaunch },
  ),
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type EbsConfig = Infer<typeof config>;

const ebs: Builder<typeof config> = defineBuilder({
  name: 'amazon-ebs',
  doc: 'Starts an instance of an image, provisions it, and makes an image of its volumes.',
  config,
  communicates: true,
  provides: generatedNames,
  remains,
  check: checkEbs,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default ebs;

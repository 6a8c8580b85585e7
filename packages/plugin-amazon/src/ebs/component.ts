import { type Builder, bool, type ConfigSchema, defineBuilder, type Infer } from '@bake/plugin-sdk';
import { generatedNames } from '../generated-names.ts';
import { accessOptions, pollingOptions } from '../options/access.ts';
import { amiOptions } from '../options/ami.ts';
import { deviceBlocks } from '../options/block-devices.ts';
import { fastLaunchOptions } from '../options/fast-launch.ts';
import { runOptions } from '../options/run.ts';
import { volumeTagOptions } from '../options/tags.ts';
import { remains } from '../remains.ts';
import { templateFunctions } from '../template-functions.ts';
import { checkEbs } from './check.ts';

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
  ...fastLaunchOptions,
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
  templateFunctions,
  check: checkEbs,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default ebs;

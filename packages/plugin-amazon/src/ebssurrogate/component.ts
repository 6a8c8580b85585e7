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
import { deviceBlocks, deviceOptions } from '../options/block-devices.ts';
import { registerOptions } from '../options/register.ts';
import { runOptions } from '../options/run.ts';
import { volumeTagOptions } from '../options/tags.ts';
import { remains } from '../remains.ts';
import { templateFunctions } from '../template-functions.ts';
import { checkSurrogate } from './check.ts';

const config = {
  ...accessOptions,
  ...pollingOptions,
  ...amiOptions,
  ami_virtualization_type: string('Kind of virtualization of the image, and of the source.', {
    required: true,
    oneOf: ['hvm', 'paravirtual'],
  }),
  ...runOptions,
  ami_root_device: block(
    'The volume that the image starts from.',
    {
      source_device_name: string('Its device on the instance, one of the launched ones.', {
        required: true,
      }),
      device_name: string('Its device in the image.', { required: true, example: '"/dev/xvda"' }),
      delete_on_termination: bool('The volume goes with the instance.', { default: false }),
      volume_type: string('Kind of volume; as on the instance without.'),
      volume_size: number('Size of the volume; as on the instance without.', { unit: 'GiB' }),
      iops: number('Operations per second; as on the instance without.'),
    },
    { required: true },
  ),
  ami_block_device_mappings: deviceBlocks('Further block devices of the image.'),
  launch_block_device_mappings: blocks(
    'Block devices of the instance; the image gets snapshots of them.',
    {
      ...deviceOptions,
      omit_from_artifact: bool('Keep the device out of the image.', { default: false }),
    },
  ),
  ...volumeTagOptions,
  skip_ami_run_tags: bool('Keep `run_tags` off the image.', { default: false }),
  snapshot_description: string('Description of the snapshots.'),
  ...registerOptions,
  use_create_image: bool(
    'Put the volume in the place of the root of the instance and make the image of the instance, so that it is like the source in what this builder has no options for.',
    { default: false },
  ),
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type SurrogateConfig = Infer<typeof config>;

const surrogate: Builder<typeof config> = defineBuilder({
  name: 'amazon-ebssurrogate',
  doc: 'Starts an instance with a further volume, has it filled, and makes an image that starts from that volume.',
  config,
  communicates: true,
  provides: generatedNames,
  remains,
  templateFunctions,
  check: checkSurrogate,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default surrogate;

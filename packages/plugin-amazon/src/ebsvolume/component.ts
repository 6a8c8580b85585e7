import {
  type Builder,
  blocks,
  bool,
  type ConfigSchema,
  defineBuilder,
  type Infer,
  string,
  strings,
} from '@bake/plugin-sdk';
import { generatedNames } from '../generated-names.ts';
import { accessOptions, pollingOptions } from '../options/access.ts';
import { networkingOptions } from '../options/ami.ts';
import { deviceOptions } from '../options/block-devices.ts';
import { runOptions } from '../options/run.ts';
import { tagBlocks, tagMap } from '../options/tags.ts';
import { remains } from '../remains.ts';
import { templateFunctions } from '../template-functions.ts';
import { checkEbsVolume } from './check.ts';

const config = {
  ...accessOptions,
  ...pollingOptions,
  ...runOptions,
  ...networkingOptions,
  ebs_volumes: blocks('Volumes of the instance that stay, unless `delete_on_termination` is set.', {
    ...deviceOptions,
    tags: tagMap('Tags of the volume, in place of `run_volume_tags`.'),
    tag: tagBlocks('tags'),
    snapshot_volume: bool('Make a snapshot of the volume.', { default: false }),
    snapshot_description: string('Description of the snapshot.'),
    snapshot_tags: tagMap('Tags of the snapshot.'),
    snapshot_tag: tagBlocks('snapshot_tags'),
    snapshot_users: strings('Accounts that may make volumes of the snapshot.'),
    snapshot_groups: strings('Groups that may; `all` makes the snapshot public.'),
  }),
  run_volume_tags: tagMap('Tags of the volumes of the instance while it is built.'),
  run_volume_tag: tagBlocks('run_volume_tags'),
} satisfies ConfigSchema;

/** Decoded options of the builder. */
export type EbsVolumeConfig = Infer<typeof config>;

const ebsVolume: Builder<typeof config> = defineBuilder({
  name: 'amazon-ebsvolume',
  doc: 'Starts an instance of an image with further volumes, provisions it, and keeps the volumes.',
  config,
  communicates: true,
  provides: generatedNames,
  remains,
  templateFunctions,
  check: checkEbsVolume,
  async build(given, context) {
    const { build } = await import('./build.ts');
    return build(given, context);
  },
});
export default ebsVolume;

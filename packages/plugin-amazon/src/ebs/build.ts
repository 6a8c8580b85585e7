import type { Image, Tag } from '@aws-sdk/client-ec2';
import type { Artifact, BuildContext } from '@bake/plugin-sdk';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { type Cloud, cloudFor } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import { type Pace, paceOf } from '../aws/wait.ts';
import { keptDevices } from '../options/block-devices.ts';
import { volumePairs } from '../options/tags.ts';
import { createImage, type MadeImage } from '../steps/create-image.ts';
import { assertFastLaunch } from '../steps/fast-launch.ts';
import { type FirstImage, makeImages } from '../steps/make-images.ts';
import { preflight, targetRegions } from '../steps/preflight.ts';
import { provisionInstance } from '../steps/provision-instance.ts';
import { sourceFacts, sourceImage, tagFacts } from '../steps/source-image.ts';
import { stopUnlessSpot } from '../steps/stop-instance.ts';
import type { EbsConfig } from './component.ts';

interface Work {
  readonly cloud: Cloud;
  readonly config: EbsConfig;
  readonly pace: Pace;
  readonly context: BuildContext;
}

/** Starts an instance, has it provisioned, and makes an image of it in all regions. */
export async function build(
  config: EbsConfig,
  context: BuildContext,
): Promise<Artifact | undefined> {
  const cloud = await cloudFor(config, context);
  const work = { cloud, config, context, pace: paceOf(config) };
  await context.step(preflight, { cloud, config });
  const source = await context.step(sourceImage, { ec2: cloud.ec2(), config });
  if (!config.skip_create_ami) {
    assertFastLaunch(config.fast_launch, targetRegions(config, cloud.region), source);
  }
  const running = await provisionInstance(
    {
      ec2: cloud.ec2(),
      config,
      source,
      pace: work.pace,
      devices: config.launch_block_device_mappings,
      noEphemeral: config.no_ephemeral,
      volumeTags: volumeTagsOf(work, source),
    },
    context,
  );
  if (config.skip_create_ami) {
    context.ui.say('No image is made, as skip_create_ami is set');
    return undefined;
  }
  const id = running.instance.InstanceId ?? '';
  await stopUnlessSpot({ ec2: cloud.ec2(), id, config, pace: work.pace }, context);
  const images = await makeImages(
    { ...work, source, makeFirst: (first) => createFirst(work, { ...first, source, id }) },
    context,
  );
  running.keepVolumes(keptDevices(config.launch_block_device_mappings));
  return amiArtifact(builderIds.ebs, images, config, sourceFacts(source, cloud.region));
}

function volumeTagsOf({ config, cloud, context }: Work, source: Image): Tag[] {
  const facts = tagFacts(source, cloud.region);
  return renderTags(config.run_volume_tags, volumePairs(config.run_volume_tag), facts, context);
}

/** What the first image is made of. */
interface FirstOf extends FirstImage {
  readonly source: Image;
  readonly id: string;
}

function createFirst(
  { cloud, config, pace, context }: Work,
  { name, isIntermediate, source, id }: FirstOf,
): Promise<MadeImage> {
  const facts = tagFacts(source, cloud.region);
  return context.step(createImage, {
    ec2: cloud.ec2(),
    instance: id,
    name,
    devices: config.ami_block_device_mappings,
    tags: config.skip_ami_run_tags
      ? []
      : renderTags(config.run_tags, config.run_tag, facts, context),
    isIntermediate,
    pace,
  });
}

import { randomUUID } from 'node:crypto';
import type { Image, Tag } from '@aws-sdk/client-ec2';
import type { Artifact, BuildContext } from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { type Cloud, openCloud } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import { type Pace, paceOf } from '../aws/wait.ts';
import { copyImage, type RegionImage } from '../steps/copy-image.ts';
import { createImage } from '../steps/create-image.ts';
import { deregisterImages } from '../steps/deregister-images.ts';
import { preflight, replacesImages, targetRegions } from '../steps/preflight.ts';
import { provisionInstance } from '../steps/provision-instance.ts';
import { publishImage } from '../steps/publish-image.ts';
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
  const cloud = await openCloud(config, context);
  context.onCleanup('close the connections to AWS', () => cloud.close(), { always: true });
  const work = { cloud, config, context, pace: paceOf(config) };
  await context.step(preflight, { cloud, config });
  const source = await context.step(sourceImage, { ec2: cloud.ec2(), config });
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
  const images = await imagesOf(work, source, id);
  running.keepVolumes(
    config.launch_block_device_mappings
      .filter((one) => one.delete_on_termination === false)
      .map((one) => one.device_name),
  );
  const amis = images.map(({ region, image }) => [region, image.ImageId ?? ''] as const);
  const facts = sourceFacts(source, cloud.region);
  return amiArtifact(builderIds.ebs, Object.fromEntries(amis), config, facts);
}

function volumeTagsOf({ config, cloud, context }: Work, source: Image): Tag[] {
  const pairs = config.run_volume_tag.map(({ name, value }) => ({ key: name, value }));
  return renderTags(config.run_volume_tags, pairs, tagFacts(source, cloud.region), context);
}

/** Makes the image of the stopped instance, copies it, and removes what only was made to be copied. */
async function imagesOf(
  { cloud, config, pace, context }: Work,
  source: Image,
  instance: string,
): Promise<readonly RegionImage[]> {
  const regions = targetRegions(config, cloud.region);
  if (replacesImages(config, context)) {
    await context.step(deregisterImages, { cloud, config, regions, pace });
  }
  const facts = tagFacts(source, cloud.region);
  // A copy can be encrypted with another key than its source, an image not.
  const isIntermediate = config.encrypt_boot === true || config.skip_save_build_region;
  const first = await context.step(createImage, {
    ec2: cloud.ec2(),
    instance,
    name: isIntermediate ? `bake-${randomUUID()}` : config.ami_name,
    devices: config.ami_block_device_mappings,
    tags: config.skip_ami_run_tags
      ? []
      : renderTags(config.run_tags, config.run_tag, facts, context),
    isIntermediate,
    pace,
  });
  const own = isIntermediate ? [] : [{ region: cloud.region, image: first.image }];
  const others = regions.filter((one) => isIntermediate || one !== cloud.region);
  const copies =
    others.length === 0
      ? []
      : await context.step(copyImage, {
          cloud,
          config,
          source: first.image.ImageId ?? '',
          regions: others,
          pace,
        });
  const images = [...own, ...copies];
  await context.step(publishImage, {
    cloud,
    config,
    images,
    description: renderForBuild(config.ami_description ?? '', context, facts),
    tags: renderTags(config.tags, config.tag, facts, context),
    snapshotTags: renderTags(config.snapshot_tags, config.snapshot_tag, facts, context),
  });
  if (isIntermediate) await first.made.remove();
  return images;
}

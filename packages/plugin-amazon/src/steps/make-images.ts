import { randomUUID } from 'node:crypto';
import type { Image } from '@aws-sdk/client-ec2';
import type { BuildContext } from '@bake/plugin-sdk';
import type { Cloud } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import type { Pace } from '../aws/wait.ts';
import type { AmiConfig } from '../options/ami.ts';
import type { FastLaunchConfig } from '../options/fast-launch.ts';
import { render } from '../render.ts';
import { copyImage, type RegionImage } from './copy-image.ts';
import type { MadeImage } from './create-image.ts';
import { deregisterImages } from './deregister-images.ts';
import { enableFastLaunch } from './fast-launch.ts';
import { replacesImages, targetRegions } from './preflight.ts';
import { protectImages, publishImage } from './publish-image.ts';
import { tagFacts } from './source-image.ts';

/** The image that all others are copies of. */
export interface FirstImage {
  readonly name: string;
  /** It is only made to be copied. */
  readonly isIntermediate: boolean;
}

/** Which images to make. */
export interface ImagesWish {
  readonly cloud: Cloud;
  readonly config: AmiConfig & { readonly fast_launch?: FastLaunchConfig | undefined };
  readonly pace: Pace;
  readonly source: Image;
  /** Makes the first one, in the region of the build. */
  makeFirst(first: FirstImage): Promise<MadeImage>;
}

/** Makes the image, copies it to all regions, publishes all, and removes what was only made to be copied. */
export async function makeImages(
  wish: ImagesWish,
  context: BuildContext,
): Promise<readonly RegionImage[]> {
  const { cloud, config, pace, source } = wish;
  const regions = targetRegions(config, cloud.region);
  if (replacesImages(config, context)) {
    await context.step(deregisterImages, { cloud, config, regions, pace });
  }
  // A copy can be encrypted with another key than its source, an image not.
  const isIntermediate = config.encrypt_boot === true || config.skip_save_build_region;
  const name = isIntermediate ? `bake-${randomUUID()}` : config.ami_name;
  const first = await wish.makeFirst({ name, isIntermediate });
  const own = isIntermediate ? [] : [{ region: cloud.region, image: first.image }];
  const others = regions.filter((one) => isIntermediate || one !== cloud.region);
  const id = first.image.ImageId ?? '';
  const images = [...own, ...(await copies(wish, id, others, context))];
  const facts = tagFacts(source, cloud.region);
  await context.step(publishImage, {
    cloud,
    config,
    images,
    description: render(config.ami_description ?? '', context, facts),
    tags: renderTags(config.tags, config.tag, facts, context),
    snapshotTags: renderTags(config.snapshot_tags, config.snapshot_tag, facts, context),
  });
  if (config.fast_launch !== undefined) {
    await context.step(enableFastLaunch, { cloud, config: config.fast_launch, images, pace });
  }
  if (isIntermediate) await first.made.remove();
  await context.step(protectImages, { cloud, config, images });
  return images;
}

async function copies(
  { cloud, config, pace }: ImagesWish,
  source: string,
  regions: readonly string[],
  context: BuildContext,
): Promise<readonly RegionImage[]> {
  if (regions.length === 0) return [];
  return context.step(copyImage, { cloud, config, source, regions, pace });
}

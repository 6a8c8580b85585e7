import {
  DescribeFastLaunchImagesCommand,
  DescribeLaunchTemplatesCommand,
  DisableFastLaunchCommand,
  EnableFastLaunchCommand,
  type Image,
} from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Cloud } from '../aws/cloud.ts';
import type { Ec2 } from '../aws/ec2.ts';
import { isRefusal } from '../aws/refusal.ts';
import { together } from '../aws/together.ts';
import { imagePatience, type Pace, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import {
  type FastLaunchConfig,
  fastLaunchIn,
  type RegionFastLaunch,
} from '../options/fast-launch.ts';
import type { RegionImage } from './copy-image.ts';

/** Which images are to start faster. */
export interface FastLaunchWish {
  readonly cloud: Cloud;
  readonly config: FastLaunchConfig;
  readonly images: readonly RegionImage[];
  readonly pace: Pace;
}

/** Throws when the images of a source are to get fast launch in one of the regions, and it is not one of Windows. */
export function assertFastLaunch(
  config: FastLaunchConfig | undefined,
  regions: readonly string[],
  { ImageId = '', Platform }: Image,
): void {
  const isWanted = regions.some((one) => fastLaunchIn(config, one) !== undefined);
  if (isWanted && !/^windows$/i.test(Platform ?? '')) throw messages.notWindows(ImageId);
}

/** Switches fast launch on for images of Windows, and waits until AWS has done so. */
export const enableFastLaunch = defineStep<FastLaunchWish, void>({
  name: 'fast-launch',
  async run({ cloud, config, images, pace }, context) {
    await together(
      images.map(async ({ region, image }) => {
        const given = fastLaunchIn(config, region);
        if (given !== undefined)
          await enable(cloud.ec2(region), image, config, given, pace, context);
      }),
    );
  },
});

async function enable(
  ec2: Ec2,
  { ImageId = '' }: Image,
  config: FastLaunchConfig,
  given: RegionFastLaunch,
  pace: Pace,
  context: BuildContext,
): Promise<void> {
  const { ui, signal } = context;
  ui.say(`Switching on fast launch of ${ImageId} in ${ec2.region}`);
  const LaunchTemplate = await templateOf(ec2, given, signal);
  // Without an image AWS prepares nothing any more; the snapshots are AWS's own to remove.
  context.onCleanup(
    `switch off fast launch of ${ImageId}`,
    (later) => disable(ec2, ImageId, later),
    { onFailureOnly: true },
  );
  const { max_parallel_launches: most, target_resource_count: count } = config;
  await ec2.send(
    new EnableFastLaunchCommand({
      ImageId,
      ResourceType: 'snapshot',
      ...(most ? { MaxParallelLaunches: most } : {}),
      ...(count ? { SnapshotConfiguration: { TargetResourceCount: count } } : {}),
      ...(LaunchTemplate === undefined ? {} : { LaunchTemplate }),
    }),
    signal,
  );
  await waitFor({
    what: `Fast launch of ${ImageId} in ${ec2.region}`,
    pace,
    patience: imagePatience,
    signal,
    look: async () => {
      const command = new DescribeFastLaunchImagesCommand({ ImageIds: [ImageId] });
      const [seen] = (await ec2.send(command, signal)).FastLaunchImages ?? [];
      const state = seen?.State ?? 'enabling';
      if (state === 'enabled') return { found: undefined };
      if (state !== 'enabling') {
        throw messages.wentWrong(`Fast launch of ${ImageId}`, state, seen?.StateTransitionReason);
      }
      return { state };
    },
  });
}

async function disable(ec2: Ec2, ImageId: string, signal: AbortSignal): Promise<void> {
  await ec2
    .send(new DisableFastLaunchCommand({ ImageId, Force: true }), signal)
    .catch((error: unknown) => {
      // It is not on, or the image is gone.
      if (!isRefusal(error, /^(Invalid|IncorrectState)/)) throw error;
    });
}

/** The launch template with its version, which AWS wants as a number. */
async function templateOf(ec2: Ec2, given: RegionFastLaunch, signal: AbortSignal) {
  const { template_id: id, template_name: name, template_version: version } = given;
  if (!id && !name) return undefined;
  const which = id ? { LaunchTemplateId: id } : { LaunchTemplateName: name };
  if (version) return { ...which, Version: String(version) };
  const command = new DescribeLaunchTemplatesCommand(
    id ? { LaunchTemplateIds: [id] } : { LaunchTemplateNames: [name ?? ''] },
  );
  const [found] = (await ec2.send(command, signal)).LaunchTemplates ?? [];
  return { ...which, Version: String(found?.LatestVersionNumber ?? 1) };
}

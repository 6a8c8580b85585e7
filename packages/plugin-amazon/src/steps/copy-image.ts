import { randomUUID } from 'node:crypto';
import { CopyImageCommand, type Image } from '@aws-sdk/client-ec2';
import { type BuildContext, defineStep } from '@bake/plugin-sdk';
import type { Cloud } from '../aws/cloud.ts';
import { make } from '../aws/make.ts';
import type { Pace } from '../aws/wait.ts';
import { waitForImage } from '../aws/wait-for-image.ts';
import type { AmiConfig } from '../options/ami.ts';

/** Which image to copy, and where to. */
export interface CopyWish {
  readonly cloud: Cloud;
  readonly config: AmiConfig;
  readonly source: string;
  readonly regions: readonly string[];
  readonly pace: Pace;
}

/** An image in a region. */
export interface RegionImage {
  readonly region: string;
  readonly image: Image;
}

/** Copies the image to all regions at once, and waits until all copies can be used or one has failed. */
export const copyImage = defineStep<CopyWish, readonly RegionImage[]>({
  name: 'copy-image',
  async run(wish, context) {
    const stop = new AbortController();
    const signal = AbortSignal.any([context.signal, stop.signal]);
    const failures: Error[] = [];
    const copies = await Promise.all(
      wish.regions.map(async (region) => {
        try {
          return [await copyTo(region, wish, { ...context, signal })];
        } catch (error) {
          // The others need not go on; what they say then is only an echo.
          if (!stop.signal.aborted) failures.push(error as Error);
          stop.abort();
          return [];
        }
      }),
    );
    context.signal.throwIfAborted();
    if (failures[0] !== undefined) throw failures[0];
    return copies.flat();
  },
});

async function copyTo(
  region: string,
  { cloud, config, source, pace }: CopyWish,
  context: BuildContext,
): Promise<RegionImage> {
  const { ui } = context;
  const ec2 = cloud.ec2(region);
  const key = config.encrypt_boot ? keyFor(region, cloud.region, config) : undefined;
  const command = new CopyImageCommand({
    SourceRegion: cloud.region,
    SourceImageId: source,
    Name: config.ami_name,
    ClientToken: randomUUID(),
    CopyImageTags: true,
    Encrypted: config.encrypt_boot,
    KmsKeyId: key || undefined,
    SnapshotCopyCompletionDurationMinutes: config.snapshot_copy_duration_minutes,
  });
  ui.say(`Copying ${source} to ${region}`);
  const made = await make(
    ec2,
    {
      kind: 'image',
      label: `image ${config.ami_name}`,
      traces: { name: config.ami_name, origin: source },
      isKept: true,
      pace,
      make: async (late) => (await ec2.send(command, late)).ImageId ?? '',
    },
    context,
  );
  const image = await waitForImage(ec2, made.id, pace, context);
  ui.say(`Image: ${made.id} in ${region}`);
  return { region, image };
}

/** The key of the region, and that of the build for the region of the build. */
function keyFor(region: string, home: string, config: AmiConfig): string | undefined {
  return config.region_kms_key_ids?.[region] ?? (region === home ? config.kms_key_id : undefined);
}

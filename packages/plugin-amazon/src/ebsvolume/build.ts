import type { Image, Instance } from '@aws-sdk/client-ec2';
import { CreateTagsCommand, DeleteTagsCommand } from '@aws-sdk/client-ec2';
import type { Artifact, BuildContext } from '@bake/plugin-sdk';
import { type Cloud, cloudFor } from '../aws/cloud.ts';
import { shareSnapshots } from '../aws/share-snapshots.ts';
import { renderTags } from '../aws/tags.ts';
import { together } from '../aws/together.ts';
import { type Pace, paceOf } from '../aws/wait.ts';
import { createSnapshot } from '../steps/create-snapshot.ts';
import { provisionInstance } from '../steps/provision-instance.ts';
import { sourceFacts, sourceImage, tagFacts } from '../steps/source-image.ts';
import { stopUnlessSpot } from '../steps/stop-instance.ts';
import { volumeArtifact } from '../volume-artifact.ts';
import type { EbsVolumeConfig } from './component.ts';

interface Work {
  readonly cloud: Cloud;
  readonly config: EbsVolumeConfig;
  readonly pace: Pace;
  readonly context: BuildContext;
  /** What tags can use. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A volume that the template describes. */
type Volume = EbsVolumeConfig['ebs_volumes'][number] & { readonly id: string };

/** Starts an instance with volumes, has it provisioned, and keeps the volumes. */
export async function build(config: EbsVolumeConfig, context: BuildContext): Promise<Artifact> {
  const cloud = await cloudFor(config, context);
  const ec2 = cloud.ec2();
  const pace = paceOf(config);
  const source: Image = await context.step(sourceImage, { ec2, config });
  const facts = tagFacts(source, cloud.region);
  const work = { cloud, config, pace, context, facts };
  const running = await provisionInstance(
    {
      ec2,
      config,
      pace,
      source,
      devices: config.ebs_volumes,
      noEphemeral: false,
      volumeTags: renderTags(config.run_volume_tags, config.run_volume_tag, facts, context),
      onRunning: (instance) => tagVolumes(work, volumesIn(instance, config)),
    },
    context,
  );
  const { instance, keepVolumes } = running;
  await stopUnlessSpot({ ec2, id: instance.InstanceId ?? '', config, pace }, context);
  const volumes = volumesIn(instance, config);
  const snapshots = await makeSnapshots(work, volumes);
  const kept = volumes.filter((one) => !one.delete_on_termination);
  keepVolumes(kept.map((one) => one.device_name));
  return volumeArtifact(
    { region: cloud.region, volumes: kept.map(({ id }) => id), snapshots },
    config,
    sourceFacts(source, cloud.region),
  );
}

function volumesIn(
  { BlockDeviceMappings = [] }: Instance,
  { ebs_volumes: wanted }: EbsVolumeConfig,
): readonly Volume[] {
  return wanted.flatMap((one) => {
    const found = BlockDeviceMappings.find(({ DeviceName }) => DeviceName === one.device_name);
    return found?.Ebs?.VolumeId === undefined ? [] : [{ ...one, id: found.Ebs.VolumeId }];
  });
}

/** The tags of the instance's volumes give way to those of the volume itself. */
async function tagVolumes(work: Work, volumes: readonly Volume[]): Promise<void> {
  const { cloud, config, context, facts } = work;
  const ec2 = cloud.ec2();
  const before = renderTags(config.run_volume_tags, config.run_volume_tag, facts, context);
  for (const volume of volumes) {
    const Resources = [volume.id];
    const Tags = renderTags(volume.tags, volume.tag, facts, context);
    if (before.length > 0) {
      await ec2.send(new DeleteTagsCommand({ Resources, Tags: before }), context.signal);
    }
    if (Tags.length > 0) {
      await ec2.send(new CreateTagsCommand({ Resources, Tags }), context.signal);
    }
  }
}

async function makeSnapshots(
  { cloud, pace, context, facts }: Work,
  volumes: readonly Volume[],
): Promise<readonly string[]> {
  const ec2 = cloud.ec2();
  return together(
    volumes
      .filter((one) => one.snapshot_volume)
      .map(async (volume) => {
        const id = await context.step(createSnapshot, {
          ec2,
          volume: volume.id,
          description: volume.snapshot_description ?? '',
          tags: renderTags(volume.snapshot_tags, volume.snapshot_tag, facts, context),
          pace,
        });
        await shareSnapshots(ec2, [id], volume, context.signal);
        return id;
      }),
  );
}

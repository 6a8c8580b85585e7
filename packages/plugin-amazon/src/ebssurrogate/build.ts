import type { Image, Instance } from '@aws-sdk/client-ec2';
import type { Artifact, BuildContext } from '@bake/plugin-sdk';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { type Cloud, openCloud } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import { together } from '../aws/together.ts';
import { type Pace, paceOf } from '../aws/wait.ts';
import { volumePairs } from '../options/tags.ts';
import { createSnapshot } from '../steps/create-snapshot.ts';
import { makeImages } from '../steps/make-images.ts';
import { preflight } from '../steps/preflight.ts';
import { provisionInstance } from '../steps/provision-instance.ts';
import { sourceFacts, sourceImage, tagFacts } from '../steps/source-image.ts';
import { stopUnlessSpot } from '../steps/stop-instance.ts';
import type { SurrogateConfig } from './component.ts';
import { registerImage } from './register-image.ts';

interface Work {
  readonly cloud: Cloud;
  readonly config: SurrogateConfig;
  readonly pace: Pace;
  readonly context: BuildContext;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Starts an instance with further volumes, has it fill them, and makes an image of their snapshots. */
export async function build(config: SurrogateConfig, context: BuildContext): Promise<Artifact> {
  const cloud = await openCloud(config, context);
  context.onCleanup('close the connections to AWS', () => cloud.close(), { always: true });
  const ec2 = cloud.ec2();
  const pace = paceOf(config);
  await context.step(preflight, { cloud, config });
  const source: Image = await context.step(sourceImage, { ec2, config });
  const facts = tagFacts(source, cloud.region);
  const work = { cloud, config, pace, context, facts };
  const { instance, keepVolumes } = await provisionInstance(
    {
      ec2,
      config,
      pace,
      source,
      devices: config.launch_block_device_mappings,
      noEphemeral: false,
      volumeTags: renderTags(
        config.run_volume_tags,
        volumePairs(config.run_volume_tag),
        facts,
        context,
      ),
    },
    context,
  );
  // The image, not the instance, is what is to have enhanced networking.
  const plain = { ...config, ena_support: undefined, sriov_support: false };
  await stopUnlessSpot({ ec2, id: instance.InstanceId ?? '', config: plain, pace }, context);
  const snapshots = await snapshotsByDevice(work, instance);
  const tags = config.skip_ami_run_tags
    ? []
    : renderTags(config.run_tags, config.run_tag, facts, context);
  const images = await makeImages(
    {
      cloud,
      config,
      pace,
      source,
      makeFirst: (first) =>
        context.step(registerImage, { ...first, ec2, config, snapshots, tags, pace }),
    },
    context,
  );
  keepVolumes(
    config.launch_block_device_mappings
      .filter((one) => one.delete_on_termination === false)
      .map((one) => one.device_name),
  );
  return amiArtifact(builderIds.surrogate, images, config, sourceFacts(source, cloud.region));
}

/** Makes a snapshot of each launched volume that the image is to have. */
async function snapshotsByDevice(
  { cloud, config, pace, context, facts }: Work,
  { BlockDeviceMappings = [] }: Instance,
): Promise<ReadonlyMap<string, string>> {
  const wanted = config.launch_block_device_mappings.filter((one) => !one.omit_from_artifact);
  const tags = renderTags(config.snapshot_tags, config.snapshot_tag, facts, context);
  const description = config.snapshot_description ?? '';
  const pairs = await together(
    BlockDeviceMappings.flatMap(({ DeviceName = '', Ebs }) => {
      const volume = Ebs?.VolumeId;
      const isWanted = wanted.some((one) => one.device_name === DeviceName);
      if (volume === undefined || !isWanted) return [];
      const wish = { ec2: cloud.ec2(), volume, description, tags, pace };
      return [context.step(createSnapshot, wish).then((id) => [DeviceName, id] as const)];
    }),
  );
  return new Map(pairs);
}

import type { Image, Instance } from '@aws-sdk/client-ec2';
import { type Artifact, type BuildContext, withDefaults } from '@bake/plugin-sdk';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { type Cloud, cloudFor } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import { together } from '../aws/together.ts';
import { type Pace, paceOf } from '../aws/wait.ts';
import {
  type BlockDevice,
  deviceOptions,
  givenSnapshots,
  keptDevices,
} from '../options/block-devices.ts';
import { volumePairs } from '../options/tags.ts';
import { createImage } from '../steps/create-image.ts';
import { createSnapshot } from '../steps/create-snapshot.ts';
import { type ImagesWish, makeImages } from '../steps/make-images.ts';
import { preflight } from '../steps/preflight.ts';
import { provisionInstance } from '../steps/provision-instance.ts';
import { registerImage } from '../steps/register-image.ts';
import { sourceFacts, sourceImage, tagFacts } from '../steps/source-image.ts';
import { stopUnlessSpot } from '../steps/stop-instance.ts';
import type { SurrogateConfig } from './component.ts';
import { registration } from './registration.ts';
import { swapRoot } from './swap-root.ts';

interface Work {
  readonly cloud: Cloud;
  readonly config: SurrogateConfig;
  readonly pace: Pace;
  readonly context: BuildContext;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Starts an instance with further volumes, has it fill them, and makes an image of their snapshots. */
export async function build(config: SurrogateConfig, context: BuildContext): Promise<Artifact> {
  const cloud = await cloudFor(config, context);
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
  await stopUnlessSpot(
    { ec2, id: instance.InstanceId ?? '', config: stopping(config), pace },
    context,
  );
  const makeFirst = await firstImage(work, instance);
  const images = await makeImages(
    {
      cloud,
      config,
      pace,
      source,
      makeFirst,
    },
    context,
  );
  keepVolumes(keptDevices(config.launch_block_device_mappings));
  return amiArtifact(builderIds.surrogate, images, config, sourceFacts(source, cloud.region));
}

/** Registered images have enhanced networking themselves, others have it from the instance. */
function stopping(config: SurrogateConfig): SurrogateConfig {
  if (config.use_create_image) return config;
  return { ...config, ena_support: undefined, sriov_support: false };
}

/** How the first image is made: of the instance, or of snapshots. */
async function firstImage(work: Work, instance: Instance): Promise<ImagesWish['makeFirst']> {
  const { cloud, config, pace, context, facts } = work;
  const ec2 = cloud.ec2();
  const tags = config.skip_ami_run_tags
    ? []
    : renderTags(config.run_tags, config.run_tag, facts, context);
  if (config.use_create_image) {
    await context.step(swapRoot, { ec2, config, instance, pace });
    const devices = [rootOf(config), ...config.ami_block_device_mappings];
    const id = instance.InstanceId ?? '';
    return (first) =>
      context.step(createImage, { ...first, ec2, instance: id, devices, tags, pace });
  }
  const snapshots = await snapshotsByDevice(work, instance);
  const snapshot = snapshots.get(config.ami_root_device.source_device_name) ?? '';
  return (first) =>
    context.step(registerImage, {
      ...first,
      ec2,
      image: registration(config, snapshots),
      origin: { snapshot },
      spared: givenSnapshots(config.ami_block_device_mappings),
      tags,
      pace,
    });
}

/** What the template says of the root, as a block device of the image. */
function rootOf({ ami_root_device: root }: SurrogateConfig): BlockDevice {
  const { device_name, volume_type, volume_size, iops, delete_on_termination } = root;
  const given = { device_name, volume_type, volume_size, iops, delete_on_termination };
  return withDefaults(deviceOptions, given);
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

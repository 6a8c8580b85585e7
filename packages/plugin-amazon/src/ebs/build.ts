import { randomUUID } from 'node:crypto';
import type { Image } from '@aws-sdk/client-ec2';
import {
  type Artifact,
  type BuildContext,
  type CommunicatorConfig,
  clearAuthorizedKeys,
  type Machine,
} from '@bake/plugin-sdk';
import { renderForBuild } from '@bake/plugin-sdk/go-template';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { type Cloud, openCloud } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import { type Pace, paceOf } from '../aws/wait.ts';
import { isSpot } from '../options/run.ts';
import { findAddress } from '../steps/address.ts';
import { copyImage, type RegionImage } from '../steps/copy-image.ts';
import { createImage } from '../steps/create-image.ts';
import { deregisterImages } from '../steps/deregister-images.ts';
import { instanceProfile } from '../steps/instance-profile.ts';
import { type KeyPair, keyPair } from '../steps/key-pair.ts';
import { findNetwork } from '../steps/network.ts';
import { preflight, replacesImages, targetRegions } from '../steps/preflight.ts';
import { publishImage } from '../steps/publish-image.ts';
import { runInstance } from '../steps/run-instance.ts';
import { securityGroups } from '../steps/security-group.ts';
import { sourceFacts, sourceImage, tagFacts } from '../steps/source-image.ts';
import { stopInstance } from '../steps/stop-instance.ts';
import { windowsPassword } from '../steps/windows-password.ts';
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
  const instance = await provisioned(work, source);
  if (config.skip_create_ami) {
    context.ui.say('No image is made, as skip_create_ami is set');
    return undefined;
  }
  const images = await imagesOf(work, source, instance);
  const amis = images.map(({ region, image }) => [region, image.ImageId ?? ''] as const);
  const facts = sourceFacts(source, cloud.region);
  return amiArtifact(builderIds.ebs, Object.fromEntries(amis), config, facts);
}

/** Starts an instance of the source, has it provisioned and stops it if an image is to be made. Gives its ID. */
async function provisioned(work: Work, source: Image): Promise<string> {
  const { cloud, config, pace, context } = work;
  const ec2 = cloud.ec2();
  const facts = tagFacts(source, cloud.region);
  const tags = renderTags(config.run_tags, config.run_tag, facts, context);
  const network = await context.step(findNetwork, { ec2, config });
  const profile = await context.step(instanceProfile, { ec2, config, tags, pace });
  const key = await context.step(keyPair, { ec2, config, tags, pace });
  const groups = await context.step(securityGroups, { ec2, config, tags, pace, vpc: network.vpc });
  const volumePairs = config.run_volume_tag.map(({ name, value }) => ({ key: name, value }));
  const instance = await context.step(runInstance, {
    ec2,
    pace,
    config,
    image: source,
    devices: config.launch_block_device_mappings,
    noEphemeral: config.no_ephemeral,
    network,
    groups,
    key: key.name,
    profile,
    tags,
    volumeTags: renderTags(config.run_volume_tags, volumePairs, facts, context),
    spotTags: renderTags(config.spot_tags, config.spot_tag, facts, context),
    fleetTags: renderTags(config.fleet_tags, config.fleet_tag, facts, context),
  });
  const id = instance.InstanceId ?? '';
  const machine = await reached(work, instance, key);
  await context.provision(machine, { ...sourceFacts(source, cloud.region), ID: id });
  await forgetKey(work, machine, key);
  // AWS stops no spot instances; it halts them for the moment of the snapshot.
  if (!isSpot(config) && !config.skip_create_ami) {
    await context.step(stopInstance, { ec2, id, config, pace });
  }
  return id;
}

async function reached(
  { cloud, config, pace, context }: Work,
  instance: NonNullable<Parameters<typeof findAddress.run>[0]>['instance'],
  { privateKey }: KeyPair,
): Promise<Machine> {
  const ec2 = cloud.ec2();
  const isWindows = config.communicator === 'winrm';
  const given = isWindows ? config.winrm_host : config.ssh_host;
  const needsAddress = !given && config.communicator !== 'none';
  const host = needsAddress
    ? await context.step(findAddress, { ec2, instance, config, pace })
    : undefined;
  const wish = { ec2, instance: instance.InstanceId ?? '', config, privateKey, pace };
  const password =
    isWindows && !config.winrm_password ? await context.step(windowsPassword, wish) : undefined;
  return context.connect(config as CommunicatorConfig, {
    ...(host === undefined ? {} : { host }),
    ...(privateKey === undefined || isWindows ? {} : { privateKey }),
    ...(password === undefined ? {} : { password }),
  });
}

/** AWS writes the name of the key pair behind the key in `authorized_keys`. */
async function forgetKey({ config, context }: Work, machine: Machine, key: KeyPair): Promise<void> {
  if (!config.ssh_clear_authorized_keys || key.privateKey === undefined) return;
  const { communicator } = machine;
  const left = await clearAuthorizedKeys(communicator, key.name ?? '', context.signal);
  if (left.length > 0) context.ui.error(`The temporary key is still in ${left.join(', ')}`);
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

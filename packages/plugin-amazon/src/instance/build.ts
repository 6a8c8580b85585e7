import type { Artifact, BuildContext } from '@bake/plugin-sdk';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { cloudFor } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import { paceOf } from '../aws/wait.ts';
import { givenSnapshots, keptDevices } from '../options/block-devices.ts';
import { bootOf, deviceMappings } from '../steps/block-devices.ts';
import { makeImages } from '../steps/make-images.ts';
import { preflight } from '../steps/preflight.ts';
import { provisionInstance } from '../steps/provision-instance.ts';
import { type RegisterWish, registerImage } from '../steps/register-image.ts';
import { sourceFacts, sourceImage, tagFacts } from '../steps/source-image.ts';
import { bundle } from './bundle.ts';
import type { InstanceConfig } from './component.ts';

/** Starts an instance, has it provisioned, bundles its root into S3, and registers an image of the bundle. */
export async function build(config: InstanceConfig, context: BuildContext): Promise<Artifact> {
  const cloud = await cloudFor(config, context);
  const ec2 = cloud.ec2();
  const pace = paceOf(config);
  await context.step(preflight, { cloud, config });
  const source = await context.step(sourceImage, { ec2, config, anyRoot: true });
  const { instance, machine, keepVolumes } = await provisionInstance(
    {
      ec2,
      config,
      pace,
      source,
      devices: config.launch_block_device_mappings,
      noEphemeral: false,
      volumeTags: [],
    },
    context,
  );
  const location = await context.step(bundle, { cloud, config, instance, machine, pace });
  const facts = tagFacts(source, cloud.region);
  const images = await makeImages(
    {
      cloud,
      config,
      pace,
      source,
      makeFirst: (first) =>
        context.step(registerImage, {
          ...first,
          ec2,
          image: registration(config, location),
          origin: { location },
          spared: givenSnapshots(config.ami_block_device_mappings),
          tags: renderTags(config.run_tags, config.run_tag, facts, context),
          pace,
        }),
    },
    context,
  );
  keepVolumes(keptDevices(config.launch_block_device_mappings));
  return amiArtifact(builderIds.instance, images, config, sourceFacts(source, cloud.region));
}

/** The manifest says the rest. */
function registration(config: InstanceConfig, location: string): RegisterWish['image'] {
  const mappings = deviceMappings(config.ami_block_device_mappings);
  const { ami_virtualization_type: virtualization } = config;
  return {
    ImageLocation: location,
    ...(mappings.length > 0 ? { BlockDeviceMappings: mappings } : {}),
    ...(virtualization ? { VirtualizationType: virtualization } : {}),
    ...(config.sriov_support ? { SriovNetSupport: 'simple' } : {}),
    ...(config.ena_support ? { EnaSupport: true } : {}),
    ...bootOf(config),
  };
}

import { randomUUID } from 'node:crypto';
import type { Image } from '@aws-sdk/client-ec2';
import type { Artifact, BuildContext } from '@bake/plugin-sdk';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { detachVolume } from '../aws/attachment.ts';
import { cloudFor } from '../aws/cloud.ts';
import { renderTags } from '../aws/tags.ts';
import { paceOf } from '../aws/wait.ts';
import { givenSnapshots } from '../options/block-devices.ts';
import { render } from '../render.ts';
import { createSnapshot } from '../steps/create-snapshot.ts';
import { makeImages } from '../steps/make-images.ts';
import { preflight } from '../steps/preflight.ts';
import { registerImage } from '../steps/register-image.ts';
import { sourceFacts, sourceImage, tagFacts } from '../steps/source-image.ts';
import { attach } from './attach.ts';
import { ChrootCommunicator } from './communicator.ts';
import type { ChrootConfig } from './component.ts';
import { createVolume } from './create-volume.ts';
import { prepare, removeCopies } from './prepare.ts';
import { registration } from './registration.ts';
import { Shell } from './shell.ts';
import { thisInstance } from './this-instance.ts';

/** Fills a volume that is attached to this machine, and makes an image of it. */
export async function build(config: ChrootConfig, context: BuildContext): Promise<Artifact> {
  const cloud = await cloudFor(config, context);
  const ec2 = cloud.ec2();
  const pace = paceOf(config);
  const instance = await context.step(thisInstance, ec2);
  await context.step(preflight, { cloud, config });
  const source = config.from_scratch ? undefined : await context.step(sourceImage, { ec2, config });
  const image: Image = source ?? {};
  const facts = tagFacts(image, cloud.region);
  const tags = renderTags(config.root_volume_tags, config.root_volume_tag, facts, context);
  const made = await context.step(createVolume, { ec2, config, source, instance, tags, pace });
  const wish = { ec2, config, instance, volume: made.id, pace };
  const device = await context.step(attach, wish);
  await provision(config, { device, image, region: cloud.region, volume: made.id }, context);
  context.ui.say(`Detaching ${made.id}`);
  await detachVolume(ec2, made.id, { signal: context.signal, pace });
  const snapshot = await context.step(createSnapshot, {
    ec2,
    volume: made.id,
    description: '',
    tags: renderTags(config.snapshot_tags, config.snapshot_tag, facts, context),
    pace,
  });
  const images = await makeImages(
    {
      cloud,
      config,
      pace,
      source: image,
      makeFirst: (first) =>
        context.step(registerImage, {
          ...first,
          ec2,
          image: registration(config, source, snapshot),
          origin: { snapshot },
          spared: givenSnapshots(config.ami_block_device_mappings),
          tags: [],
          pace,
        }),
    },
    context,
  );
  return amiArtifact(builderIds.chroot, images, config, sourceFacts(image, cloud.region));
}

/** Tells the processes of a build from others. */
const markVariable = 'BAKE_CHROOT_MARK';

interface Attached {
  readonly device: string;
  readonly image: Image;
  readonly region: string;
  readonly volume: string;
}

/** Mounts the device, has it provisioned, and unmounts it again. */
async function provision(
  config: ChrootConfig,
  { device, image, region, volume }: Attached,
  context: BuildContext,
): Promise<void> {
  const mark = randomUUID();
  const wrap = (Command: string): string => render(config.command_wrapper, context, { Command });
  const shell = new Shell(wrap, { [markVariable]: mark });
  const virtualization = image.VirtualizationType ?? config.ami_virtualization_type;
  const isWhole = virtualization === 'paravirtual';
  const prepared = await context.step(prepare, { config, shell, device, isWhole });
  const { path, mounts } = prepared;
  // What a killed bake leaves running would keep the mounts busy.
  const entry = context.journal({
    kind: 'processes',
    label: `what runs in ${path}`,
    traces: { mark: `${markVariable}=${mark}` },
  });
  context.onCleanup(`forget what runs in ${path}`, () => undefined, { entry });
  const machine = {
    communicator: new ChrootCommunicator(path, shell),
    facts: { Host: '', Port: 0, User: '', Password: '', ConnType: 'chroot' },
  };
  const generated = { ...sourceFacts(image, region), Device: device, MountPath: path, ID: volume };
  await context.provision(machine, generated);
  await removeCopies(prepared, shell, context.signal);
  for (const one of mounts.toReversed()) await one.now();
}

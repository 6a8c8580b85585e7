import { CreateImageCommand, type Image, type Tag } from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { type Made, make } from '../aws/make.ts';
import { isRefusal, wasRepeated } from '../aws/refusal.ts';
import { findByOrigin } from '../aws/remove-image.ts';
import { tagged } from '../aws/tags.ts';
import { type Pace, settled } from '../aws/wait.ts';
import { waitForImage } from '../aws/wait-for-image.ts';
import { type BlockDevice, givenSnapshots } from '../options/block-devices.ts';
import { deviceMappings } from './block-devices.ts';

/** What to make an image of. */
export interface ImageWish {
  readonly ec2: Ec2;
  readonly instance: string;
  readonly name: string;
  readonly devices: readonly BlockDevice[];
  readonly tags: Tag[];
  /** Whether the image is only made to be copied. */
  readonly isIntermediate: boolean;
  readonly pace: Pace;
}

/** An image of ours, and how to get rid of it. */
export interface MadeImage {
  readonly made: Made;
  readonly image: Image;
}

/** Makes an image of the instance and waits until it can be used. */
export const createImage = defineStep<ImageWish, MadeImage>({
  name: 'create-image',
  async run(wish, context) {
    const { ec2, instance, name, devices, tags, isIntermediate, pace } = wish;
    const { ui } = context;
    ui.say(`Creating the image ${name} of instance ${instance}`);
    const mappings = deviceMappings(devices);
    const command = new CreateImageCommand({
      InstanceId: instance,
      Name: name,
      ...(mappings.length > 0 ? { BlockDeviceMappings: mappings } : {}),
      ...tagged(tags, 'image', 'snapshot'),
    });
    const traces = { name, origin: instance, spared: givenSnapshots(devices) };
    const made = await make(
      ec2,
      {
        kind: 'image',
        label: `image ${name}`,
        traces,
        isKept: !isIntermediate,
        pace,
        make: (late) => settled(isBusy, pace, late, () => create(ec2, command, traces, late)),
      },
      context,
    );
    ui.say(`Image: ${made.id} in ${ec2.region}`);
    return { made, image: await waitForImage(ec2, made.id, pace, context) };
  },
});

/** AWS's servers do not all know at once that the instance has stopped. */
function isBusy(error: unknown): boolean {
  return (
    isRefusal(error, /^(InvalidParameterValue|IncorrectState)$/) &&
    /not in state|state/i.test(String(error))
  );
}

async function create(
  ec2: Ec2,
  command: CreateImageCommand,
  traces: { readonly name: string; readonly origin: string },
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await ec2.send(command, signal)).ImageId ?? '';
  } catch (error) {
    const isOurs = isRefusal(error, /^InvalidAMIName\.Duplicate$/) && wasRepeated(error);
    const [image] = isOurs ? await findByOrigin(ec2, traces, signal) : [];
    if (image?.ImageId === undefined) throw error;
    return image.ImageId;
  }
}

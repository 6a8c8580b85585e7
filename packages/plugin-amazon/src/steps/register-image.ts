import {
  RegisterImageCommand,
  type RegisterImageCommandInput,
  type Tag,
} from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { make } from '../aws/make.ts';
import { isRefusal, wasRepeated } from '../aws/refusal.ts';
import { findByOrigin } from '../aws/remove-image.ts';
import { tagged } from '../aws/tags.ts';
import type { Pace } from '../aws/wait.ts';
import { waitForImage } from '../aws/wait-for-image.ts';
import type { MadeImage } from './create-image.ts';
import type { FirstImage } from './make-images.ts';

/** What to register. */
export interface RegisterWish extends FirstImage {
  readonly ec2: Ec2;
  /** All but name and tags. */
  readonly image: Omit<RegisterImageCommandInput, 'Name' | 'TagSpecifications'>;
  /** By which the image is known as ours: a snapshot, or where in S3 it is. */
  readonly origin: { readonly snapshot: string } | { readonly location: string };
  /** Snapshots that were there before the build. */
  readonly spared: readonly string[];
  readonly tags: Tag[];
  readonly pace: Pace;
}

/** Registers an image and waits until it can be used. */
export const registerImage = defineStep<RegisterWish, MadeImage>({
  name: 'register-image',
  async run(wish, context) {
    const { ec2, name, isIntermediate, origin, spared, pace } = wish;
    context.ui.say(`Registering the image ${name}`);
    const traces = { name, ...origin, spared };
    const command = new RegisterImageCommand({
      Name: name,
      ...wish.image,
      ...tagged(wish.tags, 'image'),
    });
    const register = async (late: AbortSignal): Promise<string> => {
      try {
        return (await ec2.send(command, late)).ImageId ?? '';
      } catch (error) {
        const isOurs = isRefusal(error, /^InvalidAMIName\.Duplicate$/) && wasRepeated(error);
        const [image] = isOurs ? await findByOrigin(ec2, traces, late) : [];
        if (image?.ImageId === undefined) throw error;
        return image.ImageId;
      }
    };
    const label = `image ${name}`;
    const making = { kind: 'image', label, traces, isKept: !isIntermediate, pace } as const;
    const made = await make(ec2, { ...making, make: register }, context);
    context.ui.say(`Image: ${made.id} in ${ec2.region}`);
    return { made, image: await waitForImage(ec2, made.id, pace, context) };
  },
});

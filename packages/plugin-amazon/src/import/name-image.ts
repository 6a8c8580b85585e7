import { randomUUID } from 'node:crypto';
import { CopyImageCommand, type Image } from '@aws-sdk/client-ec2';
import { make } from '../aws/make.ts';
import { waitForImage } from '../aws/wait-for-image.ts';
import type { ImportWork } from './import-image.ts';
import type { DoneTask } from './task.ts';

/** AWS names imported images itself: a copy gets the name, and the first image goes. */
export async function nameImage(
  { cloud, config, pace, context }: ImportWork,
  task: DoneTask,
): Promise<Image> {
  const ec2 = cloud.ec2();
  const name = config.ami_name ?? '';
  const origin = task.image.ImageId ?? '';
  const command = new CopyImageCommand({
    SourceRegion: cloud.region,
    SourceImageId: origin,
    Name: name,
    ClientToken: randomUUID(),
    Encrypted: config.ami_encrypt || undefined,
    KmsKeyId: config.ami_kms_key || undefined,
  });
  context.ui.say(`Copying ${origin} to ${name}`);
  const { id } = await make(
    ec2,
    {
      kind: 'image',
      label: `image ${name}`,
      traces: { name, origin },
      isKept: true,
      pace,
      make: async (late) => (await ec2.send(command, late)).ImageId ?? '',
    },
    context,
  );
  const image = await waitForImage(ec2, id, pace, context);
  await task.made.remove();
  return image;
}

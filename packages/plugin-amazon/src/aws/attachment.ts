import {
  AttachVolumeCommand,
  DescribeVolumesCommand,
  DetachVolumeCommand,
  type VolumeAttachment,
} from '@aws-sdk/client-ec2';
import type { Ec2 } from './ec2.ts';
import { isRefusal, wasRepeated } from './refusal.ts';
import type { Removing } from './removing.ts';
import { instancePatience, waitFor } from './wait.ts';

/** A volume at an instance. */
export interface Attachment {
  readonly volume: string;
  readonly instance: string;
  readonly device: string;
}

/** Attaches a volume and waits until it is there. */
export async function attachVolume(
  ec2: Ec2,
  { volume, instance, device }: Attachment,
  waiting: Removing,
): Promise<void> {
  const which = { VolumeId: volume, InstanceId: instance, Device: device };
  await ec2.send(new AttachVolumeCommand(which), waiting.signal).catch((error: unknown) => {
    // An answer was lost.
    if (!isRefusal(error, /^VolumeInUse$/) || !wasRepeated(error)) throw error;
  });
  await untilAttachment(ec2, volume, 'attached', waiting);
}

/** Takes a volume from its instance and waits until it is free. That it is free or not there is fine. */
export async function detachVolume(ec2: Ec2, volume: string, waiting: Removing): Promise<void> {
  const at = await attachmentOf(ec2, volume, waiting.signal);
  if (at === undefined) return;
  const command = new DetachVolumeCommand({
    VolumeId: volume,
    InstanceId: at.InstanceId,
    Device: at.Device,
  });
  await ec2.send(command, waiting.signal).catch((error: unknown) => {
    if (!isRefusal(error, /^(IncorrectState|InvalidVolume\.NotFound|InvalidAttachment\.NotFound)$/))
      throw error;
  });
  await untilAttachment(ec2, volume, 'detached', waiting);
}

async function attachmentOf(
  ec2: Ec2,
  volume: string,
  signal: AbortSignal,
): Promise<VolumeAttachment | undefined> {
  const command = new DescribeVolumesCommand({ VolumeIds: [volume] });
  const answer = await ec2.send(command, signal).catch((error: unknown) => {
    if (!isRefusal(error, /^InvalidVolume\.NotFound$/)) throw error;
    return undefined;
  });
  return answer?.Volumes?.[0]?.Attachments?.[0];
}

async function untilAttachment(
  ec2: Ec2,
  volume: string,
  wanted: 'attached' | 'detached',
  { signal, pace }: Removing,
): Promise<void> {
  await waitFor({
    what: `Volume ${volume}`,
    pace,
    patience: instancePatience,
    signal,
    look: async () => {
      const state = (await attachmentOf(ec2, volume, signal))?.State ?? 'detached';
      return state === wanted ? { found: undefined } : { state };
    },
  });
}

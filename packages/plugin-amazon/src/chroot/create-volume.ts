import { randomUUID } from 'node:crypto';
import {
  CreateVolumeCommand,
  DescribeVolumesCommand,
  type EbsBlockDevice,
  type Image,
  type Instance,
  type Tag,
  type VolumeType,
} from '@aws-sdk/client-ec2';
import { defineStep } from '@bake/plugin-sdk';
import type { Ec2 } from '../aws/ec2.ts';
import { type Made, make } from '../aws/make.ts';
import { markTag } from '../aws/mark.ts';
import { isRefusal } from '../aws/refusal.ts';
import { tagged } from '../aws/tags.ts';
import { instancePatience, type Pace, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { ChrootConfig } from './component.ts';

/** Of what to make a volume, and where. */
export interface VolumeWish {
  readonly ec2: Ec2;
  readonly config: ChrootConfig;
  readonly source: Image | undefined;
  readonly instance: Instance;
  readonly tags: Tag[];
  readonly pace: Pace;
}

/** Makes the volume that is to be filled and waits until it is there. It is deleted at the end. */
export const createVolume = defineStep<VolumeWish, Made>({
  name: 'create-volume',
  async run(wish, context) {
    const { ec2, pace } = wish;
    const { ui, signal } = context;
    const mark = randomUUID();
    const command = new CreateVolumeCommand({
      AvailabilityZone: wish.instance.Placement?.AvailabilityZone,
      ...volumeOf(wish),
      ClientToken: mark,
      ...tagged([...wish.tags, { Key: markTag, Value: mark }], 'volume'),
    });
    ui.say('Creating the volume');
    const made = await make(
      ec2,
      {
        kind: 'volume',
        label: `volume with the tag ${markTag}=${mark}`,
        traces: { mark },
        pace,
        make: async (late) => (await ec2.send(command, late)).VolumeId ?? '',
      },
      context,
    );
    ui.say(`Volume: ${made.id}`);
    await waitFor({
      what: `Volume ${made.id}`,
      pace,
      patience: instancePatience,
      signal,
      look: async () => {
        const state = await stateOf(ec2, made.id, signal);
        if (state === 'error') throw messages.wentWrong(`Volume ${made.id}`, state, undefined);
        return state === 'available' ? { found: undefined } : { state };
      },
    });
    return made;
  },
});

async function stateOf(ec2: Ec2, id: string, signal: AbortSignal): Promise<string> {
  const command = new DescribeVolumesCommand({ VolumeIds: [id] });
  const answer = await ec2.send(command, signal).catch((error: unknown) => {
    if (!isRefusal(error, /^InvalidVolume\.NotFound$/)) throw error;
    return undefined;
  });
  return answer?.Volumes?.[0]?.State ?? 'creating';
}

/** As the root of the source, but for what the template says. */
function volumeOf({ config, source }: VolumeWish) {
  const root = source === undefined ? undefined : rootOf(source);
  const size = config.root_volume_size || root?.VolumeSize;
  if ((root?.VolumeSize ?? 0) > (size ?? 0)) throw messages.tooSmall(size, root?.VolumeSize);
  const type = config.root_volume_type || root?.VolumeType;
  const isLikeSource = type === root?.VolumeType;
  return {
    SnapshotId: root?.SnapshotId,
    Size: size,
    VolumeType: type as VolumeType | undefined,
    Iops: isLikeSource && type !== 'gp2' ? root?.Iops : undefined,
    Throughput: isLikeSource ? root?.Throughput : undefined,
    Encrypted: config.root_volume_encrypt_boot,
    KmsKeyId: config.root_volume_kms_key_id || undefined,
  };
}

function rootOf({ ImageId = '', RootDeviceName, BlockDeviceMappings = [] }: Image): EbsBlockDevice {
  const root = BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs;
  if (root === undefined) throw messages.unfitSource(ImageId, 'it does not say what its root is');
  return root;
}

import {
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DescribeSnapshotsCommand,
  type Image,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import type { Traces } from '@bake/plugin-sdk';
import type { Ec2 } from './ec2.ts';
import { toFilters } from './filters.ts';
import { lookAgain } from './look-again.ts';
import { isRefusal } from './refusal.ts';
import { listOf, type Removing } from './removing.ts';
import { type Pace, settled } from './wait.ts';

/**
 * Deregisters an image of ours and deletes its snapshots. It is found by its ID, or by its name, when it was made of the
 * instance or image in `origin`: the name alone may be somebody else's by now.
 */
export async function removeImage(ec2: Ec2, traces: Traces, removing: Removing): Promise<void> {
  const { signal } = removing;
  const id = traces['id'] === undefined ? undefined : String(traces['id']);
  const images = await lookAgain(
    id === undefined,
    () =>
      id === undefined
        ? findByOrigin(ec2, traces, signal)
        : findImages(ec2, { ImageIds: [id] }, signal),
    removing,
  );
  const spared = listOf(traces['spared']);
  for (const image of images) await destroyImage(ec2, image, removing, spared);
  // An earlier attempt may have come no further than to the image.
  if (id !== undefined && images.length === 0) await deleteSnapshots(ec2, id, [], removing);
}

/** Images of this account that have the name and were made of the instance or image `origin`, of `snapshot`, or of what is at `location` in S3. */
export async function findByOrigin(
  ec2: Ec2,
  { name, origin, snapshot, location }: Traces,
  signal: AbortSignal,
): Promise<Image[]> {
  const images = await findImages(
    ec2,
    { Owners: ['self'], Filters: toFilters({ name: String(name) }) },
    signal,
  );
  return images.filter((image) => {
    if (location !== undefined) return image.ImageLocation?.endsWith(String(location)) ?? true;
    if (snapshot !== undefined) return snapshotsOf(image).includes(String(snapshot));
    const source = image.SourceInstanceId ?? image.SourceImageId;
    return source === undefined || source === origin;
  });
}

/** Images by ID or filter, empty if there are none. */
export async function findImages(
  ec2: Ec2,
  which: DescribeImagesCommandInput,
  signal: AbortSignal,
): Promise<Image[]> {
  try {
    return (await ec2.send(new DescribeImagesCommand(which), signal)).Images ?? [];
  } catch (error) {
    if (isRefusal(error, /^InvalidAMIID\.(NotFound|Unavailable)$/)) return [];
    throw error;
  }
}

/** The snapshots that an image consists of. */
export function snapshotsOf({ BlockDeviceMappings = [] }: Image): readonly string[] {
  return BlockDeviceMappings.flatMap(({ Ebs }) => (Ebs?.SnapshotId ? [Ebs.SnapshotId] : []));
}

/**
 * Deregisters an image and deletes its snapshots, also those that it does not list because it is not done; not those in
 * `spared`, which were there before the image.
 */
export async function destroyImage(
  ec2: Ec2,
  image: Image,
  removing: { readonly signal: AbortSignal; readonly pace: Pace },
  spared: readonly string[],
): Promise<void> {
  const { ImageId = '' } = image;
  const own = snapshotsOf(image).filter((id) => !spared.includes(id));
  await deregister(ec2, ImageId, removing.signal);
  await deleteSnapshots(ec2, ImageId, own, removing);
}

async function deleteSnapshots(
  ec2: Ec2,
  image: string,
  known: readonly string[],
  removing: { readonly signal: AbortSignal; readonly pace: Pace },
): Promise<void> {
  const others = await snapshotsFor(ec2, image, removing.signal);
  const ids = new Set([...known, ...others.map(({ SnapshotId = '' }) => SnapshotId)]);
  for (const id of ids) await deleteSnapshot(ec2, id, removing);
}

/** Deregisters an image. That it is not there is fine. */
export async function deregister(ec2: Ec2, ImageId: string, signal: AbortSignal): Promise<void> {
  try {
    await ec2.send(new DeregisterImageCommand({ ImageId }), signal);
  } catch (error) {
    if (!isRefusal(error, /^InvalidAMIID\.(NotFound|Unavailable)$/)) throw error;
  }
}

/**
 * Snapshots that AWS makes for an image, by what it says of them. Those of copies name the image that they were copied from
 * as well, and are none of its own.
 */
export async function snapshotsFor(
  ec2: Ec2,
  image: string,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const Values = [
    `Created by CreateImage(*) for ${image}*`,
    `Copied for DestinationAmi ${image} *`,
  ];
  const Filters = [{ Name: 'description', Values }];
  const command = new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters });
  return (await ec2.send(command, signal)).Snapshots ?? [];
}

/** Deletes a snapshot. That it is not there is fine. */
export async function deleteSnapshot(
  ec2: Ec2,
  SnapshotId: string,
  { signal, pace }: { readonly signal: AbortSignal; readonly pace: Pace },
): Promise<void> {
  const isInUse = (error: unknown): boolean => isRefusal(error, /^InvalidSnapshot\.InUse$/);
  await settled(isInUse, pace, signal, async () => {
    try {
      await ec2.send(new DeleteSnapshotCommand({ SnapshotId }), signal);
    } catch (error) {
      if (!isRefusal(error, /^InvalidSnapshot\.NotFound$/)) throw error;
    }
  });
}

import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Traces } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { Ec2 } from './ec2.ts';
import { isRefusal } from './refusal.ts';
import { removeInstance } from './remove-instance.ts';
import type { Removing } from './removing.ts';
import { s3Client } from './s3.ts';

/** Where the parts of a bundle are. */
export interface BundlePlace {
  readonly bucket: string;
  /** Folder and name. */
  readonly prefix: string;
}

/** Keys of the objects that a bundle consists of: its manifest and parts. */
export async function bundleObjects(
  { settings, region }: Ec2,
  { bucket, prefix }: BundlePlace,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const client = s3Client(settings);
  const keys: string[] = [];
  let from: string | undefined;
  try {
    do {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: `${prefix}.`,
        ContinuationToken: from,
      });
      const page = await client.send(command, { abortSignal: signal });
      keys.push(...(page.Contents?.map(({ Key = '' }) => Key) ?? []));
      from = page.NextContinuationToken;
    } while (from !== undefined);
  } catch (error) {
    signal.throwIfAborted();
    // The tools make it.
    if (isRefusal(error, /^NoSuchBucket$/)) return [];
    throw messages.asFailure('ListObjectsV2', region, error);
  } finally {
    client.destroy();
  }
  return keys.filter((key) => /^\.(manifest\.xml|part\.\d+)$/.test(key.slice(prefix.length)));
}

/**
 * Deletes a bundle of ours. That it is not there is fine. The instance that uploads it is terminated before: what it runs
 * goes on when the connection to it is closed, and would upload what has been deleted.
 */
export async function removeBundle(ec2: Ec2, traces: Traces, removing: Removing): Promise<void> {
  const { signal } = removing;
  const { uploader } = traces;
  if (uploader !== undefined) await removeInstance(ec2, { id: uploader }, removing);
  const place = { bucket: String(traces['bucket']), prefix: String(traces['prefix']) };
  const client = s3Client(ec2.settings);
  try {
    for (const Key of await bundleObjects(ec2, place, signal)) {
      const command = new DeleteObjectCommand({ Bucket: place.bucket, Key });
      await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
        signal.throwIfAborted();
        throw messages.asFailure('DeleteObject', ec2.region, error);
      });
    }
  } finally {
    client.destroy();
  }
}

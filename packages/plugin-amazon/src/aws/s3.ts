import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { Traces } from '@bake/plugin-sdk';
import * as messages from '../messages.ts';
import type { RegionSettings } from './client-settings.ts';
import type { Ec2 } from './ec2.ts';
import { isRefusal } from './refusal.ts';
import type { Removing } from './removing.ts';

/** S3. A server in place of AWS has its buckets in paths, as its name has no names below it. */
export function s3Client(settings: RegionSettings): S3Client {
  return new S3Client({ ...settings, forcePathStyle: settings.endpoint !== undefined });
}

/** Deletes an object of ours, and what was uploaded of it in parts. That it is not there is fine. */
export async function removeObject(
  { settings, region }: Ec2,
  traces: Traces,
  { signal }: Removing,
): Promise<void> {
  const [Bucket, Key] = [String(traces['bucket']), String(traces['key'])];
  const client = s3Client(settings);
  const abort = { abortSignal: signal };
  try {
    const list = new ListMultipartUploadsCommand({ Bucket, Prefix: Key });
    const { Uploads = [] } = await client.send(list, abort);
    for (const { UploadId } of Uploads.filter((one) => one.Key === Key)) {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), abort);
    }
    await client.send(new DeleteObjectCommand({ Bucket, Key }), abort);
  } catch (error) {
    signal.throwIfAborted();
    if (!isRefusal(error, /^(NoSuchBucket|NoSuchUpload|NoSuchKey)$/)) {
      throw messages.asFailure('DeleteObject', region, error);
    }
  } finally {
    client.destroy();
  }
}

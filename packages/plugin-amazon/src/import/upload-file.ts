import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerSideEncryption } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Failure, systemReason } from '@bake/plugin-sdk';
import { type Made, make } from '../aws/make.ts';
import { s3Client } from '../aws/s3.ts';
import * as messages from '../messages.ts';
import type { ImportWork } from './import-image.ts';

/** A file in S3. */
export interface S3Object extends Made {
  readonly bucket: string;
  readonly key: string;
}

/** Puts the file into the bucket, in parts if it is large. It goes at the end unless it is to stay. */
export async function uploadFile(work: ImportWork, path: string): Promise<S3Object> {
  const { cloud, config, pace, context } = work;
  const bucket = config.s3_bucket_name;
  // Builds run beside each other: a time alone could be that of another one, too.
  const key = config.s3_key_name || `bake-import-${randomUUID()}.${config.format}`;
  const { size } = await stat(path).catch((error: unknown) => {
    throw new Failure({ summary: `Cannot read "${path}": ${systemReason(error)}`, cause: error });
  });
  context.ui.say(`Uploading ${path} to s3://${bucket}/${key}`);
  const made = await make(
    cloud.ec2(),
    {
      kind: 's3-object',
      label: `s3://${bucket}/${key}`,
      traces: { bucket, key },
      ...(config.skip_clean ? { isKept: true } : {}),
      pace,
      make: () => send(work, { path, size, bucket, key }),
    },
    context,
  );
  return { ...made, bucket, key };
}

interface Sending {
  readonly path: string;
  readonly size: number;
  readonly bucket: string;
  readonly key: string;
}

/** S3 takes 10,000 parts of at least 5 MiB. */
const leastPart = 8 * 1024 * 1024;

async function send({ cloud, config, context }: ImportWork, sending: Sending): Promise<string> {
  const { path, size, bucket, key } = sending;
  const { signal, ui } = context;
  const client = s3Client(cloud.settings);
  const body = createReadStream(path);
  const upload = new Upload({
    client,
    params: {
      Bucket: bucket,
      Key: key,
      Body: body,
      ServerSideEncryption: config.s3_encryption as ServerSideEncryption | undefined,
      SSEKMSKeyId: config.s3_encryption_key || undefined,
    },
    partSize: Math.max(leastPart, Math.ceil(size / 9000)),
  });
  upload.on('httpUploadProgress', ({ loaded = 0 }) =>
    ui.progress({ label: `Uploading ${path}`, done: loaded, total: size, unit: 'bytes' }),
  );
  const abort = (): void => void upload.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await upload.done();
    return key;
  } catch (error) {
    signal.throwIfAborted();
    throw messages.asFailure('PutObject', cloud.region, error);
  } finally {
    signal.removeEventListener('abort', abort);
    body.destroy();
    client.destroy();
  }
}

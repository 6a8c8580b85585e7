import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { S3Client, ServerSideEncryption } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Failure, systemReason } from '@bake/plugin-sdk';
import type { RegionSettings } from '../aws/client-settings.ts';
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
      make: (late) => send(work, { path, size, bucket, key }, late),
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

/** What is on its way when the build is cancelled is waited for: it would arrive after it was removed. */
async function send(work: ImportWork, sending: Sending, late: AbortSignal): Promise<string> {
  const { cloud, config, context } = work;
  const { path, size, bucket, key } = sending;
  const { signal, ui } = context;
  const client = s3ClientUntil(late, cloud.settings);
  const body = createReadStream(path, { signal });
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
  late.addEventListener('abort', abort, { once: true });
  try {
    await upload.done();
    return key;
  } catch (error) {
    signal.throwIfAborted();
    throw messages.asFailure('PutObject', cloud.region, error);
  } finally {
    late.removeEventListener('abort', abort);
    body.destroy();
    client.destroy();
  }
}

/** `Upload` gives its calls no signal, so that they would be repeated for ever after an abort. */
function s3ClientUntil(late: AbortSignal, settings: RegionSettings): S3Client {
  const client = s3Client(settings);
  client.middlewareStack.add(
    (next) => (args) => {
      late.throwIfAborted();
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'bakeUntilLate' },
  );
  return client;
}

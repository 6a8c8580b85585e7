import type { Acts } from './act.ts';

/** Objects of S3, and what is uploaded in parts. */
export const objectActs: Acts = {
  ListObjectsV2: ({ params: { bucket, prefix } }, { objects }) => {
    const start = `${bucket}/${prefix}`;
    const keys = [...objects].filter((one) => one.startsWith(start));
    return keys.length === 0
      ? { Name: bucket }
      : { Contents: { Key: keys[0]?.slice(String(bucket).length + 1) } };
  },
  PutObject: ({ params: { bucket, key } }, { objects }) => {
    objects.add(`${bucket}/${key}`);
    return {};
  },
  CreateMultipartUpload: ({ params: { bucket, key } }, { objects }) => {
    objects.add(`parts of ${bucket}/${key}`);
    return { UploadId: 'u-1' };
  },
  UploadPart: () => ({}),
  CompleteMultipartUpload: ({ params: { bucket, key } }, { objects }) => {
    objects.delete(`parts of ${bucket}/${key}`);
    objects.add(`${bucket}/${key}`);
    return { Location: `${bucket}/${key}` };
  },
  ListMultipartUploads: ({ params: { bucket } }, { objects }) => {
    const start = `parts of ${bucket}/`;
    const keys = [...objects].filter((one) => one.startsWith(start));
    const [Key] = keys.map((one) => one.slice(start.length));
    return Key === undefined ? { Bucket: bucket } : { Upload: { Key, UploadId: 'u-1' } };
  },
  AbortMultipartUpload: ({ params: { bucket, key } }, { objects }) => {
    objects.delete(`parts of ${bucket}/${key}`);
    return {};
  },
  DeleteObject: ({ params: { bucket, key } }, { objects }) => {
    objects.delete(`${bucket}/${key}`);
    return {};
  },
};

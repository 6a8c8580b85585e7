import { randomUUID } from 'node:crypto';
import {
  type BootModeValues,
  DescribeImportImageTasksCommand,
  type Image,
  ImportImageCommand,
} from '@aws-sdk/client-ec2';
import { type Made, make } from '../aws/make.ts';
import { markTag } from '../aws/mark.ts';
import { findImages } from '../aws/remove-image.ts';
import { tagged } from '../aws/tags.ts';
import { imagePatience, waitFor } from '../aws/wait.ts';
import * as messages from '../messages.ts';
import type { ImportConfig } from './component.ts';
import type { ImportWork } from './import-image.ts';
import type { S3Object } from './upload-file.ts';

/** An import that is done, and how to get rid of its image. */
export interface DoneTask {
  readonly made: Made;
  readonly image: Image;
}

/** Has AWS import the object, and waits until there is an image. */
export async function runTask(
  { cloud, config, pace, context }: ImportWork,
  object: S3Object,
): Promise<DoneTask> {
  const ec2 = cloud.ec2();
  const { signal, ui } = context;
  const mark = randomUUID();
  const command = new ImportImageCommand({
    ...request(config),
    DiskContainers: [
      {
        Format: config.format.toUpperCase(),
        UserBucket: { S3Bucket: object.bucket, S3Key: object.key },
      },
    ],
    ClientToken: mark,
    ...tagged([{ Key: markTag, Value: mark }], 'import-image-task'),
  });
  ui.say(`Importing s3://${object.bucket}/${object.key}`);
  const made = await make(
    ec2,
    {
      kind: 'import-task',
      label: `import with the tag ${markTag}=${mark}`,
      traces: { mark },
      isKept: !config.ami_name,
      pace,
      make: async (late) => (await ec2.send(command, late)).ImportTaskId ?? '',
    },
    context,
  );
  ui.say(`Import: ${made.id}`);
  const id = await waitFor<string>({
    what: `Import ${made.id}`,
    pace,
    patience: imagePatience,
    signal,
    look: async () => {
      const look = new DescribeImportImageTasksCommand({ ImportTaskIds: [made.id] });
      const [task] = (await ec2.send(look, signal)).ImportImageTasks ?? [];
      const { Status: state = 'active', StatusMessage: what = '', Progress = '0' } = task ?? {};
      if (state === 'completed') return { found: task?.ImageId ?? '' };
      if (/^(deleting|deleted|cancell)/.test(state)) {
        throw messages.wentWrong(`Import ${made.id}`, state, what);
      }
      const done = Number.parseInt(Progress, 10) || 0;
      ui.progress({ label: `Import ${made.id} ${what}`.trim(), done, total: 100, unit: 'percent' });
      return { state };
    },
  });
  made.learn({ image: id });
  ui.say(`Image: ${id} in ${ec2.region}`);
  const [image] = await findImages(ec2, { ImageIds: [id] }, signal);
  return { made, image: image ?? { ImageId: id } };
}

function request(config: ImportConfig) {
  const { architecture, boot_mode: mode, platform } = config;
  const bootMode = mode ?? (architecture === 'arm64' ? 'uefi' : 'legacy-bios');
  return {
    Architecture: architecture,
    BootMode: bootMode as BootModeValues,
    Description: config.ami_description || undefined,
    Encrypted: config.ami_encrypt || undefined,
    KmsKeyId: config.ami_kms_key || undefined,
    LicenseType: config.license_type,
    Platform: platform === undefined ? undefined : { windows: 'Windows', linux: 'Linux' }[platform],
    RoleName: config.role_name || undefined,
  };
}

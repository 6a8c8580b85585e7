import type { Artifact, RunContext } from '@bake/plugin-sdk';
import { amiArtifact, builderIds } from '../ami-artifact.ts';
import { type Cloud, cloudFor } from '../aws/cloud.ts';
import { type Pace, paceOf } from '../aws/wait.ts';
import { publish } from '../steps/publish-image.ts';
import type { ImportConfig } from './component.ts';
import { nameImage } from './name-image.ts';
import { fileOf } from './source-file.ts';
import { runTask } from './task.ts';
import { uploadFile } from './upload-file.ts';

/** What the parts of an import work with. */
export interface ImportWork {
  readonly cloud: Cloud;
  readonly config: ImportConfig;
  readonly pace: Pace;
  readonly context: RunContext;
}

/** Uploads the file of an artifact, has AWS make an image of it, and gives that. */
export async function importImage(
  config: ImportConfig,
  input: Artifact,
  context: RunContext,
): Promise<Artifact> {
  const path = fileOf(input, config.format);
  const cloud = await cloudFor(config, context);
  const work = { cloud, config, pace: paceOf(config), context };
  const object = await uploadFile(work, path);
  const task = await runTask(work, object);
  const image = config.ami_name ? await nameImage(work, task) : task.image;
  await publish(
    {
      cloud,
      config: { ...unasked, ...config },
      images: [{ region: cloud.region, image }],
      description: config.ami_description ?? '',
      tags: Object.entries(config.tags ?? {}).map(([Key, Value]) => ({ Key, Value })),
      snapshotTags: [],
    },
    context,
  );
  if (!config.skip_clean) await object.remove();
  const access = { ...config, ami_block_device_mappings: [] };
  return amiArtifact(builderIds.import, [{ region: cloud.region, image }], access, {});
}

/** What builders can say of an image, and this one cannot. */
const unasked = {
  ami_product_codes: undefined,
  snapshot_users: undefined,
  snapshot_groups: undefined,
  deprecate_at: undefined,
};

import type { Artifact, RunContext } from '@bake/plugin-sdk';
import { Docker } from '../engine/docker.ts';
import { writeOutput } from '../engine/write-output.ts';
import { builderIds } from '../image-artifact.ts';
import { wrongArtifact } from '../messages.ts';
import type { SaveConfig } from './save.ts';

/** Writes the image of an artifact into a file, which is put in place when it is whole. */
export async function saveImage(
  { docker_path, path }: SaveConfig,
  { builderId, id }: Artifact,
  context: RunContext,
): Promise<void> {
  if (builderId !== builderIds.imported && builderId !== builderIds.tagged) {
    throw wrongArtifact(
      builderId,
      'Can only save Docker builder artifacts.',
      'Put docker-save after a builder docker with "commit = true", or after docker-import or docker-tag.',
    );
  }
  const { ui, signal } = context;
  const docker = new Docker(docker_path);
  ui.say(`Saving image: ${id}`);
  await writeOutput(path, context, (stdout) => docker.run(['save', '--', id], { signal, stdout }));
  ui.say(`Saved to: ${path}`);
}

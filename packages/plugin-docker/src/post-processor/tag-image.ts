import type { Artifact, RunContext } from '@bake/plugin-sdk';
import { Docker } from '../engine/docker.ts';
import { builderIds, generatedOf, imageArtifact } from '../image-artifact.ts';
import { wrongArtifact } from '../messages.ts';
import type { TagConfig } from './tag.ts';

/** Tags the image of an artifact; gives one that is known by the last of the names. */
export async function tagImage(
  config: TagConfig,
  input: Artifact,
  { ui, signal }: RunContext,
): Promise<Artifact> {
  if (input.builderId !== builderIds.imported && input.builderId !== builderIds.tagged) {
    throw wrongArtifact(
      input.builderId,
      'Can only tag from Docker builder artifacts.',
      'Put docker-tag after a builder docker with "commit = true", or after docker-import.',
    );
  }
  const docker = new Docker(config.docker_path);
  const { repository = '', tags = [], tag = [] } = config;
  const all = [...tags, ...tag];
  const names = all.length > 0 ? all.map((one) => `${repository}:${one}`) : [repository];
  for (const name of names) {
    ui.say(`Tagging image: ${input.id}`);
    ui.say(`Repository: ${name}`);
    await docker.run(['tag', input.id, name], { signal });
  }
  return imageArtifact(docker, {
    builderId: builderIds.tagged,
    id: names.at(-1) ?? repository,
    tags: all.length > 0 ? names : [],
    generated: generatedOf(input),
  });
}

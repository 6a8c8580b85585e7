import type { Artifact } from '@bake/plugin-sdk';
import type { Docker } from './engine/docker.ts';

/** Ids by which the builder and the post-processors know each other's artifacts; Packer's. */
export const builderIds = {
  /** A container that was exported to a file. */
  exported: 'packer.docker',
  /** An image that was committed, imported or pushed. */
  imported: 'packer.post-processor.docker-import',
  tagged: 'packer.post-processor.docker-tag',
} as const;

/** An image in the engine. */
export interface ImageArtifact {
  readonly builderId: string;
  /** `sha256:...`, or a name with or without a tag. */
  readonly id: string;
  readonly tags?: readonly string[];
  /** What post-processors see as `build.*` from here on. */
  readonly generated?: Readonly<Record<string, unknown>>;
}

/** An image as what came of a build; destroying it removes it from the engine. */
export function imageArtifact(docker: Docker, image: ImageArtifact): Artifact {
  const { builderId, id, tags = [], generated } = image;
  const state = {
    docker_tags: tags,
    ...(generated === undefined ? {} : { generated_data: generated }),
  };
  return {
    builderId,
    id,
    files: [],
    description: `Imported Docker image: ${id}${tags.length > 0 ? ` with tags ${tags.join(' ')}` : ''}`,
    state,
    destroy: () => docker.run(['rmi', id], { signal: new AbortController().signal }),
  };
}

/** Tags that an artifact of `docker-tag` or `docker-push` carries. */
export function tagsOf({ state }: Artifact): readonly string[] {
  const tags = state?.['docker_tags'];
  return Array.isArray(tags) ? tags.map(String) : [];
}

/** Values of `build.*` that an artifact carries. */
export function generatedOf({ state }: Artifact): Readonly<Record<string, unknown>> {
  return (state?.['generated_data'] as Readonly<Record<string, unknown>> | undefined) ?? {};
}

import type { Artifact, RunContext } from '@bake/plugin-sdk';
import { Docker } from '../engine/docker.ts';
import { inspectImage } from '../engine/inspect.ts';
import { loggedIn } from '../engine/login.ts';
import { builderIds, generatedOf, imageArtifact, tagsOf } from '../image-artifact.ts';
import { wrongArtifact } from '../messages.ts';
import type { PushConfig } from './push.ts';

/** Pushes every name of an image; gives an artifact that knows the digest in the registry. */
export async function pushImage(
  config: PushConfig,
  input: Artifact,
  context: RunContext,
): Promise<Artifact> {
  assertNamed(input);
  const { ui, signal } = context;
  const docker = new Docker(config.docker_path);
  const tags = tagsOf(input);
  const platform = config.platform ? ['--platform', config.platform] : [];
  await loggedIn(docker, config, context, async (own) => {
    // The artifact of docker-tag is called by the last of its tags.
    for (const name of new Set([input.id, ...tags])) {
      ui.say(`Pushing: ${name}`);
      const onStdout = (chunk: Uint8Array): void => ui.output('stdout', chunk);
      await own.run(['push', ...platform, '--', name], { signal, onStdout });
    }
  });
  const { digest } = await inspectImage(docker, input.id, signal);
  if (digest === undefined) ui.say('Unable to determine pushed Docker image digest');
  return imageArtifact(docker, {
    builderId: builderIds.imported,
    id: input.id,
    tags,
    generated: { ...generatedOf(input), Digest: digest ?? '' },
  });
}

function assertNamed({ builderId, id }: Artifact): void {
  if (builderId !== builderIds.imported && builderId !== builderIds.tagged) {
    throw wrongArtifact(
      builderId,
      'Can only push docker-import and docker-tag artifacts.',
      'Put docker-push after docker-tag or docker-import.',
    );
  }
  if (/^(sha256:)?[0-9a-f]{64}$/.test(id)) {
    throw wrongArtifact(
      builderId,
      'The image has no name yet.',
      'A name says which registry an image goes to. Put docker-tag before docker-push, in the same post-processors block.',
    );
  }
}

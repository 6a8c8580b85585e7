import type { Artifact, BuildContext, Machine } from '@bake/plugin-sdk';
import { Docker } from '../engine/docker.ts';
import { findImage, type ImageFacts, inspectImage } from '../engine/inspect.ts';
import { builderIds, imageArtifact } from '../image-artifact.ts';
import { baseImage } from './base-image.ts';
import { ContainerCheckpoints, heldImage, sourceOf } from './checkpoints.ts';
import { commitStep } from './commit.ts';
import type { DockerConfig } from './component.ts';
import { connectStep, containerFacts } from './connect.ts';
import { exportArtifact, exportStep } from './export.ts';
import { type Container, startContainer } from './start-container.ts';

/** Starts a container, has it provisioned, and makes of it what the template wants. */
export async function build(
  config: DockerConfig,
  context: BuildContext,
): Promise<Artifact | undefined> {
  const docker = new Docker(config.docker_path);
  const image = await context.step(baseImage, { docker, config });
  // Also shows that there is an engine before anything is to be made in it.
  const found = await findImage(docker, image, context.signal);
  const resumed = found && (await resume(config, docker, found, context));
  const container = await context.step(startContainer, {
    docker,
    config,
    image: resumed?.image.id ?? image,
    isIdle: resumed?.isComplete ?? false,
  });
  // If it was not there, `docker run` has pulled it.
  const facts = found ?? (await inspectImage(docker, image, context.signal));
  const generated = { ...sourceFacts(facts), ID: container.id };
  const machine = await reach(config, container, context);
  const checkpoints =
    context.cache !== undefined && found !== undefined && isKeepable(config) && !resumed?.isComplete
      ? await ContainerCheckpoints.of(
          container,
          found,
          (resumed?.image ?? found).size,
          context.signal,
        )
      : undefined;
  await context.provision({ ...machine, ...(checkpoints && { checkpoints }) }, generated);
  // A container that never ran has nothing of its own: what it is to start is in the checkpoint.
  const source = resumed?.isComplete ? resumed.image : facts;
  return finish(config, { source, container, generated }, context);
}

interface Resumed {
  readonly image: ImageFacts;
  readonly isComplete: boolean;
}

/** Only what goes through the engine is the same each time, and Windows containers cannot be committed while they run. */
function isKeepable({ communicator, windows_container }: DockerConfig): boolean {
  return communicator === 'docker' && !windows_container;
}

/** The image of the last checkpoint that holds, if there is one. */
async function resume(
  config: DockerConfig,
  docker: Docker,
  found: ImageFacts,
  { cache, signal }: BuildContext,
): Promise<Resumed | undefined> {
  if (cache === undefined || !isKeepable(config)) return undefined;
  const { SourceImageDigest, SourceImageSha256, ImageSha256 } = sourceFacts(found);
  let image: ImageFacts | undefined;
  const point = await cache.resume({
    source: sourceOf(config, found),
    data: { ...containerFacts(config), SourceImageDigest, SourceImageSha256, ImageSha256 },
    holds: async (traces) => {
      image = await heldImage(docker, traces, signal);
      return image !== undefined;
    },
  });
  return point && image && { image, isComplete: point.isComplete };
}

function sourceFacts({ id, digest }: ImageFacts) {
  return {
    ImageSha256: 'ERR_IMAGE_SHA256_NOT_FOUND',
    SourceImageDigest: digest ?? 'ERR_SOURCE_IMAGE_DIGEST_NOT_FOUND',
    SourceImageSha256: id,
  };
}

/** Over a connection of its own if the template names one, and by the engine otherwise. */
async function reach(
  config: DockerConfig,
  container: Container,
  context: BuildContext,
): Promise<Machine> {
  if (config.communicator.startsWith('docker')) {
    return context.step(connectStep, { config, container });
  }
  const host = config.communicator === 'winrm' ? config.winrm_host : config.ssh_host;
  return context.connect(config, host ? {} : { host: container.facts.address });
}

interface Provisioned {
  readonly source: ImageFacts;
  readonly container: Container;
  readonly generated: Readonly<Record<string, unknown>>;
}

async function finish(
  config: DockerConfig,
  { source, container, generated }: Provisioned,
  context: BuildContext,
): Promise<Artifact> {
  if (config.commit) {
    const id = await context.step(commitStep, { config, source, container });
    return imageArtifact(container.docker, {
      builderId: builderIds.imported,
      id,
      generated: { ...generated, ImageSha256: id },
    });
  }
  if (config.export_path) {
    const { export_path: path } = config;
    return exportArtifact(path, await context.step(exportStep, { path, container }), generated);
  }
  return exportArtifact('', [], generated);
}

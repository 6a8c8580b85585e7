import type { Artifact, BuildContext, Machine } from '@bake/plugin-sdk';
import { Docker } from '../engine/docker.ts';
import { findImage, type ImageFacts, inspectImage } from '../engine/inspect.ts';
import { builderIds, imageArtifact } from '../image-artifact.ts';
import { baseImage } from './base-image.ts';
import { commitStep } from './commit.ts';
import type { DockerConfig } from './component.ts';
import { connectStep } from './connect.ts';
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
  const container = await context.step(startContainer, { docker, config, image });
  // If it was not there, `docker run` has pulled it.
  const facts = found ?? (await inspectImage(docker, image, context.signal));
  const generated = {
    ImageSha256: 'ERR_IMAGE_SHA256_NOT_FOUND',
    SourceImageDigest: facts.digest ?? 'ERR_SOURCE_IMAGE_DIGEST_NOT_FOUND',
    SourceImageSha256: facts.id,
    ID: container.id,
  };
  const machine = await reach(config, container, context);
  await context.provision(machine, generated);
  return finish(config, { source: facts, container, generated }, context);
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
    await context.step(exportStep, { path, container });
    return exportArtifact(path, generated);
  }
  return exportArtifact('', generated);
}

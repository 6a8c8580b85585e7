import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Artifact, delayedSignal, messageOf, type RunContext } from '@bake/plugin-sdk';
import { Docker } from '../engine/docker.ts';
import { builderIds, generatedOf, imageArtifact } from '../image-artifact.ts';
import { unreadableFile, wrongArtifact } from '../messages.ts';
import type { ImportConfig } from './import.ts';

const artifice = 'packer.post-processor.artifice';

/** Imports the first file of an artifact. */
export async function importImage(
  config: ImportConfig,
  input: Artifact,
  { ui, signal }: RunContext,
): Promise<Artifact> {
  const { repository, tag, changes = [], platform } = config;
  const [file] = input.files;
  if ((input.builderId !== builderIds.exported && input.builderId !== artifice) || !file) {
    throw wrongArtifact(
      input.builderId,
      'Can only import from Docker builder and Artifice post-processor artifacts.',
      'Put docker-import after a builder docker with "export_path". With "commit = true" the image is in the engine already: use docker-tag.',
    );
  }
  await stat(file).catch((error: unknown) => {
    throw unreadableFile(file, messageOf(error));
  });
  const docker = new Docker(config.docker_path);
  const name = tag ? `${repository}:${tag}` : repository;
  ui.say(`Importing image: ${input.id}`);
  ui.say(`Repository: ${name}`);
  const args = [
    'import',
    ...changes.flatMap((change) => ['--change', change]),
    ...(platform ? ['--platform', platform] : []),
    '-',
    name,
  ];
  const id = await importFile(docker, args, file, signal);
  ui.say(`Imported ID: ${id}`);
  const generated = { ...generatedOf(input), ImageSha256: id };
  return imageArtifact(docker, { builderId: builderIds.imported, id: name, generated });
}

/** Milliseconds that the engine gets for what it has begun when a cancel comes. */
const patience = 10_000;

/** After a cancel the engine finishes what it has got: so it is given no more, and what it makes of that goes. */
async function importFile(
  docker: Docker,
  args: readonly string[],
  file: string,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const input = createReadStream(file);
  const stop = (): void => void input.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const id = await docker.text(args, { signal: delayedSignal(signal, patience), input });
    if (signal.aborted)
      await docker.attempt(['rmi', id], { signal: AbortSignal.timeout(patience) });
    signal.throwIfAborted();
    return id;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
